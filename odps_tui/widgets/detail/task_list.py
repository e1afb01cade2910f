"""The Tasks tab: status and times of each task, and of its earlier attempts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from textual.content import Content

from odps_tui.models import Task, TaskStatus
from odps_tui.monitor import InstanceDetail
from odps_tui.widgets.detail.ages import fault_line
from odps_tui.widgets.notation import UNKNOWN, clock_time, exact_duration, going_duration, plain

TASK_WORDS: dict[str, str] = {
    TaskStatus.WAITING: "○ Waiting",
    TaskStatus.RUNNING: "● Running",
    TaskStatus.SUCCESS: "✓ Success",
    TaskStatus.FAILED: "✗ Failed",
    TaskStatus.SUSPENDED: "‖ Suspended",
    TaskStatus.CANCELLED: "⊘ Cancelled",
}
TASK_COLORS: dict[str, str] = {
    TaskStatus.RUNNING: "$text-primary",
    TaskStatus.SUCCESS: "$text-success",
    TaskStatus.FAILED: "$text-error",
    TaskStatus.WAITING: "$text-warning",
    TaskStatus.SUSPENDED: "$text-warning",
}
_STATUS_CELLS = 12


def task_list(detail: InstanceDetail, now: datetime) -> Content:
    """Return the whole tab."""
    return Content("\n").join(_lines(detail, now))


def task_status(task: Task) -> Content:
    """Return a task's status: a sign, a word, a colour; a word that we do not know as it came."""
    return Content.styled(TASK_WORDS.get(task.status, plain(task.status)), TASK_COLORS.get(task.status, ""))


def _lines(detail: InstanceDetail, now: datetime) -> Iterator[Content]:
    if detail.tasks.error is not None:
        yield fault_line(detail.tasks)
    if detail.tasks.value is None:
        if detail.tasks.error is None:
            yield Content.styled("reading …", "$foreground-muted")
        return
    if not detail.tasks.value:
        yield Content.styled("The service names no task (yet).", "$foreground-muted")
    for task in detail.tasks.value:
        yield Content.assemble((task.name, "bold"), (f"  {plain(task.type)}", "$foreground-muted"))
        attempts = (*task.histories, task)
        for number, attempt in enumerate(attempts, 1):
            yield _attempt(attempt, f"attempt {number}" if len(attempts) > 1 else "", now)
        yield Content("")


def _attempt(task: Task, label: str, now: datetime) -> Content:
    status = task_status(task)
    padding = " " * max(1, _STATUS_CELLS - status.cell_length)
    times = f"{clock_time(task.start_time, now=now)} → {_end(task, now)}"
    head = f"  {label}  " if label else "  "
    return Content.assemble((head, "$foreground-muted"), status, padding, times, (f"   {_time(task, now)}", "$foreground-muted"))


def _end(task: Task, now: datetime) -> str:
    if task.end_time is None and task.status in (TaskStatus.RUNNING, TaskStatus.WAITING, TaskStatus.SUSPENDED):
        return "still"
    return clock_time(task.end_time, now=now)


def _time(task: Task, now: datetime) -> str:
    """End minus start; for one that runs, our clock's time minus start, and so only about right."""
    if task.start_time is None:
        return UNKNOWN
    if task.end_time is not None:
        return exact_duration(max(timedelta(0), task.end_time - task.start_time))
    return f"~{going_duration(max(timedelta(0), now - task.start_time))}" if task.status == TaskStatus.RUNNING else UNKNOWN
