"""`odps-tui ls`: the instances of a project, in the service's order, page by page as they come."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from odps_tui.maxcompute.client import MaxComputeClient

_SHOWN = ("id", "status", "start_time", "end_time", "owner")
_SHOWN_WITH_OUTCOME = ("id", "status", "outcome", "start_time", "end_time", "owner")
_LARGEST_PAGE = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    parser.add_argument("--status", choices=("running", "suspended", "terminated"), help="only these")
    parser.add_argument("--owner", choices=("me", "all"), default="all", help="whose (default: all)")
    parser.add_argument("--since", type=flags.moment, metavar="TIME", help="started at or after: 1h (ago), or ISO 8601")
    parser.add_argument("--until", type=flags.moment, metavar="TIME", help="started until: 1h (ago), or ISO 8601")
    parser.add_argument("--limit", type=flags.count, metavar="N", help="at most so many")
    parser.add_argument(
        "--filter", type=flags.row_filter, metavar="EXPR", help="as in the dashboard: 'owner:etl state:failed run>10m'"
    )
    parser.add_argument("--outcome", action="store_true", help="ask how each one that has ended did: one request for each")
    flags.add_output(parser, *flags.ROW_FORMATS)


def run(arguments: argparse.Namespace) -> int:
    """Write the list."""
    return ask(arguments, lambda client: _list(client, arguments))


async def _list(client: MaxComputeClient, arguments: argparse.Namespace) -> int:
    from odps_tui.commands import output
    from odps_tui.commands.facts import INSTANCE_KEYS

    left = float("inf") if arguments.limit is None else arguments.limit
    shown = _SHOWN_WITH_OUTCOME if arguments.outcome else _SHOWN
    with output.rows(arguments.output, INSTANCE_KEYS, shown) as rows:
        async for page in _pages(client, arguments):
            for facts in page:
                rows.write(facts)
                left -= 1
                if not left:
                    return 0
            rows.flush()
    return 0


async def _pages(client: MaxComputeClient, arguments: argparse.Namespace) -> AsyncIterator[list[dict[str, object]]]:
    from odps_tui.commands.facts import instance_facts
    from odps_tui.commands.selecting import Selecting

    selecting = Selecting(client, arguments.filter, asks_outcomes=arguments.outcome)
    pages = client.list_instance_pages(
        status=arguments.status,
        start_time=arguments.since,
        end_time=arguments.until,
        only_owner=arguments.owner == "me",
        max_items=_page_size(None if arguments.filter is not None else arguments.limit),
    )
    async for page in pages:
        yield [instance_facts(row.instance, row.outcome) for row in await selecting.select(page.instances) if row.instance]


def _page_size(wanted: int | None) -> int | None:
    """Return how many to ask for at a time: no more than are wanted, where that can be told; None leaves it to the service."""
    return None if wanted is None else min(wanted, _LARGEST_PAGE)
