"""What an instance was asked to do: its Job, or its XFlow and what came of it (Protocol §4.3, §7.4)."""

from __future__ import annotations

from collections.abc import Mapping

from odps_tui.demo.documents.markup import DECLARATION, cdata, element, http_date
from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.script import TaskScript
from odps_tui.demo.world.tasks import Task
from odps_tui.demo.world.xflows import Action, XFlow


def job(instance: Instance, tasks: tuple[Task, ...], script: Mapping[str, TaskScript]) -> str:
    """The `<Job>` document: `?source`."""
    born = http_date(instance.start)
    return (
        f"{DECLARATION}<Job>\n    {element('Name', instance.job_name)}\n    <Comment/>\n"
        f"    {element('Owner', instance.owner.name)}\n    <CreationTime>{born}</CreationTime>\n"
        f"    <LastModifiedTime>{born}</LastModifiedTime>\n    <Priority>{instance.priority}</Priority>\n"
        "    <RunningCluster/>\n    <Guid/>\n    <Tasks>\n"
        + "".join(_task(task, script[task.name]) for task in tasks)
        + "    </Tasks>\n    <DAG>\n        <RunMode>Sequence</RunMode>\n    </DAG>\n</Job>\n"
    )


def _task(task: Task, script: TaskScript) -> str:
    """A task under a tag that is its type. Only SQL has a Query; a Spark task has a Plan."""
    body = {"SQL": "Query", "CUPID": "Plan"}.get(task.type)
    text = f"            <{body}>{cdata(script.query)}</{body}>\n" if body else ""
    return (
        f"        <{task.type}>\n            {element('Name', task.name)}\n            <Comment/>\n            <Config>\n"
        + "".join(_property(name, value) for name, value in script.properties)
        + f"            </Config>\n{text}        </{task.type}>\n"
    )


def _property(name: str, value: str) -> str:
    return f"                <Property>{element('Name', name)}{element('Value', value)}</Property>\n"


def xflow_source(xflow: XFlow) -> str:
    """The `<XflowInstance>` as somebody submitted it: `?xsource`."""
    parameters = "".join(
        f"            <Parameter>{element('Key', key)}{element('Value', value)}</Parameter>\n"
        for key, value in xflow.source.parameters
    )
    return (
        f"{DECLARATION}<Instance>\n    <XflowInstance>\n        {element('Project', xflow.source.project)}\n"
        f"        {element('Xflow', xflow.source.name)}\n        <Parameters>\n{parameters}        </Parameters>\n"
        f"        <Priority>{xflow.instance.priority}</Priority>\n    </XflowInstance>\n</Instance>\n"
    )


def xflow_actions(actions: tuple[Action, ...], now: float) -> str:
    """The actions that have begun: `?xresult`."""
    return (
        f"{DECLARATION}<Xinstance>\n    <Actions>\n"
        + "".join(_action(action, now) for action in actions)
        + "    </Actions>\n</Xinstance>\n"
    )


def _action(action: Action, now: float) -> str:
    identity = f"<InstanceId>{action.instance.id}</InstanceId>" if action.instance else ""
    ended = action.instance is not None and action.instance.is_terminated(now)
    result = f'<Result Format="text">{cdata("OK")}</Result>' if ended else ""
    return f'        <Action NodeType="{action.node_type}">{identity}{element("Name", action.name)}{result}</Action>\n'
