"""The columns of the instance list: what each says of a row, how rows compare by it, and which fit into how many cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from odps_tui.monitor import InstanceRow, InstanceState
from odps_tui.widgets.headings import TAIL_WIDTH, TITLES
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
    """One column. `width` is in cells (0 takes what is left); `key` makes rows comparable by what the column says.

    What nobody told sorts behind everything that is known.
    """

    id: str
    title: str
    width: int
    write: Callable[[InstanceRow, datetime], str]
    key: Callable[[InstanceRow], Any]
    align_right: bool = False
    shows_state: bool = False
    """Painted in the colour of the row's state."""


def _known(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)


def _figure(value: float | None) -> float:
    """A number to sort by. Numbers alone sort, and are found again, in half the time of pairs."""
    return math.inf if value is None else value


by_activity: Callable[[InstanceRow], float] = attrgetter("activity")
"""What lives comes first, the longest-lived on top; below it what ended, the latest first."""


def _started(row: InstanceRow) -> datetime | None:
    """When it left the queue: the first sub-status that is no waiting (protocol §3.2: up to 1020 it waits)."""
    if row.info is None:
        return None
    for sub_status in row.info.sub_status_history:
        if sub_status.code is not None and sub_status.code > 1020:
            return sub_status.start_time
    return None


def _age_key(row: InstanceRow) -> float:
    return _figure(-row.start_time.timestamp() if row.start_time else None)


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
        return f"queue {info.wait_pos}/{plain(info.queue_length)} {words}".rstrip()
    return words


def _why_key(row: InstanceRow) -> tuple[bool, Any]:
    info = row.info if row.is_live and row.is_queued else None
    if info is None:
        return _known(None)
    return _known((info.wait_pos or 0, info.sub_status.description if info.sub_status else ""))


def _wait(row: InstanceRow, now: datetime) -> str:
    started = _started(row)
    if row.start_time is None:
        return UNKNOWN
    if started is not None:
        return short_duration(max(timedelta(0), started - row.start_time))
    return short_duration(row.age(now)) if row.is_live and row.is_queued else UNKNOWN


def _wait_key(row: InstanceRow) -> tuple[bool, Any]:
    started = _started(row)
    if row.start_time is None or (started is None and not (row.is_live and row.is_queued)):
        return _known(None)
    # Who still waits has waited longer than all who wait no more; among them the earliest has waited longest.
    return _known((1, -row.start_time.timestamp()) if started is None else (0, (started - row.start_time).total_seconds()))


def _run(row: InstanceRow, now: datetime) -> str:
    if not row.is_live:
        return short_duration(row.run_time(now))
    started = _started(row)
    return short_duration(max(timedelta(0), now - started)) if started else "-"


def _run_key(row: InstanceRow) -> tuple[bool, Any]:
    """Ended ones by their run time; those that still run behind them, the longest last."""
    if not row.is_live:
        return _known((0, (row.end_time - row.start_time).total_seconds()) if row.end_time and row.start_time else None)
    started = _started(row)
    return _known((1, -started.timestamp()) if started else None)


def _cpu(row: InstanceRow, _now: datetime) -> str:
    if not row.is_live:
        return "-"
    usage = _cpu_usage(row)
    return UNKNOWN if usage is None else f"{usage / 100:.0f}"


def _cpu_usage(row: InstanceRow) -> int | None:
    return row.info.cpu_usage if row.info is not None and row.is_live and row.is_queued else None


def _memory(row: InstanceRow, _now: datetime) -> str:
    if not row.is_live:
        return "-"
    usage = _memory_usage(row)
    return UNKNOWN if usage is None else f"{usage / 1024:.0f}G"


def _memory_usage(row: InstanceRow) -> int | None:
    return row.info.memory_usage if row.info is not None and row.is_live and row.is_queued else None


_STATE_RANK = {state: rank for rank, state in enumerate(InstanceState)}


def _column(
    id_: str,
    write: Callable[[InstanceRow, datetime], str],
    key: Callable[[InstanceRow], Any],
    *,
    shows_state: bool = False,
) -> Column:
    title, width, align_right = TITLES[id_]
    return Column(id_, title, width, write, key, align_right=align_right, shows_state=shows_state)


_ALL = (
    _column("age", lambda row, now: short_duration(row.age(now)), _age_key),
    _column("id", lambda row, _: id_tail(row.id, 27), lambda row: row.id),
    _column("owner", lambda row, _: short_owner(row.owner), lambda row: _known(row.owner)),
    _column("job", lambda row, _: plain(row.job_name), lambda row: _known(row.job_name or None)),
    _column("type", lambda row, _: plain(row.task_type), lambda row: _known(row.task_type)),
    _column("priority", lambda row, _: plain(row.priority), lambda row: _figure(row.priority)),
    _column("state", lambda row, _: STATE_WORDS[row.state], lambda row: _STATE_RANK[row.state], shows_state=True),
    _column("progress", _progress, lambda row: _figure(row.progress), shows_state=True),
    _column("wait", _wait, _wait_key),
    _column("run", _run, _run_key),
    _column("cpu", _cpu, lambda row: _figure(_cpu_usage(row))),
    _column("memory", _memory, lambda row: _figure(_memory_usage(row))),
    _column(
        "started",
        lambda row, now: clock_time(row.start_time, now=now)[-8:],
        lambda row: _figure(row.start_time.timestamp() if row.start_time else None),
    ),
    _column(
        "ended",
        lambda row, now: clock_time(row.end_time, now=now)[-8:] if row.end_time else ("-" if row.is_live else UNKNOWN),
        lambda row: _figure(row.end_time.timestamp() if row.end_time else None),
    ),
    _column("why", _why, _why_key),
)
COLUMNS = {column.id: column for column in _ALL}
"""Every column there is, by id, in its usual order."""


def tail_column() -> Column:
    """Return the id's column with ids cut to their end."""
    return replace(COLUMNS["id"], width=TAIL_WIDTH, write=lambda row, _: id_tail(row.id, TAIL_WIDTH))


def lay_out(ids: Iterable[str], *, whole_ids: bool, widths: dict[str, int] | None = None) -> tuple[Column, ...]:
    """Return the columns of these ids, with the operator's own widths."""
    widths = widths or {}
    columns = [tail_column() if id_ == "id" and not whole_ids else COLUMNS[id_] for id_ in ids if id_ in COLUMNS]
    return tuple(replace(column, width=widths.get(column.id, column.width)) for column in columns)
