"""Small lists of instances, one after the other, as a poller would yield them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from odps_tui.models import Instance, Outcome, QueueingInfo, SubStatus
from odps_tui.monitor import Ending, InstanceRow, Snapshot
from odps_tui.monitor.snapshot import Step

NOW = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def running(id_: str, *, owner: str = "etl", start: datetime = NOW, progress: float | None = 0.5) -> InstanceRow:
    info = QueueingInfo(id_, status="Running", owner=owner, start_time=start, progress=progress)
    return InstanceRow(id_, Instance(id_, owner, "Running", start, None), info, is_queued=True)


def waiting(id_: str, *, owner: str = "etl", start: datetime = NOW, history: tuple[SubStatus, ...] = ()) -> InstanceRow:
    sub_status = history[-1] if history else None
    info = QueueingInfo(
        id_, status="Running", owner=owner, start_time=start, wait_pos=3, sub_status=sub_status, sub_status_history=history
    )
    return InstanceRow(id_, Instance(id_, owner, "Running", start, None), info, is_queued=True)


def suspended(id_: str) -> InstanceRow:
    return InstanceRow(id_, Instance(id_, "etl", "Suspended", NOW, None))


def ended(
    id_: str, outcome: Outcome | None = None, *, owner: str = "etl", start: datetime = NOW, end: datetime | None = None
) -> InstanceRow:
    ending = Ending(outcome) if outcome is not None else None
    return InstanceRow(id_, Instance(id_, owner, "Terminated", start, end or start + minutes(5)), ending=ending)


def snapshot(rows: Iterable[InstanceRow], at: datetime = NOW, *, step: Step | None = None, complete: bool = True) -> Snapshot:
    by_id: Mapping[str, InstanceRow] = {row.id: row for row in rows}
    counts = Counter(row.state for row in by_id.values())
    return Snapshot(by_id, counts, at, at - timedelta(hours=1), complete, None, step)
