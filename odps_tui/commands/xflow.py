"""`odps-tui xflow ID`: the instances that an XFlow is made of."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from odps_tui.maxcompute.client import MaxComputeClient
    from odps_tui.models import SubInstance

_KEYS = ("name", "path", "node_type", "instance_id")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instance(parser)
    parser.add_argument("--logview", action="store_true", help="with the link of each, without a token")
    flags.add_output(parser, *flags.ROW_FORMATS)


def run(arguments: argparse.Namespace) -> int:
    """Write the actions: as a table the tree with its sub-workflows, else PyODPS's flat list of instances."""
    return ask(arguments, lambda client: _list(client, arguments))


async def _list(client: MaxComputeClient, arguments: argparse.Namespace) -> int:
    from odps_tui.commands import output

    if arguments.output == "table":
        actions = list(_indented(await client.get_xflow_actions(arguments.instance)))
    else:
        actions = [(sub.name, sub) for sub in (await client.get_xflow_sub_instances(arguments.instance)).values()]
    links = await _links(client, (action for _, action in actions)) if arguments.logview else {}
    with output.rows(arguments.output, _keys(arguments)) as rows:
        for name, action in actions:
            rows.write(_facts(name, action, links, arguments))
    return 0


def _keys(arguments: argparse.Namespace) -> tuple[str, ...]:
    # The tree shows where an action lies by its indent.
    keys = tuple(key for key in _KEYS if key != "path" or arguments.output != "table")
    return (*keys, "logview") if arguments.logview else keys


def _facts(name: str, action: SubInstance, links: Mapping[str, str], arguments: argparse.Namespace) -> dict[str, object]:
    facts: dict[str, object] = {
        "name": name,
        "path": list(action.path),
        "node_type": action.node_type,
        "instance_id": action.instance_id,
    }
    return {**facts, "logview": links.get(action.instance_id or "")} if arguments.logview else facts


def _indented(actions: Iterable[SubInstance], depth: int = 0) -> Iterator[tuple[str, SubInstance]]:
    for action in actions:
        yield "  " * depth + action.name, action
        yield from _indented(action.children, depth + 1)


async def _links(client: MaxComputeClient, actions: Iterable[SubInstance]) -> dict[str, str]:
    ids = [action.instance_id for action in actions if action.instance_id is not None]
    return {one: (await client.get_logview_address(one)).url for one in ids}
