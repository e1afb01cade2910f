"""Bytes to the terminal, and processor: the whole program beside its peers, each in a pseudo-terminal of 120×40, truecolour.

    python bench/painting.py [--json] [--only ours,DataTable,…] [--what bytes|processor] [--seconds 20]

Ours runs as a user starts it, against a demo service in another process whose world stands still: what changes is what the
course says. Bytes are exact, whatever else the machine does: a measurement begins right behind a tick of the clock and ends
before the next, and holds everything that comes, questions to the terminal included. A cursor step counts twice: what the key
itself changes (list, heads, keys), and all that follows once the cursor rests and the instance has been read. Figures are
medians. Peers that are not installed are said to be missing; `bench/peers.py` installs them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from peers import peer_commands
from still_service import StillService, still_service
from terminal_program import Program

INSTANCES = 1_000
FIVE, FIFTY = 5, 50
STEPS = 9
LINES_BACK = 3
"""From where nine steps lead to an instance that does not change from poll to poll, nor is among the five that do."""
AT_ONCE = 0.03
"""Seconds within which what a key changes is on its way, before anything that waits for the cursor to rest."""
BEFORE_THE_TICK = 0.75
CALLS_RETURN = 6.0
"""Seconds after which no question waits because too many came before it: what is asked then is answered at once."""
REST = 10.0
START, SOMETHING = 20.0, 1_000
"""Seconds that a peer may take to start, and bytes that are more than what is said to a terminal before anything is drawn."""
DOWN, PAGE_DOWN = b"\x1b[B", b"\x1b[6~"
HERE = Path(__file__).resolve().parent

FLOORS = {"polls without a screen": "polls", "an empty Textual app": "screen"}
"""What any dashboard of this make takes, whatever it shows."""
PAINTERS = {"ours": (), "ours, stock painter": ("--paint", "stock")}
EVERY = "ours,ours; stock painter,DataTable,htop,toolong,posting,dolphie"

Figures = dict[str, float]


@dataclass(frozen=True)
class Peer:
    """A program to measure: how it is started, how one knows that it is there, and its keys."""

    argv: Sequence[str]
    ready: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)
    down: bytes = DOWN
    up: bytes = b"k"
    page: bytes = PAGE_DOWN
    home: bytes = b"g"
    first: Sequence[bytes] = ()
    """What is typed before anything is measured but the first screen."""
    lines_to_bottom: int = 60
    poll: Callable[[Program], object] | None = None
    """Lets a poll come that changes five cells."""
    ticks: bool = True
    """Whether it shows a clock, or anything else that goes on by itself."""


def bytes_of(peer: Peer) -> Figures:
    """Run a program through the course of bytes."""
    with Program(peer.argv, peer.environ) as program:
        wait_for(program, peer)
        program.gather(REST, quiet=0.7)
        if program.total < SOMETHING:
            return {}  # it does not run here
        has_rested = time.perf_counter() - program.bursts[-1][0] > 0.5
        figures: Figures = {"first screen": program.total} if has_rested else {}
        type_first(program, peer)
        program.gather(3.0)
        settle(program, peer)
        figures["at rest"] = program.gather(REST)
        measure(program, peer, figures, "cursor", peer.down)
        if peer.poll is not None:
            for _ in range(LINES_BACK):
                program.type(peer.up)
                program.gather(0.05)
            program.gather(CALLS_RETURN)
            settle(program, peer)
            peer.poll(program)
            program.gather(CALLS_RETURN)
            settle(program, peer)
            peer.poll(program)
            figures["five cells"] = program.gather(BEFORE_THE_TICK)
        for _ in range(peer.lines_to_bottom):
            program.type(peer.down)
            program.gather(0.05)
        program.gather(6.0)
        measure(program, peer, figures, "scroll", peer.down)
        measure(program, peer, figures, "page", peer.page)
        return figures


def wait_for(program: Program, peer: Peer) -> None:
    """Wait until it is there; of one that says nothing by which one knows, until it has drawn something and rests."""
    if peer.ready:
        program.until(peer.ready)
    else:
        program.gather(START, until=lambda: program.total > SOMETHING)


def type_first(program: Program, peer: Peer) -> None:
    """Come to what is measured: the list of a whole week, which nothing leaves because time goes on."""
    for keys in peer.first:
        program.type(keys)
        program.gather(3.0, quiet=0.5)


def settle(program: Program, peer: Peer) -> None:
    """Come to a moment when nothing is on its way and nothing will come soon by itself."""
    if peer.ticks:
        program.until_tick()
    else:
        program.gather(3.0, quiet=0.3)


def measure(program: Program, peer: Peer, figures: Figures, name: str, key: bytes) -> None:
    """Press a key a few times; note the medians of what comes at once and of all that comes."""
    at_once, all_of_it = [], []
    for _ in range(STEPS):
        settle(program, peer)
        program.type(key)
        at_once.append(first_burst(program))
        all_of_it.append(at_once[-1] + program.gather(BEFORE_THE_TICK - AT_ONCE))
    figures[name] = statistics.median(at_once)
    figures[f"{name}, all that follows"] = statistics.median(all_of_it)


def first_burst(program: Program) -> int:
    """Read what comes at once."""
    before = program.total
    program.gather(1.0, until=lambda: program.total > before)
    program.gather(AT_ONCE)
    return program.total - before


def shares_of(peer: Peer, seconds: float, name: str = "processor") -> Figures:
    """Return the share of one processor, in per cent, that it takes as it is; nothing for a peer that does not run here."""
    with Program(peer.argv, peer.environ) as program:
        wait_for(program, peer)
        program.gather(4.0)
        type_first(program, peer)
        program.gather(6.0)
        if program.total < SOMETHING:
            return {}
        before = program.cpu()
        program.gather(seconds)
        return {name: (program.cpu() - before) / seconds * 100}


@contextmanager
def ours(service: StillService, *options: str, interval: float) -> Iterator[Peer]:
    """Our program as a user starts it, asking every `interval` seconds."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "config.toml").write_text(f"[refresh]\ninterval = {interval}\n", "ascii")
        environ = {**service.environ, "ODPS_TUI_CONFIG_DIR": directory, "ODPS_TUI_STATE_DIR": directory}

        def poll(program: Program) -> None:
            service.change(FIVE)
            program.type(b"r")

        argv = [sys.executable, "-m", "odps_tui", *options]
        yield Peer(argv, "● live", environ, down=b"j", poll=poll, first=(b":", b"window 7d", b"\r"))


def stock_dashboard(changed: int = 0, rows: int = INSTANCES) -> Peer:
    """The dashboard of stock widgets."""
    argv = [sys.executable, str(HERE / "stock_dashboard.py"), "--changed", str(changed), "--rows", str(rows)]
    return Peer(argv, "demo_project", down=b"j", poll=lambda program: program.type(b"p"))


def measure_bytes(wanted: Sequence[str]) -> Iterator[tuple[str, Figures]]:
    """Yield the bytes of each program."""
    with still_service(INSTANCES) as service:
        for name, options in PAINTERS.items():
            if name in wanted:
                with ours(service, *options, interval=3600) as peer:
                    found = bytes_of(peer)
                with ours(service, *options, interval=5) as peer:
                    yield name, {**found, "at rest": at_rest(peer)}
    if "DataTable" in wanted:
        yield "DataTable", bytes_of(stock_dashboard())
    for name, peer in other_programs(wanted):
        yield name, bytes_of(peer)


def measure_processor(wanted: Sequence[str], seconds: float) -> Iterator[tuple[str, Figures]]:
    """Yield the per cent of a processor that each program takes; others than dashboards as they are."""
    with still_service(INSTANCES) as service:
        service.change(FIFTY, every_poll=True)
        for name, options in PAINTERS.items():
            if name in wanted:
                with ours(service, *options, interval=1) as peer:
                    yield name, shares_of(peer, seconds)
        if "ours" in wanted:
            with ours(service, interval=5) as peer:
                yield "ours", shares_of(peer, seconds, "processor, every five seconds")
        if "ours" in wanted:
            argv = [sys.executable, str(HERE / "own_dashboard.py"), "--changed", str(FIFTY)]
            yield "ours, the screen alone", shares_of(Peer(argv, "● live", service.environ), seconds)
            for name, what in FLOORS.items():
                yield name, shares_of(Peer([sys.executable, str(HERE / "floors.py"), what], environ=service.environ), seconds)
    if "DataTable" in wanted:
        yield "DataTable", shares_of(stock_dashboard(FIFTY), seconds)
    for name, peer in other_programs(wanted):
        yield name, shares_of(peer, seconds)


def other_programs(wanted: Sequence[str]) -> Iterator[tuple[str, Peer]]:
    """Yield the programs that are no dashboards of instances, as far as they are installed."""
    for name, command in peer_commands().items():
        if name in wanted and command is not None:
            yield name, Peer(command.argv, environ=command.environ, down=command.down, ticks=command.ticks, first=command.first)


def at_rest(peer: Peer) -> float:
    """Return the bytes of ten seconds in which polls come and bring nothing new."""
    with Program(peer.argv, peer.environ) as program:
        program.until(peer.ready)
        program.gather(4.0)
        type_first(program, peer)
        program.gather(15.0)
        settle(program, peer)
        return program.gather(REST)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print name → figure")
    parser.add_argument("--only", default=EVERY)
    parser.add_argument("--what", choices=("bytes", "processor", "both"), default="both")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long processors are watched")
    options = parser.parse_args()
    wanted = [name.replace(";", ",") for name in options.only.split(",")]
    measured = [
        *(measure_bytes(wanted) if options.what != "processor" else ()),
        *(measure_processor(wanted, options.seconds) if options.what != "bytes" else ()),
    ]
    found = {f"{program}: {figure}": value for program, figures in measured for figure, value in figures.items()}
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        unit = "%" if ": processor" in name else "bytes"
        print(f"{name:52} {value:10,.2f} {unit}" if unit == "%" else f"{name:52} {value:10,.0f} {unit}")


if __name__ == "__main__":
    main()
