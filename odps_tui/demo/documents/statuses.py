"""Status of an instance and of its tasks (Protocol §4.1, §4.2)."""

from __future__ import annotations

from odps_tui.demo.documents.markup import DECLARATION, element, escape, http_date
from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.tasks import Attempt, Task


def status(instance: Instance, now: float) -> str:
    """`<Instance><Status/></Instance>`; all else about it is in the headers."""
    return f"{DECLARATION}<Instance>\n    <Status>{instance.status(now)}</Status>\n</Instance>\n"


def status_headers(instance: Instance, now: float) -> list[tuple[str, str]]:
    """Owner, start and, once it has ended, end. A start is always sent: SDKs raise without a valid one."""
    headers = [("x-odps-owner", instance.owner.name), ("x-odps-start-time", http_date(instance.start))]
    if instance.is_terminated(now):
        headers.append(("x-odps-end-time", http_date(instance.ends_at)))
    return headers


def task_statuses(instance: Instance, tasks: tuple[Task, ...], now: float) -> str:
    """The `<Instance><Status/><Tasks/></Instance>` document."""
    return (
        f"{DECLARATION}<Instance>\n    <Status>{instance.status(now)}</Status>\n    <Tasks>\n"
        + "".join(_task(instance, task, now) for task in tasks)
        + "    </Tasks>\n</Instance>\n"
    )


def _task(instance: Instance, task: Task, now: float) -> str:
    at = min(now, instance.ends_at)
    begun = task.has_begun(instance, now)
    return (
        f'        <Task Type="{escape(task.type)}">\n            {element("Name", task.name)}\n'
        f"            {element('StartTime', http_date(task.begins if begun else None))}\n"
        f"            {element('EndTime', http_date(task.ended_at(instance, now) if begun else None))}\n"
        f"            <Status>{task.status(instance, now)}</Status>\n            {_histories(task, at)}\n        </Task>\n"
    )


def _histories(task: Task, at: float) -> str:
    """The attempts that have failed by `at`."""
    attempts = "".join(_history(task, attempt) for attempt in task.histories if attempt.end <= at)
    return f"<Histories>{attempts}</Histories>" if attempts else "<Histories/>"


def _history(task: Task, attempt: Attempt) -> str:
    return (
        f'<History Type="{escape(task.type)}">{element("Name", task.name)}{element("StartTime", http_date(attempt.start))}'
        f"{element('EndTime', http_date(attempt.end))}<Status>Failed</Status></History>"
    )
