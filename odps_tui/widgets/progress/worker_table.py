"""The workers of a stage, slowest first; what is far from the mean is marked. Lines are made when they are seen."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import overload

from textual.content import Content

from odps_tui.models import StageDetail, StageStatus, TaskDetail
from odps_tui.monitor import Reading
from odps_tui.monitor.progress import WorkerTime, WorkerTimes, parse_stage_name
from odps_tui.widgets.notation import UNKNOWN, age_of, clock_time, exact_duration, plain, short_bytes, short_count
from odps_tui.widgets.progress.cells import MUTED, Cell, Column, Layout, lay_out
from odps_tui.widgets.progress.keys import WorkerKey
from odps_tui.widgets.progress.stage_words import MARK, times

_COLUMNS = (
    Column("WORKER", 0, left=True, width=10, stretch=8),
    Column("STATE", 1, left=True, width=11),
    Column("TIME", 2, width=9),
    Column("~xMEAN", 3, width=7),
    Column("REC IN", 4, width=6),
    Column("~xMEAN ", 5, width=7),
    Column("OUT", 6, width=6),
    Column("START", 7, width=8),
    Column("END", 8, width=8),
    Column("BYTES IN", 9, width=8),
    Column("BYTES OUT", 10, width=9),
)
_COLORS: dict[str, str] = {
    StageStatus.RUNNING: "$text-primary",
    StageStatus.FAILED: "$text-error",
    StageStatus.TERMINATED: "$text-success",
}


def find_stage(detail: TaskDetail | None, stage: str) -> StageDetail | None:
    """Return a stage of a detail; the two documents of the service name it with and without its ending."""
    wanted = parse_stage_name(stage).short
    stages = detail.stages if detail is not None else ()
    return next((found for found in stages if parse_stage_name(found.name).short == wanted), None)


class WorkerLines(Sequence[Content]):
    """The lines of the worker view: two of its head, the heading, one a worker."""

    def __init__(self, stage: str, reading: Reading[TaskDetail], times: WorkerTimes | None, now: datetime, width: int) -> None:
        self._times = times or WorkerTimes()
        self._layout: Layout = lay_out(_COLUMNS, (), width)
        self._head = [*_head(parse_stage_name(stage).short, reading, times, now, width), self._layout.heading()]

    @property
    def pinned(self) -> int:
        """How many lines stay on top."""
        return len(self._head)

    @property
    def keys(self) -> list[Hashable | None]:
        """What each line stands for."""
        return [*(None for _ in self._head), *(WorkerKey(time.worker.id) for time in self._times.workers)]

    def __len__(self) -> int:
        return len(self._head) + len(self._times.workers)

    @overload
    def __getitem__(self, number: int) -> Content: ...

    @overload
    def __getitem__(self, number: slice) -> list[Content]: ...

    def __getitem__(self, number: int | slice) -> Content | list[Content]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        if number < len(self._head):
            return self._head[number]
        return self._layout.line(_cells(self._times.workers[number - len(self._head)]))


def _head(stage: str, reading: Reading[TaskDetail], times: WorkerTimes | None, now: datetime, width: int) -> list[Content]:
    age = f"read {age_of(reading.read_at, now)} ago" if reading.read_at is not None else "reading …"
    lines = [Content.assemble(("workers of ", MUTED), (stage, "bold"), (f"   {age}, every 15s", MUTED))]
    if reading.error is not None:
        lines.append(Content.styled(f"✗ {reading.error}", "$text-error").truncate(width, ellipsis=True))
    if times is not None:
        lines += _summary(times)
    elif reading.value is not None:
        lines.append(Content.styled(_nothing(reading.value), MUTED))
    return lines


def _nothing(detail: TaskDetail) -> str:
    if detail.text:
        return f"the service answered with a text: {detail.text[:200]}"
    return "the detail tells no workers of this stage" if detail.stages else "the detail is empty: the service tells no workers"


def _summary(stage: WorkerTimes) -> list[Content]:
    slow = sum(1 for time in stage.workers if time.is_slow)
    heavy = sum(1 for time in stage.workers if time.is_heavy)
    mean_records = short_count(round(stage.mean_records)) if stage.mean_records is not None else UNKNOWN
    records_ratio = stage.max_records / stage.mean_records if stage.max_records is not None and stage.mean_records else None
    return [
        Content.assemble(
            f"{len(stage.workers)} told · time mean ~{exact_duration(stage.mean)}, max {exact_duration(stage.maximum)}",
            *_worst(stage.ratio, slow),
        ),
        Content.assemble(
            f"records in: mean ~{mean_records}, max {short_count(stage.max_records)}",
            *_worst(records_ratio, heavy),
        ),
    ]


def _worst(ratio: float | None, marked: int) -> list[str | tuple[str, str]]:
    """`(~32x)`, and how many are marked for it."""
    written = f" (~{times(ratio)})" if ratio is not None else ""
    return [written, (f" · {marked} at 3x or more {MARK}" if marked else "", "bold $text-warning")]


def _cells(time: WorkerTime) -> list[Cell]:
    worker = time.worker
    state = plain(worker.status).lower()
    warning = "bold $text-warning"
    return [
        Cell(time.short_id or UNKNOWN, "bold"),
        Cell("done" if worker.status == StageStatus.TERMINATED else state, _COLORS.get(worker.status or "", MUTED)),
        Cell(exact_duration(time.elapsed) + ("…" if time.is_running else ""), warning if time.is_slow else ""),
        _ratio(time.time_ratio, is_marked=time.is_slow),
        Cell(short_count(worker.input_records), warning if time.is_heavy else ""),
        _ratio(time.records_ratio, is_marked=time.is_heavy),
        Cell(short_count(worker.output_records)),
        Cell(clock_time(worker.start_time)),
        Cell("-" if time.is_running else clock_time(worker.end_time)),
        Cell(short_bytes(worker.input_bytes)),
        Cell(short_bytes(worker.output_bytes)),
    ]


def _ratio(ratio: float | None, *, is_marked: bool) -> Cell:
    if ratio is None:
        return Cell("-")
    text = times(ratio)
    return Cell(f"{text} {MARK}", "bold $text-warning") if is_marked else Cell(f"{text}  ")
