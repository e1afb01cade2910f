"""`odps-tui show ID`: everything the service says of one instance, as one document."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, TypeVar

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask

if TYPE_CHECKING:
    from odps_tui.maxcompute.client import MaxComputeClient
    from odps_tui.models import Instance, Job, QueueingInfo, Task, TaskProgress

Part = TypeVar("Part")

# What the queue says of now; the rest of its facts the instance tells itself.
_FROM_QUEUE = (
    "progress", "wait_pos", "queue_length", "cpu_usage", "memory_usage", "total_cpu_usage", "total_memory_usage", "sub_status",
)  # fmt: skip
_TASKS_SHOWN = ("name", "type", "status", "start_time", "end_time")
_STAGES_SHOWN = ("task_name", "name", "status", "running_workers", "terminated_workers", "total_workers", "finished_percentage")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instance(parser)
    flags.add_output(parser, "table", "json", "jsonl")


def run(arguments: argparse.Namespace) -> int:
    """Write the document. A part that may not be read is unknown, and said so; the rest is there."""
    from odps_tui.commands import output

    document = ask(arguments, lambda client: _read(client, arguments.instance))
    if arguments.output == "table":
        _write_table(document)
    else:
        output.write_document(document, is_line=arguments.output == "jsonl")
    return 0


async def _read(client: MaxComputeClient, instance_id: str) -> dict[str, object]:
    from odps_tui.models import TaskProgress

    instance = await client.get_instance(instance_id)
    tasks = await client.get_task_statuses(instance_id)
    job = await _readable("The job", client.get_job(instance_id))
    info = None if instance.is_terminated else await _readable("The queue", client.get_queueing_info(instance_id))
    progresses = {
        name: await _readable(f"The progress of {name}", client.get_task_progress(instance_id, name)) or TaskProgress()
        for name in tasks
    }
    return _document(instance, tasks, job, info, progresses)


async def _readable(what: str, part: Awaitable[Part]) -> Part | None:
    from odps_tui.commands.output import tell
    from odps_tui.errors import NoPermission

    try:
        return await part
    except NoPermission as error:
        tell(f"{what} is unknown: {error}")
        return None


def _document(
    instance: Instance,
    tasks: Mapping[str, Task],
    job: Job | None,
    info: QueueingInfo | None,
    progresses: Mapping[str, TaskProgress],
) -> dict[str, object]:
    from odps_tui.commands.facts import instance_facts, queueing_facts, stage_facts, task_facts
    from odps_tui.models import outcome_of

    queued = queueing_facts(info) if info is not None else {}
    return {
        **instance_facts(instance, outcome_of(tuple(tasks.values())) if instance.is_terminated else None),
        "is_terminated": instance.is_terminated,
        "is_successful": instance.is_terminated and all(task.is_successful for task in tasks.values()),
        "job_name": job.name if job is not None else queued.get("job_name"),
        "priority": job.priority if job is not None else queued.get("priority"),
        "running_cluster": job.running_cluster if job is not None else None,
        **{key: queued.get(key) for key in _FROM_QUEUE},
        "task_names": list(tasks),
        "tasks": [task_facts(task) for task in tasks.values()],
        "stages": [
            {"task_name": name, **stage_facts(stage)} for name, progress in progresses.items() for stage in progress.stages
        ],
    }


def _write_table(document: Mapping[str, object]) -> None:
    from odps_tui.commands import output

    with output.rows("table", ("key", "value")) as rows:
        for key, value in document.items():
            if key not in {"tasks", "stages"}:
                rows.write({"key": key, "value": value})
    for key, shown in (("tasks", _TASKS_SHOWN), ("stages", _STAGES_SHOWN)):
        parts = document[key]
        if isinstance(parts, list) and parts:
            print()
            with output.rows("table", shown) as rows:
                for part in parts:
                    rows.write(part)
