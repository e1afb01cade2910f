"""`odps-tui top`: what runs and what queues now, the largest use of CPU first."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask

if TYPE_CHECKING:
    from odps_tui.commands.outages import Outages
    from odps_tui.maxcompute.client import MaxComputeClient
    from odps_tui.models import QueueingInfo

_SHOWN = (
    "id", "status", "priority", "progress", "cpu_usage", "memory_usage", "wait_pos", "task_type", "sub_status", "job_name",
    "owner",
)  # fmt: skip
_INTERVAL = 5.0
_CLEAR = "\x1b[H\x1b[J"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    parser.add_argument("--status", choices=("running", "suspended"), help="only these")
    parser.add_argument("--owner", choices=("me", "all"), default="all", help="whose (default: all)")
    parser.add_argument("--limit", type=flags.count, metavar="N", help="at most so many")
    parser.add_argument("--filter", type=flags.row_filter, metavar="EXPR", help="as in the dashboard: 'state:waiting prio<3'")
    parser.add_argument(
        "--watch", type=flags.duration, nargs="?", const=_INTERVAL, metavar="TIME", help="again and again, this far apart (5s)"
    )
    flags.add_output(parser, *flags.ROW_FORMATS)


def run(arguments: argparse.Namespace) -> int:
    """Write the queue, once or until Ctrl-C."""
    if arguments.watch is not None and arguments.output == "json":
        from odps_tui.errors import SettingsError

        raise SettingsError("One JSON document cannot be watched: it has an end", remedy="Use -o jsonl.")
    return ask(arguments, lambda client: _top(client, arguments), goes_on=arguments.watch is not None)


async def _top(client: MaxComputeClient, arguments: argparse.Namespace) -> int:
    import asyncio

    from odps_tui.commands.outages import Outages

    if arguments.watch is None:
        _write(await _read(client, arguments), arguments, before="")
        return 0
    outages = Outages()
    is_screen = arguments.output == "table" and sys.stdout.isatty()
    before = ""
    while True:
        _write(await _read_again(outages, client, arguments), arguments, before=_CLEAR if is_screen else before)
        before = "\n" if arguments.output == "table" else ""
        await asyncio.sleep(arguments.watch)


async def _read_again(outages: Outages, client: MaxComputeClient, arguments: argparse.Namespace) -> list[QueueingInfo]:
    return await outages.ask(lambda: _read(client, arguments))


async def _read(client: MaxComputeClient, arguments: argparse.Namespace) -> list[QueueingInfo]:
    infos = client.list_instance_queueing_infos(status=arguments.status, only_owner=arguments.owner == "me")
    found = _matching([info async for info in infos], client, arguments)
    return sorted(found, key=lambda info: -(info.cpu_usage or 0))[: arguments.limit]


def _matching(infos: list[QueueingInfo], client: MaxComputeClient, arguments: argparse.Namespace) -> list[QueueingInfo]:
    if arguments.filter is None:
        return infos
    from odps_tui.commands.selecting import service_time
    from odps_tui.monitor import InstanceRow

    rows = [InstanceRow(info.instance_id, info=info, is_queued=True) for info in infos]
    chosen = set(arguments.filter.select(rows, service_time(client)))
    return [info for info in infos if info.instance_id in chosen]


def _write(infos: list[QueueingInfo], arguments: argparse.Namespace, *, before: str) -> None:
    from datetime import UTC, datetime

    from odps_tui.commands import output
    from odps_tui.commands.facts import QUEUEING_KEYS, iso, queueing_facts

    read_at = iso(datetime.now(UTC))
    sys.stdout.write(before)
    with output.rows(arguments.output, ("read_at", *QUEUEING_KEYS), _SHOWN) as rows:
        for info in infos:
            rows.write({"read_at": read_at, **queueing_facts(info)})
