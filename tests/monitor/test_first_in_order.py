"""The first rows are those with which the list begins when all of it is in order, whichever way round, and early."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.models import Instance
from odps_tui.monitor import InstanceRow, slicing
from odps_tui.monitor.first_in_order import first_in_order
from odps_tui.monitor.ordered_view import in_order
from odps_tui.monitor.slicing import Steps, at_once
from tests.monitor.slices import tiny_slices

START = datetime(2026, 11, 24, tzinfo=UTC)


def row(id_: str, minute: int) -> InstanceRow:
    return InstanceRow(id_, Instance(id_, "o", "Running", START + timedelta(minutes=minute), None))


def by_start(row: InstanceRow) -> float:
    return row.start_time.timestamp() if row.start_time else 0.0


tables = st.dictionaries(st.text(alphabet="abcdefghij", min_size=1, max_size=2), st.integers(0, 5), max_size=40)


@given(tables, st.integers(1, 12), st.booleans())
def test_they_are_the_first_of_all_in_order(table: dict[str, int], count: int, reverse: bool) -> None:
    rows = [row(id_, minute) for id_, minute in table.items()]
    with tiny_slices():
        found = at_once(first_in_order(rows, by_start, count, reverse=reverse))
        view = at_once(in_order(rows, by_start))
    assert found == list(reversed(view) if reverse else view)[:count]


@pytest.mark.parametrize("is_falling", [False, True], ids=["the first come first", "each is before all that came"])
def test_no_slice_looks_at_more_than_a_few_thousand_rows(is_falling: bool) -> None:
    asked = 0

    def key(row: InstanceRow) -> str:
        nonlocal asked
        asked += 1
        return row.id

    numbers = range(50_000)
    rows = [row(f"{number:05}", 0) for number in (reversed(numbers) if is_falling else numbers)]
    found: list[InstanceRow] = []

    def work() -> Steps[None]:
        found.extend((yield from first_in_order(rows, key, 40)))

    counts = [0]
    for _ in work():
        counts.append(asked)
        asked = 0
    assert max(*counts, asked) < 3 * slicing.ASKED
    assert [one.id for one in found] == [f"{number:05}" for number in range(40)]
