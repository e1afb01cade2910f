"""`odps-tui wait ID…`: return when instances have ended, and with which success."""

from __future__ import annotations

import argparse
import contextlib
from typing import TYPE_CHECKING

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask
from odps_tui.commands.exits import Exit, exit_of, worst
from odps_tui.commands.reattaching import command_line, saying_how_to_return

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odps_tui.commands.output import Rows
    from odps_tui.commands.status_line import StatusLine
    from odps_tui.commands.waiting import End, Waiting
    from odps_tui.maxcompute.client import MaxComputeClient
    from odps_tui.models import Instance

_INTERVAL = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instances(parser)
    parser.add_argument("--timeout", type=flags.duration, metavar="TIME", help="leave with 5 after this long (default: never)")
    parser.add_argument("--any", action="store_true", help="return when the first one has ended (with --success: succeeded)")
    parser.add_argument("--success", action="store_true", help="return as soon as one has ended without success")
    parser.add_argument(
        "--interval", type=flags.duration, default=_INTERVAL, metavar="TIME", help="between two looks (default: 2s)"
    )
    parser.add_argument(
        "--give-up",
        type=flags.duration,
        default=flags.GIVE_UP,
        metavar="TIME",
        help="leave a service that is away (default: 10m)",
    )
    flags.add_output(parser, *flags.ROW_FORMATS)


def run(arguments: argparse.Namespace) -> int:
    """Wait; return how the instances ended."""
    with saying_how_to_return(arguments, "wait", *arguments.instances):
        return ask(arguments, lambda client: _wait(client, arguments), goes_on=True)


async def _wait(client: MaxComputeClient, arguments: argparse.Namespace) -> int:
    from odps_tui.commands import output
    from odps_tui.commands.outages import Outages
    from odps_tui.commands.status_line import StatusLine
    from odps_tui.commands.waiting import END_KEYS, END_SHOWN, Waiting

    status = Exit.STILL_RUNNING  # until we know better
    # The exit status is what is waited for, even when nobody reads the rows any more.
    with contextlib.suppress(BrokenPipeError), StatusLine() as line, output.rows(arguments.output, END_KEYS, END_SHOWN) as rows:
        waiting = Waiting(
            client,
            Outages(arguments.give_up, say=line.tell),
            interval=arguments.interval,
            timeout=float("inf") if arguments.timeout is None else arguments.timeout,
            look=_Look(client, line, len(set(arguments.instances))),
        )
        status = await _collect(waiting, rows, line, arguments)
    return status


async def _collect(waiting: Waiting, rows: Rows, line: StatusLine, arguments: argparse.Namespace) -> Exit:
    """Write each end as it comes; return the exit status of all, or of the one that settled it."""
    from odps_tui.errors import OdpsTuiError

    exits: list[Exit] = []
    try:
        async for end in waiting.ends(arguments.instances):
            _write(end, rows, line)
            exits.append(end.exit)
            if _is_settled(end, arguments):
                return end.exit
    except OdpsTuiError as error:
        line.tell(f"{str(error).rstrip('.')}. To attach again: {command_line(arguments, 'wait', *arguments.instances)}")
        exits.append(exit_of(error))
    return worst(exits)


def _is_settled(end: End, arguments: argparse.Namespace) -> bool:
    if arguments.any:
        return end.exit is Exit.OK or not arguments.success
    return bool(arguments.success) and end.exit is not Exit.OK


def _write(end: End, rows: Rows, line: StatusLine) -> None:
    line.clear()
    if end.error is not None:
        line.tell(end.sentence)
    with contextlib.suppress(BrokenPipeError):  # as above
        rows.write(end.facts)
        rows.flush()


class _Look:
    """Shows on the status line how far the living instances are: the workers of a single one, else how many have ended."""

    def __init__(self, client: MaxComputeClient, line: StatusLine, total: int) -> None:
        self._client = client
        self._line = line
        self._total = total

    async def __call__(self, living: Sequence[Instance]) -> None:
        if self._line.is_shown and living:
            self._line.show(await self._workers(living[0]) if self._total == 1 else self._ended(len(living)))

    def _ended(self, living: int) -> str:
        from odps_tui.commands.status_line import bar

        return f"{bar(self._total - living, self._total)} ended"

    async def _workers(self, instance: Instance) -> str:
        from odps_tui.commands.status_line import bar
        from odps_tui.errors import OdpsTuiError

        try:
            progresses = (await self._client.get_all_task_progresses(instance.id)).values()
        except OdpsTuiError:
            return instance.status
        total = sum(progress.total_workers or 0 for progress in progresses)
        done = sum(progress.done_workers for progress in progresses)
        return f"{instance.status} {bar(done, total)} workers" if total else instance.status
