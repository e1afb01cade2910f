"""The two lines above a task's stages: what it is and how old the reading; how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from odps_tui.models import Task, TaskProgress, TaskStatus
from odps_tui.monitor import InstanceRow, Reading
from odps_tui.monitor.progress import TaskSight
from odps_tui.widgets.notation import age_of, bar, clock_time, exact_duration, going_duration, plain
from odps_tui.widgets.progress.cells import MUTED, PaneLine, right_aligned

_BAR_CELLS = 20
_COLORS: dict[str, str] = {
    TaskStatus.SUCCESS: "$text-success",
    TaskStatus.FAILED: "$text-error",
    TaskStatus.CANCELLED: MUTED,
    TaskStatus.SUSPENDED: "$text-warning",
    TaskStatus.WAITING: "$text-warning",
}
_INDETERMINATE = "░"


def task_head(
    sight: TaskSight, reading: Reading[TaskProgress] | None, row: InstanceRow | None, now: datetime, width: int
) -> Iterator[PaneLine]:
    """Yield the head of a task; an error of its reading stands below, beside the last good figures."""
    yield task_title(sight, now, width), None
    if reading is not None and reading.error is not None:
        yield Content.styled(f"✗ {reading.error}", "$text-error"), None
    if sight.is_last_seen:
        yield Content.styled(f"the service tells no stages any more: as last seen {clock_time(sight.read_at)}", MUTED), None
    if reading is not None and (reading.value is not None or sight.has_plan):
        yield _overall(sight, row), None


def task_title(sight: TaskSight, now: datetime, width: int) -> Content:
    """Return what a task is, how it is, how long it takes, and how old that is."""
    return right_aligned(_title(sight.task, now), _age(sight, now), width)


def _title(task: Task, now: datetime) -> Content:
    color = _COLORS.get(task.status, "$text-primary")
    elapsed = f" {_elapsed(task.start_time, task.end_time, now)}" if task.start_time is not None else ""
    attempts = len(task.histories)
    again = f" · attempt {attempts + 1}, {attempts} failed before" if attempts else ""
    name = Content.styled(task.name, "bold")
    return Content.assemble(name, (f" {plain(task.type)} ", MUTED), (task.status, color), elapsed, (again, "$text-warning"))


def _elapsed(start: datetime, end: datetime | None, now: datetime) -> str:
    return exact_duration(end - start) if end is not None else going_duration(now - start)


def _age(sight: TaskSight, now: datetime) -> Content:
    if sight.read_at is None:
        return Content.styled("not read yet" if not sight.is_ended else "", MUTED)
    if sight.is_ended:
        return Content.styled(f"read {clock_time(sight.read_at)}", MUTED)
    return Content.styled(f"read {age_of(sight.read_at, now)} ago", MUTED)


def _overall(sight: TaskSight, row: InstanceRow | None) -> Content:
    """All workers of the stages that have begun; before there is a plan, a bar that says nothing and does not move."""
    counted, fraction = sight.overall, sight.overall.fraction
    percent = counted.percent(ended=sight.is_ended)
    if fraction is None or percent is None:
        return Content.assemble((_INDETERMINATE * _BAR_CELLS, MUTED), "  ", _no_percent(sight, row))
    shown = float(fraction) if sight.is_ended else min(0.99, float(fraction))
    untold = f", {counted.untold} tell none" if counted.untold else ""
    begun = f" · {counted.begun} of {counted.stages} stages begun" if not sight.is_ended else f" · {counted.stages} stages"
    return Content.assemble(
        (bar(shown, _BAR_CELLS), _COLORS.get(sight.task.status, "$text-primary")),
        (f" ~{percent}%", "bold"),
        (f"  {counted.done}/{counted.known} workers{begun}{untold}", MUTED),
    )


def _no_percent(sight: TaskSight, row: InstanceRow | None) -> Content:
    if sight.has_plan:
        return Content.styled("? no stage has begun" if not sight.overall.begun else "? stages tell no workers", MUTED)
    if row is not None and row.progress is not None and sight.task.type == "CUPID":
        return Content.assemble(f"{min(99, int(row.progress * 100))}%", ("  by the queue; CUPID tells no stages", MUTED))
    if sight.is_ended:
        return Content.styled("no stages", MUTED)
    return Content.styled("no stages told" if sight.task.type in ("CUPID", "SQLRT") else "no plan yet", MUTED)
