"""What was handed out stays as it was, and is copied only while somebody holds it."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from odps_tui.monitor import InstanceRow
from odps_tui.monitor.shared_rows import SharedRows

ids = st.sampled_from("abcdef")
acts = st.lists(
    st.tuples(st.just("put"), ids)
    | st.tuples(st.just("pop"), ids)
    | st.tuples(st.just("hand out and keep"), st.just(""))
    | st.tuples(st.just("hand out"), st.just(""))
    | st.tuples(st.just("let go"), st.integers(0, 5).map(str))
)


@given(acts)
def test_what_is_out_never_changes(course: list[tuple[str, str]]) -> None:
    rows = SharedRows()
    expected: dict[str, InstanceRow] = {}
    kept: list[tuple[Mapping[str, InstanceRow], dict[str, InstanceRow]]] = []
    for act, what in course:
        if act == "put":
            expected[what] = InstanceRow(what)
            rows.put(expected[what])
        elif act == "pop":
            assert rows.pop(what) is expected.pop(what, None)
        elif act == "let go":
            del kept[: int(what)]
        elif act == "hand out":
            assert rows.hand_out() == expected
        else:
            kept.append((rows.hand_out(), dict(expected)))
        assert all(rows.get(id_) is expected.get(id_) for id_ in "abcdef")
        for out, was in kept:
            assert out.keys() == was.keys()
            assert all(out[id_] is row for id_, row in was.items())


def test_two_take_turns_where_nobody_holds_the_one_before_the_last() -> None:
    rows = SharedRows()
    seen: list[int] = []
    last = rows.hand_out()
    for number in range(6):
        rows.put(InstanceRow(str(number)))
        last = rows.hand_out()
        seen.append(id(last))
    assert len(last) == 6
    assert len(set(seen)) == 2, "neither is ever copied"


def test_what_is_held_is_copied() -> None:
    rows = SharedRows()
    rows.put(InstanceRow("a"))
    held = rows.hand_out()
    for number in range(3):
        rows.put(InstanceRow(str(number)))
        assert "a" in rows.hand_out()
    assert list(held) == ["a"]


def test_a_view_of_it_holds_it_too() -> None:
    rows = SharedRows()
    rows.put(InstanceRow("a"))
    held = rows.hand_out().values()
    for number in range(3):
        rows.put(InstanceRow(str(number)))
        rows.hand_out()
    assert [row.id for row in held] == ["a"]
