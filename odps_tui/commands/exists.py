"""`odps-tui exists ID`: a yes or no for `if` and `&&`. It writes nothing."""

from __future__ import annotations

import argparse

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask
from odps_tui.commands.exits import Exit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instance(parser)


def run(arguments: argparse.Namespace) -> int:
    """Return 0 when the service knows the instance, 6 when it does not."""
    return Exit.OK if ask(arguments, lambda client: client.exist_instance(arguments.instance)) else Exit.NOT_FOUND
