"""`odps-tui demo-service`: serve the demo MaxCompute until Ctrl-C, for any client.

Standard output gets four `export` lines, once the socket listens; everything for people goes to standard error.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from odps_tui.demo import DemoService
    from odps_tui.demo.chaos import Chaos

_NO_PORT = 2
_USAGE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--instances", type=_count, default=200, metavar="N", help="instances to begin with (default: 200)")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="the same seed gives the same world (default: 7)")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="divides every duration (default: 1)")
    parser.add_argument("--project", default="demo_project", metavar="NAME", help="the project's name (default: demo_project)")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[:SECONDS]",
        help="something that goes wrong, from the start on, for a time (default: for ever); may be given again; `list` names "
        "all; `-` takes more from standard input: NAME[:SECONDS] begins one, -NAME ends it",
    )
    # For the dashboard, which starts this command as a child: standard input is a pipe that closes with the parent.
    parser.add_argument("--exit-with-parent", action="store_true", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM and return 0; return 2 when the port cannot be had, or for a fault that does not exist."""
    import asyncio

    if "list" in arguments.fault:
        return _list_faults()
    try:
        return asyncio.run(_serve(arguments, _chaos(arguments.fault)))
    except ValueError as error:
        print(f"odps-tui: {error}", file=sys.stderr)
        return _USAGE
    except OSError as error:
        print(f"odps-tui: cannot listen on 127.0.0.1:{arguments.port}: {_reason(error)}", file=sys.stderr)
        return _NO_PORT


async def _serve(arguments: argparse.Namespace, chaos: Chaos | None) -> int:
    import asyncio

    from odps_tui.commands.demo_input import read_input
    from odps_tui.demo import DemoService, World

    leave = asyncio.Event()
    _leave_on_signals(leave)
    world = World(seed=arguments.seed, instances=arguments.instances, speed=arguments.speed, project=arguments.project)
    async with DemoService(world, arguments.port, chaos=chaos) as service:
        _announce(service, arguments.project)
        if arguments.exit_with_parent or "-" in arguments.fault:
            loop = asyncio.get_running_loop()
            read_input(chaos, lambda: loop.call_soon_threadsafe(leave.set) if arguments.exit_with_parent else None)
        await leave.wait()
    return 0


def _list_faults() -> int:
    from odps_tui.demo.chaos import FAULTS

    for fault in FAULTS.values():
        print(f"{fault.name:<16} {fault.words}")
    return 0


def _chaos(faults: list[str]) -> Chaos | None:
    """Return what `--fault` asked for. Raises ValueError."""
    from odps_tui.demo.chaos import Chaos

    chaos = Chaos()
    for fault in faults:
        if fault != "-":
            chaos.obey(fault)
    return chaos if faults else None


def _announce(service: DemoService, project: str) -> None:
    """Print what a shell needs to use the service; flushed, because a parent may be waiting for it."""
    import shlex

    for name, value in (
        ("ODPS_ENDPOINT", service.endpoint),
        ("ODPS_PROJECT_NAME", project),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", service.identity.access_id),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", service.identity.secret),
    ):
        print(f"export {name}={shlex.quote(value)}")
    sys.stdout.flush()
    print(
        "A demo MaxCompute is listening. Paste the lines above into another shell; Ctrl-C ends it.", file=sys.stderr, flush=True
    )


def _leave_on_signals(leave: asyncio.Event) -> None:
    import asyncio
    import signal

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, leave.set)


def _reason(error: OSError) -> str:
    import errno

    return "another program uses this port" if error.errno == errno.EADDRINUSE else error.strerror or str(error)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of instances")
    return int(text)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from error
    if not 0 < speed < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return speed
