from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.models import Instance
from odps_tui.monitor import InstanceRow, slicing
from odps_tui.monitor.ordered_view import SortKey, in_order
from odps_tui.monitor.slicing import at_once
from tests.monitor.slices import tiny_slices

START = datetime(2026, 11, 24, tzinfo=UTC)


def row(id_: str, minute: int) -> InstanceRow:
    return InstanceRow(id_, Instance(id_, "o", "Running", START + timedelta(minutes=minute), None))


def by_start(row: InstanceRow) -> float:
    return row.start_time.timestamp() if row.start_time else 0.0


@pytest.fixture(autouse=True, scope="module")
def _in_slices() -> Iterator[None]:
    with tiny_slices():
        yield


tables = st.dictionaries(st.text(alphabet="abcdefghij", min_size=1, max_size=2), st.integers(0, 9), max_size=30)


@given(st.lists(tables, max_size=6), st.integers(0, 9))
def test_after_any_changes_it_is_what_a_sort_would_give(steps: list[dict[str, int]], others: int) -> None:
    before = {f"{number:02}": row(f"{number:02}", number % 7) for number in range(others * 10)}  # with many ties
    view = at_once(in_order(before.values(), by_start))
    for step in steps:
        after = {id_: kept for id_, kept in before.items() if id_.isdigit()}
        after |= {id_: row(id_, minute) for id_, minute in step.items()}
        changed = [id_ for id_, new in after.items() if before.get(id_) is not new]
        seen, was = view, list(view)
        view = at_once(view.updated(before, after, changed, before.keys() - after.keys()))
        assert list(seen) == was, "a view never changes"
        expected = sorted(after.values(), key=lambda row: (by_start(row), row.id))
        assert list(view) == expected
        assert all(one is after[one.id] for one in view), "changed rows take the place of old ones, moved or not"
        assert [view.position(row) for row in expected] == list(range(len(view)))
        assert all(view.position(gone) is None for id_, gone in before.items() if id_ not in after)
        before = after


@given(tables, st.sets(st.text(alphabet="abcdefghij", min_size=1, max_size=2)))
def test_pieces_keep_the_order(table: dict[str, int], wanted: set[str]) -> None:
    view = at_once(in_order((row(id_, minute) for id_, minute in table.items()), by_start))
    piece = at_once(view.only(lambda rows: [one.id for one in rows if one.id in wanted]))
    assert list(piece) == [one for one in view if one.id in wanted]
    assert list(reversed(piece)) == list(piece)[::-1]
    assert [piece.position(one) for one in piece] == list(range(len(piece)))
    pieces = at_once(view.split(lambda row: row.id[0]))
    assert {name: list(piece) for name, piece in pieces.items()} == {
        name: [one for one in view if one.id[0] == name] for name in {id_[0] for id_ in table}
    }


keys: dict[str, SortKey] = {
    "few": lambda row: int(row.id[-1], 16) % 3,
    "most alike": lambda row: int(row.id[-1], 16) // 15,
    "hardly two alike": lambda row: row.id[::-1],
    "of several kinds": lambda row: (row.id[-1] == "a", 0 if row.id[-1] == "a" else row.id[-2:]),
}


@pytest.mark.parametrize("key", keys.values(), ids=keys.keys())
def test_many_rows_are_in_order_whatever_they_are_sorted_by(key: SortKey) -> None:
    with patch.multiple(slicing, ASKED=200, COPIED=1000, SHARED=50):
        rows = [row(f"{number * 7919 % 5003:05x}", 0) for number in range(5000)]
        view = at_once(in_order(rows, key))
    assert list(view) == sorted(rows, key=lambda row: (key(row), row.id))
    assert [view.position(one) for one in view] == list(range(5000))


def test_it_tells_whether_positions_changed() -> None:
    rows = {"a": row("a", 1), "b": row("b", 2)}
    view = at_once(in_order(rows.values(), by_start))
    same, later = {**rows, "a": row("a", 1)}, {**rows, "a": row("a", 3)}
    aligned = at_once(view.updated(rows, same, ["a"], ()))
    assert aligned.is_aligned_with(view), "same place"
    assert next(iter(aligned)) is same["a"]
    moved = at_once(aligned.updated(same, later, ["a"], ()))
    assert not moved.is_aligned_with(view)
    assert [moved.id_at(0), moved.id_at(1)] == ["b", "a"]
    assert moved.position(row("c", 3)) is None
    assert at_once(moved.updated(later, later, ["b"], ["c"])) is moved, "nothing changed"
