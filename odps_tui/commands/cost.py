"""`odps-tui cost ID`: the resources that each task has used."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask

if TYPE_CHECKING:
    from odps_tui.maxcompute.client import MaxComputeClient
    from odps_tui.models import TaskCost

# PyODPS's names: CPU in 1/100 core·s, memory in MB·s, input in bytes (protocol §4.6).
_KEYS = ("task_name", "cpu_cost", "memory_cost", "input_size", "core_hours", "memory_gb_hours")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instance(parser)
    flags.add_task(parser)
    flags.add_output(parser, *flags.ROW_FORMATS)


def run(arguments: argparse.Namespace) -> int:
    """Write a row for each task; a cost that the service does not tell is unknown, not nothing."""
    from odps_tui.commands import output

    costs = ask(arguments, lambda client: _costs(client, arguments))
    with output.rows(arguments.output, _KEYS) as rows:
        for name, cost in costs.items():
            rows.write({"task_name": name, **_facts(cost)})
    return 0


async def _costs(client: MaxComputeClient, arguments: argparse.Namespace) -> dict[str, TaskCost | None]:
    from odps_tui.commands.choosing_tasks import chosen

    names = chosen(await client.get_task_names(arguments.instance), arguments.task)
    return {name: await client.get_task_cost(arguments.instance, name) for name in names}


def _facts(cost: TaskCost | None) -> dict[str, object]:
    if cost is None:
        return dict.fromkeys(_KEYS[1:])
    return {
        "cpu_cost": cost.cpu,
        "memory_cost": cost.memory,
        "input_size": cost.input,
        "core_hours": cost.core_hours,
        "memory_gb_hours": cost.memory_gb_hours,
    }
