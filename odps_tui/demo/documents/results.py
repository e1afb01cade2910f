"""Results of tasks: rows of a select, text, or the sentence that it failed with (Protocol §4.4)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from odps_tui.demo.documents.markup import DECLARATION, cdata, element, escape
from odps_tui.demo.world.instance import Instance, Outcome
from odps_tui.demo.world.script import Result, TaskScript, outcome_text
from odps_tui.demo.world.tasks import Task


def results(instance: Instance, tasks: tuple[Task, ...], script: Mapping[str, TaskScript], now: float) -> str:
    """The `<Instance><Tasks/></Instance>` document: one Task for each that has ended, `<Tasks/>` while none has."""
    over = [task for task in tasks if task.ended_at(instance, now) is not None]
    ended = "".join(_task(task, script[task.name], task.status(instance, now)) for task in over)
    tasks_element = f"<Tasks>\n{ended}    </Tasks>" if ended else "<Tasks/>"
    return f"{DECLARATION}<Instance>\n    {tasks_element}\n</Instance>\n"


def _task(task: Task, script: TaskScript, status: str) -> str:
    result = outcome_text(script, status)
    text = cdata(base64.b64encode(result.text.encode()).decode())
    content = f'<Result Transform="Base64" Format="{result.format}">{text}</Result>'
    if not result.text:
        content = f'<Result Transform="Base64" Format="{result.format}"/>'
    return (
        f'        <Task Type="{escape(task.type)}">\n            {element("Name", task.name)}\n            {content}\n'
        f"            <Status>{status}</Status>\n{_descriptor(result, status)}        </Task>\n"
    )


def _descriptor(result: Result, status: str) -> str:
    """What the columns are; only a select has one."""
    if result.columns is None or status != Outcome.SUCCESS:
        return ""
    columns = [{"Name": name, "Type": kind} for name, kind in result.columns]
    described = {"IsSelect": True, "SelectResultStatus": "FULL", "Schema": {"Columns": columns}}
    return f"            <ResultDescriptor>{cdata(json.dumps(described))}</ResultDescriptor>\n"
