"""`odps-tui projects`: the projects there are. Many accounts may not list them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask

if TYPE_CHECKING:
    from odps_tui.maxcompute.client import MaxComputeClient

_KEYS = ("name", "owner", "state", "region", "comment")
_SHOWN = ("name", "state", "owner", "comment")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    parser.add_argument("--name", metavar="BEGINNING", help="only those whose name begins so")
    flags.add_output(parser, *flags.ROW_FORMATS)


def run(arguments: argparse.Namespace) -> int:
    """Write the projects page by page."""
    return ask(arguments, lambda client: _list(client, arguments))


async def _list(client: MaxComputeClient, arguments: argparse.Namespace) -> int:
    from odps_tui.commands import output

    with output.rows(arguments.output, _KEYS, _SHOWN) as rows:
        async for page in client.list_project_pages(name=arguments.name):
            for project in page.projects:
                rows.write({key: getattr(project, key) for key in _KEYS})
            rows.flush()
    return 0
