"""Which tasks of an instance failed, and why: the result says it, and where an old service does not, the task's own status."""

from __future__ import annotations

from odps_tui.models import TaskFailure, TaskResult, TaskStatus
from odps_tui.monitor import InstanceDetail


def failures_of(detail: InstanceDetail) -> dict[str, TaskFailure]:
    """Return the failures by task."""
    results = (detail.results.value or {}).values()
    return {result.name: result.failure for result in results if result.failure is not None and has_failed(result, detail)}


def has_failed(result: TaskResult, detail: InstanceDetail) -> bool:
    """Tell whether a result is the reason of a failure."""
    statuses = {task.name: task.status for task in detail.tasks.value or ()}
    return bool(result.text) and (result.status or statuses.get(result.name)) == TaskStatus.FAILED
