"""What changed while the screen was held, by the steps of the snapshots or without them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from odps_tui.monitor import InstanceRow, Snapshot
from odps_tui.monitor.changes_since import ChangesSince
from odps_tui.monitor.snapshot import Step

NOW = datetime(2026, 11, 24, tzinfo=UTC)
IDS = st.sampled_from("abcdef")


def snapshot(rows: dict[str, InstanceRow], step: Step | None) -> Snapshot:
    return Snapshot(rows, {}, NOW, NOW, step=step)


@given(st.lists(st.tuples(st.sets(IDS), st.sets(IDS), st.sampled_from(["with its step", "without it", "lost"])), max_size=6))
def test_it_counts_what_is_not_as_it_was(polls: list[tuple[set[str], set[str], str]]) -> None:
    first = {id_: InstanceRow(id_) for id_ in "abc"}
    since = ChangesSince(snapshot(first, Step(0, 1, ())))
    rows = first
    for state, (put, dropped, fate) in enumerate(polls, 1):
        rows = {**{id_: row for id_, row in rows.items() if id_ not in dropped}, **{id_: InstanceRow(id_) for id_ in put}}
        step = Step(state, state + 1, {*put, *dropped})
        if fate != "lost":
            expected = sum(1 for id_ in {*first, *rows} if first.get(id_) is not rows.get(id_))
            assert since.count(snapshot(rows, step if fate == "with its step" else None)) == expected
