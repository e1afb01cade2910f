from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odps_tui.models import Instance
from odps_tui.monitor import InstanceRow, OrderedView

START = datetime(2026, 11, 24, tzinfo=UTC)


def row(id_: str, minute: int) -> InstanceRow:
    return InstanceRow(id_, Instance(id_, "o", "Running", START + timedelta(minutes=minute), None))


def by_start(row: InstanceRow) -> float:
    return row.start_time.timestamp() if row.start_time else 0.0


tables = st.dictionaries(st.text(alphabet="abcdefghij", min_size=1, max_size=2), st.integers(0, 9), max_size=30)


@given(st.lists(tables, max_size=6), st.booleans())
def test_after_any_changes_it_is_what_a_sort_would_give(steps: list[dict[str, int]], one_by_one: bool) -> None:
    view = OrderedView(by_start)
    before: dict[str, InstanceRow] = {}
    if one_by_one:  # enough rows that single moves are cheaper than a merge
        before = {f"z{number:04}": row(f"z{number:04}", number % 7) for number in range(1500)}
        view.update(before, before, ())
    for step in steps:
        after = {id_: kept for id_, kept in before.items() if id_.startswith("z")}
        after |= {id_: row(id_, minute) for id_, minute in step.items()}
        changed = [id_ for id_, new in after.items() if before.get(id_) is not new]
        view.update(after, changed, before.keys() - after.keys())
        before = after
        expected = sorted(after, key=lambda id_: (by_start(after[id_]), id_))
        assert list(view.ids(0, len(view))) == expected
        assert all(view.position(id_) == position for position, id_ in enumerate(expected))
        assert len(view) == len(after)


def test_it_tells_whether_positions_changed() -> None:
    view = OrderedView(by_start)
    rows = {"a": row("a", 1), "b": row("b", 2)}
    assert view.update(rows, rows, ())
    assert not view.update({**rows, "a": row("a", 1)}, ["a"], ()), "same place"
    assert view.update({**rows, "a": row("a", 3)}, ["a"], ())
    assert [view.id_at(0), view.id_at(1)] == ["b", "a"]
    assert view.position("c") is None
    assert "c" not in view
    assert not view.update(rows, (), ["c"])
