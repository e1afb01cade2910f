"""The tasks inside an instance and how they are (protocol §4.2)."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from odps_tui.maxcompute.codec.status_words import task_status
from odps_tui.maxcompute.codec.times import rfc1123
from odps_tui.maxcompute.codec.xml import children, line, parse
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import Task
from odps_tui.safe_text import clean_line


def decode_task_statuses(response: Response) -> dict[str, Task]:
    """Read the tasks by name, in the order of the document."""
    root = parse(response.body, "Instance")
    return {task.name: task for task in map(_task, children(root, "Tasks", "Task"))}


def _task(node: Element, *, is_attempt: bool = False) -> Task:
    """Read a task, or an earlier attempt at one, which has no attempts of its own."""
    return Task(
        name=line(node, "Name") or "",
        type=clean_line(node.get("Type", "").strip()) or None,
        status=task_status(node.findtext("Status")),
        start_time=rfc1123(node.findtext("StartTime")),
        end_time=rfc1123(node.findtext("EndTime")),
        histories=() if is_attempt else tuple(_task(one, is_attempt=True) for one in children(node, "Histories", "History")),
    )
