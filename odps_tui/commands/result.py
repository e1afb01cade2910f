"""`odps-tui result ID`: what the tasks left behind. Of a task that failed it is the reason, and the exit status says so."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask
from odps_tui.commands.exits import Exit, exit_of_ending, worst

if TYPE_CHECKING:
    from odps_tui.maxcompute.client import MaxComputeClient
    from odps_tui.models import TaskResult


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instance(parser)
    flags.add_task(parser)
    flags.add_output(parser, "text", "json", "jsonl")


def run(arguments: argparse.Namespace) -> int:
    """Write the results; return 0, 1 or 3 as the tasks ended, 5 when there is no result yet."""
    results = ask(arguments, lambda client: _read(client, arguments))
    if arguments.output == "text":
        _write_texts(results)
    else:
        _write_facts(results, arguments.output)
    if not results:
        from odps_tui.commands.output import tell

        tell(f"There is no result yet: {arguments.instance} still runs")
        return Exit.STILL_RUNNING
    return worst(exit_of_ending(result.status) for result in results if result.status is not None)


async def _read(client: MaxComputeClient, arguments: argparse.Namespace) -> list[TaskResult]:
    from odps_tui.commands.choosing_tasks import chosen

    results = await client.get_task_results(arguments.instance)
    if arguments.task is None:
        return list(results.values())
    names = chosen(await client.get_task_names(arguments.instance), arguments.task)
    return [results[name] for name in names if name in results]


def _write_texts(results: list[TaskResult]) -> None:
    """A single text as it is, to the byte; several with a line feed between."""
    from odps_tui.commands.output import write_text

    write_text("\n".join(result.text for result in results))


def _write_facts(results: list[TaskResult], output_format: str) -> None:
    from odps_tui.commands import output

    with output.rows(output_format, ()) as rows:
        for result in results:
            descriptor = result.descriptor
            rows.write(
                {
                    "task_name": result.name,
                    "task_type": result.type,
                    "status": result.status,
                    "format": result.format,
                    "text": result.text,
                    "select_status": descriptor.select_status if descriptor is not None else None,
                    "columns": [{"name": name, "type": kind} for name, kind in descriptor.columns] if descriptor else None,
                }
            )
