"""How long an instance waited and how long it ran: derived, for the service tells only when it and its tasks began."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from odps_tui.models import SubStatus, Task
from odps_tui.monitor.instance_row import InstanceRow


@dataclass(frozen=True, slots=True)
class Phases:
    """Up to the start of the first attempt of its first task an instance waits, from there on it runs. None: nobody can tell."""

    waited: timedelta | None
    ran: timedelta | None


def phases_of(row: InstanceRow, tasks: Sequence[Task] | None, now: datetime) -> Phases:
    """Split the life of an instance in two. `tasks` is None while they have not been read."""
    begin, end = row.start_time, row.end_time or (now if row.is_live else None)
    if begin is None or tasks is None:
        return Phases(None, None)
    work = min(_starts(tasks), default=None)
    if work is None:
        return Phases(_positive(now - begin) if row.is_live else None, None)
    return Phases(_positive(work - begin), None if end is None else _positive(end - work))


def _starts(tasks: Iterable[Task]) -> Iterable[datetime]:
    return (one.start_time for task in tasks for one in (task, *task.histories) if one.start_time is not None)


@dataclass(frozen=True, slots=True)
class Step:
    """A sub-status and how long it held; None where that cannot be told."""

    sub_status: SubStatus
    lasted: timedelta | None
    is_last: bool


def timeline_of(row: InstanceRow, now: datetime) -> list[Step]:
    """Return what the scheduler said an instance was doing, step by step, as the live queue told it last."""
    history = row.info.sub_status_history if row.info is not None else ()
    begins = [step.start_time for step in history]
    ends = [*begins[1:], row.end_time or (now if row.is_live else None)]
    return [
        Step(step, _positive(end - begin) if begin is not None and end is not None else None, is_last=at == len(history) - 1)
        for at, (step, begin, end) in enumerate(zip(history, begins, ends, strict=False))
    ]


def _positive(duration: timedelta) -> timedelta:
    return max(timedelta(0), duration)
