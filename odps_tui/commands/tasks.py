"""`odps-tui tasks ID`: the tasks inside an instance, and how each is."""

from __future__ import annotations

import argparse

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instance(parser)
    flags.add_output(parser, *flags.ROW_FORMATS)


def run(arguments: argparse.Namespace) -> int:
    """Write the tasks in the service's order."""
    from odps_tui.commands import output
    from odps_tui.commands.facts import TASK_KEYS, task_facts

    tasks = ask(arguments, lambda client: client.get_task_statuses(arguments.instance))
    with output.rows(arguments.output, TASK_KEYS) as rows:
        for task in tasks.values():
            rows.write(task_facts(task))
    return 0
