"""`odps-tui progress ID`: how far the stages are, in PyODPS's very line."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask
from odps_tui.commands.exits import Exit, exit_of_ending
from odps_tui.commands.reattaching import saying_how_to_return

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odps_tui.maxcompute.client import MaxComputeClient
    from odps_tui.models import Outcome, TaskProgress

_INTERVAL = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instance(parser)
    flags.add_task(parser)
    parser.add_argument("--follow", action="store_true", help="again and again until it ends; then the status is that of wait")
    parser.add_argument(
        "--interval", type=flags.duration, default=_INTERVAL, metavar="TIME", help="between two looks (default: 1s)"
    )
    flags.add_output(parser, "text", "json", "jsonl")


def run(arguments: argparse.Namespace) -> int:
    """Write the progress of every task, once or until the instance ends."""
    if arguments.follow and arguments.output == "json":
        from odps_tui.errors import SettingsError

        raise SettingsError("One JSON document cannot be followed: it has an end", remedy="Use -o jsonl.")
    if not arguments.follow:
        _write(ask(arguments, lambda client: _read(client, arguments)), arguments)
        return Exit.OK
    with saying_how_to_return(arguments, "progress", arguments.instance, "--follow"):
        return ask(arguments, lambda client: _follow(client, arguments), goes_on=True)


async def _follow(client: MaxComputeClient, arguments: argparse.Namespace) -> int:
    import asyncio

    from odps_tui.commands.outages import Outages

    outages = Outages()
    while True:
        # The end is looked for first: so the last line shows where everything stood after it.
        outcome = await outages.ask(lambda: _outcome(client, arguments.instance))
        _write(await outages.ask(lambda: _read(client, arguments)), arguments)
        sys.stdout.flush()
        if outcome is not None:
            return exit_of_ending(outcome)
        await asyncio.sleep(arguments.interval)


async def _outcome(client: MaxComputeClient, instance_id: str) -> Outcome | None:
    from odps_tui.commands.waiting import outcome_of_ended

    if not await client.is_terminated(instance_id):
        return None
    return outcome_of_ended((await client.get_task_statuses(instance_id)).values())


async def _read(client: MaxComputeClient, arguments: argparse.Namespace) -> dict[str, TaskProgress]:
    from odps_tui.commands.choosing_tasks import chosen

    names = chosen(await client.get_task_names(arguments.instance), arguments.task)
    return {name: await client.get_task_progress(arguments.instance, name) for name in names}


def _write(progresses: Mapping[str, TaskProgress], arguments: argparse.Namespace) -> None:
    if arguments.output == "text":
        _write_lines(progresses)
        return
    from datetime import UTC, datetime

    from odps_tui.commands import output
    from odps_tui.commands.facts import iso, stage_facts

    read_at = iso(datetime.now(UTC))
    with output.rows(arguments.output, ()) as rows:
        for name, progress in progresses.items():
            stages = [stage_facts(stage) for stage in progress.stages]
            rows.write({"id": arguments.instance, "task_name": name, "read_at": read_at, "stages": stages})


def _write_lines(progresses: Mapping[str, TaskProgress]) -> None:
    """Write a line for each task; of several, each after its name (PyODPS does not say which is whose)."""
    from datetime import UTC, datetime

    now = datetime.now(UTC).astimezone()
    for name, progress in progresses.items():
        line = progress.get_stage_progress_formatted_string(now)
        print(line if len(progresses) == 1 else f"{name}: {line}")
