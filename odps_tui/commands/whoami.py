"""`odps-tui whoami`: who the service takes us for."""

from __future__ import annotations

import argparse

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_output(parser, "text", "json")


def run(arguments: argparse.Namespace) -> int:
    """Write the name that compares with an instance's owner."""
    from odps_tui.commands import output

    identity = ask(arguments, lambda client: client.whoami())
    if arguments.output == "json":
        output.write_document({"display_name": identity.display_name, "id": identity.id})
    else:
        print(identity.display_name)
    return 0
