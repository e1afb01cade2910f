"""Rows, and behind them those that are missing: as one dictionary of both, and no copy."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from odps_tui.monitor import InstanceRow
from odps_tui.monitor.rows_and_missing import RowsAndMissing

ids = st.frozensets(st.sampled_from("abcdef"))


@given(ids, ids)
def test_they_are_as_one_dictionary(here: frozenset[str], gone: frozenset[str]) -> None:
    rows = {id_: InstanceRow(id_) for id_ in here}
    missing = {id_: InstanceRow(id_) for id_ in gone - here}
    both, expected = RowsAndMissing(rows, missing), {**rows, **missing}
    assert both == expected
    assert list(both) == list(expected)
    assert len(both) == len(expected)
    assert bool(both) == bool(expected)
    for id_ in "abcdefg":
        assert (id_ in both) == (id_ in expected)
        assert both.get(id_) is expected.get(id_)


def test_nothing_is_copied() -> None:
    rows = {"a": InstanceRow("a")}
    both = RowsAndMissing(rows, {"z": InstanceRow("z")})
    rows["b"] = InstanceRow("b")
    assert both["b"] is rows["b"]
    assert list(both) == ["a", "b", "z"]
