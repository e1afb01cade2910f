"""The columns of the instance list: what each says of a row, and which fit into how many cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from odps_tui.monitor import InstanceRow, InstanceState
from odps_tui.widgets.notation import (
    UNKNOWN,
    bar,
    clock_time,
    exact_duration,
    id_tail,
    live_percent,
    plain,
    short_duration,
    short_owner,
)
from odps_tui.widgets.state_words import STATE_WORDS

_BAR_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its width in cells (0 takes what is left), and how it writes a row at a moment."""

    id: str
    title: str
    width: int
    write: Callable[[InstanceRow, datetime], str]
    align_right: bool = False
    shows_state: bool = False
    """Painted in the colour of the row's state."""


def _progress(row: InstanceRow, now: datetime) -> str:
    if not row.is_live:
        return exact_duration(row.run_time(now))
    if row.state in (InstanceState.WAITING, InstanceState.COMPILING, InstanceState.SUSPENDED) and not row.progress:
        return "·" * _BAR_WIDTH
    if row.progress is None:
        return "·" * _BAR_WIDTH + f"   {UNKNOWN}"
    return f"{bar(row.progress, _BAR_WIDTH)} {live_percent(row.progress):2}%"


def _why(row: InstanceRow, now: datetime) -> str:
    if row.state is InstanceState.STOPPING:
        return f"stop sent {clock_time(row.stop_requested_at, now=now)}, not ended yet"
    if not row.is_live:
        return f"ended {short_duration(now - row.end_time)} ago" if row.end_time else "ended"
    info = row.info
    if info is None or not row.is_queued:
        return "not in the queue"
    words = info.sub_status.description if info.sub_status else ""
    if info.wait_pos:
        place = f"queue {info.wait_pos}/{plain(info.queue_length)}"
        return f"{place} {words}".rstrip()
    return words


def _started(row: InstanceRow) -> datetime | None:
    """When it left the queue: the first sub-status that is no waiting (protocol §3.2: 1010 waits for the scheduler)."""
    if row.info is None:
        return None
    for sub_status in row.info.sub_status_history:
        if sub_status.code is not None and sub_status.code > 1020:
            return sub_status.start_time
    return None


def _wait(row: InstanceRow, now: datetime) -> str:
    started = _started(row)
    if row.start_time is None:
        return UNKNOWN
    if started is not None:
        return short_duration(max(timedelta(0), started - row.start_time))
    return short_duration(row.age(now)) if row.is_live and row.is_queued else UNKNOWN


def _run(row: InstanceRow, now: datetime) -> str:
    if not row.is_live:
        return short_duration(row.run_time(now))
    started = _started(row)
    return short_duration(max(timedelta(0), now - started)) if started else "-"


def _cpu(row: InstanceRow, _now: datetime) -> str:
    if not row.is_live:
        return "-"
    usage = row.info.cpu_usage if row.info is not None and row.is_queued else None
    return UNKNOWN if usage is None else f"{usage / 100:.0f}"


AGE = Column("age", "AGE", 5, lambda row, now: short_duration(row.age(now)), align_right=True)
ID_TAIL = Column("id", "INSTANCE", 11, lambda row, _: id_tail(row.id))
ID = Column("id", "INSTANCE", 27, lambda row, _: id_tail(row.id, 27))
OWNER = Column("owner", "OWNER", 10, lambda row, _: short_owner(row.owner))
TYPE = Column("type", "TYPE", 5, lambda row, _: plain(row.task_type))
STATE = Column("state", "STATE", 11, lambda row, _: STATE_WORDS[row.state], shows_state=True)
PROGRESS = Column("progress", "PROGRESS", 12, _progress, shows_state=True)
WHY = Column("why", "WHY / STAGE", 0, _why)
JOB = Column("job", "JOB", 18, lambda row, _: plain(row.job_name))
PRIORITY = Column("priority", "PR", 2, lambda row, _: plain(row.priority), align_right=True)
WAIT = Column("wait", "WAIT", 5, _wait, align_right=True)
RUN = Column("run", "RUN", 5, _run, align_right=True)
CPU = Column("cpu", "CPU", 5, _cpu, align_right=True)

_NARROW = (AGE, ID_TAIL, OWNER, TYPE, STATE, PROGRESS, WHY)
_LIST_ONLY = (AGE, ID_TAIL, STATE, PROGRESS)
_NORMAL = (AGE, ID, OWNER, TYPE, PRIORITY, STATE, PROGRESS, WAIT, RUN, CPU, WHY)
_WIDE = (AGE, ID, OWNER, JOB, TYPE, PRIORITY, STATE, PROGRESS, WAIT, RUN, CPU, WHY)


def columns_for(width: int) -> tuple[Column, ...]:
    """Return the columns that a list of `width` cells shows."""
    if width < 72:
        return _LIST_ONLY
    if width < 112:
        return _NARROW
    return _NORMAL if width < 140 else _WIDE
