"""`odps-tui source ID`: what was submitted. As text the SQL, as JSON the whole job."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask

if TYPE_CHECKING:
    from odps_tui.models import Job


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instance(parser)
    flags.add_task(parser)
    flags.add_output(parser, "text", "json")


def run(arguments: argparse.Namespace) -> int:
    """Write the SQL of all tasks with a blank line between, as PyODPS's `get_sql_query` gives it."""
    from odps_tui.commands import output
    from odps_tui.commands.choosing_tasks import chosen

    job = ask(arguments, lambda client: client.get_job(arguments.instance))
    names = chosen([task.name for task in job.tasks], arguments.task)
    if arguments.output == "json":
        output.write_document(_facts(job, names))
        return 0
    queries = [task.query for task in job.tasks if task.name in names and task.query is not None]
    if not queries:
        types = ", ".join(sorted({task.type for task in job.tasks}))
        output.tell(f"No SQL was submitted: the tasks are of type {types or 'unknown'}. -o json shows them.")
    output.write_text("\n\n".join(queries))
    return 0


def _facts(job: Job, names: list[str]) -> dict[str, object]:
    from odps_tui.commands.facts import iso

    return {
        "name": job.name,
        "comment": job.comment,
        "owner": job.owner,
        "creation_time": iso(job.creation_time),
        "priority": job.priority,
        "running_cluster": job.running_cluster,
        "tasks": [
            {
                "name": task.name,
                "type": task.type,
                "query": task.query,
                "settings": dict(task.settings),
                "properties": dict(task.properties),
            }
            for task in job.tasks
            if task.name in names
        ],
    }
