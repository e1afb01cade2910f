"""How long until something is to be seen, and until the list is; beside an empty Textual app and a stock DataTable dashboard.

    python bench/start_up.py [--rounds 9] [--json]

Everything runs in a pseudo-terminal of 120×40 that this program reads; each round runs each program once, so that all of them
meet the same machine. What was written is shown to a terminal emulator afterwards: a time counts from the start of the process to
the bytes after which the thing is on the screen. Our list comes over HTTP from the demo service, a process of its own with 1,000
instances; the stock dashboard has as many rows in its memory. Figures are medians, with the range behind them.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyte

COLUMNS, LINES = 120, 40
INSTANCES = 1_000
PATIENCE, REST = 30.0, 0.2
_PEERS = str(Path(__file__).with_name("start_up_peers.py"))
_OURS = str(Path(sys.executable).with_name("odps-tui"))
_ID = re.compile(r"20\d{9,}g\w+")
_WRITTEN_ID = re.compile(_ID.pattern.encode())
_QUESTION = b"\x1b[6n"

Chunks = list[tuple[float, bytes]]
Facts = dict[str, list[float]]
Seen = Callable[[pyte.Screen], bool]


def shows_a_list(screen: pyte.Screen) -> bool:
    """Rows of instances are on the screen."""
    return sum(bool(_ID.search(line)) for line in screen.display) >= 5


def shows_a_frame(screen: pyte.Screen) -> bool:
    """The headings of our panes are."""
    text = "\n".join(screen.display)
    return all(words in text for words in ("Instances", "Detail", "Progress"))


def shows_keys(screen: pyte.Screen) -> bool:
    """Textual has taken over: the keys that do something now are on the screen, and rows."""
    return "quit" in screen.display[LINES - 1] and shows_a_list(screen)


def shows_paint(screen: pyte.Screen) -> bool:
    """Textual has painted its background, down to the last line."""
    return bool(screen.buffer[LINES - 2][COLUMNS - 1].bg != "default")


def wrote_a_list(written: bytes) -> bool:
    """A screenful of rows has been written: cheaper to tell than what is on the screen, and good enough to stop reading."""
    return len(_WRITTEN_ID.findall(written)) >= 12


def wrote_keys(written: bytes) -> bool:
    """So have the keys of our last line."""
    return wrote_a_list(written) and b"quit" in written


def wrote_a_screen(written: bytes) -> bool:
    """As much as the background of an empty screen has been written."""
    return len(written) > 3_000


@dataclass(frozen=True)
class Program:
    """What is run: until `is_enough` of what it wrote, or to its end; and the moments that are looked for."""

    arguments: tuple[str, ...]
    is_enough: Callable[[bytes], bool] | None = None
    moments: tuple[tuple[str, Seen], ...] = ()


_OUR_MOMENTS = (("first_frame", shows_a_frame), ("live_list", shows_a_list), ("keys", shows_keys))

PROGRAMS = {
    "python": Program((sys.executable, "-c", "pass")),
    "version": Program((_OURS, "--version")),
    "ls_help": Program((_OURS, "ls", "--help")),
    "empty": Program((sys.executable, _PEERS, "empty"), wrote_a_screen, (("empty", shows_paint),)),
    "stock": Program((sys.executable, _PEERS, "stock"), wrote_a_list, (("stock", shows_a_list),)),
    "ours": Program((_OURS,), wrote_keys, _OUR_MOMENTS),
}


@contextmanager
def demo_service() -> Iterator[dict[str, str]]:
    """Run the service; yield the environment that leads to it."""
    command = [_OURS, "demo-service", "--exit-with-parent", "--instances", str(INSTANCES)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=quiet, text=True) as service:
        assert service.stdout is not None
        lines = [service.stdout.readline() for _ in range(4)]
        yield dict(line.strip().removeprefix("export ").split("=", 1) for line in lines)
        service.terminate()


def run(program: Program, environ: Mapping[str, str]) -> tuple[float, Chunks]:
    """Run a program on a terminal; return the seconds until it ended or had written enough, and what it wrote when."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    began = time.perf_counter()
    process = subprocess.Popen(program.arguments, stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True)
    os.close(slave)
    try:
        chunks = list(_read(master, began, program.is_enough))
        if program.is_enough is None:
            process.wait()
        return time.perf_counter() - began, chunks
    finally:
        process.kill()
        process.wait()
        os.close(master)


def _read(master: int, began: float, is_enough: Callable[[bytes], bool] | None) -> Iterator[tuple[float, bytes]]:
    """Yield what is written, with when; a question for the cursor's place is answered, as terminals do."""
    written, until = b"", PATIENCE
    while (left := until - (time.perf_counter() - began)) > 0:
        readable, _, _ = select.select([master], [], [], left)
        if not readable:
            return
        try:
            data = os.read(master, 65_536)
        except OSError:
            return
        at = time.perf_counter() - began
        if _QUESTION in data:
            os.write(master, b"\x1b[1;1R")
        yield at, data
        written += data
        if until == PATIENCE and is_enough is not None and is_enough(written):
            until = at + REST


def moments(program: Program, chunks: Chunks) -> Iterator[tuple[str, float]]:
    """Show a terminal emulator what was written; yield when, in ms, each of the moments came."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    missing = list(program.moments)
    for at, data in chunks:
        stream.feed(data)
        for name, is_seen in [moment for moment in missing if moment[1](screen)]:
            missing.remove((name, is_seen))
            yield name, at * 1e3
    if missing:
        raise SystemExit(f"never seen: {missing[0][0]}; the screen at the end:\n" + "\n".join(screen.display))


def measure(rounds: int) -> Facts:
    """Run everything once a round; return the ms of each."""
    facts: Facts = defaultdict(list)
    with demo_service() as place, tempfile.TemporaryDirectory() as home:
        environ = {
            **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            **place,
            "HOME": home,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
        }
        for number in range(rounds + 1):
            for name, program in PROGRAMS.items():
                seconds, chunks = run(program, environ)
                found = dict(moments(program, chunks)) if program.moments else {name: seconds * 1e3}
                for moment, value in found.items() if number else ():  # the first round fills the caches
                    facts[moment].append(value)
    return facts


@dataclass(frozen=True)
class Line:
    """A line of the table: a time against the goal, which is a share of a peer's time, or ms."""

    name: str
    what: str
    peer: str = ""
    share: float = 0.0
    goal: str = ""

    def is_reached(self, facts: Facts) -> bool:
        """Tell whether the median is within the goal."""
        limit = statistics.median(facts[self.peer]) * self.share if self.peer else self.share
        return statistics.median(facts[self.name]) <= limit

    def cells(self, facts: Facts) -> tuple[str, ...]:
        """Return what to print."""
        values = facts[self.name]
        time_ = f"{statistics.median(values):,.0f} ms ({min(values):,.0f} … {max(values):,.0f})"
        if not self.goal:
            return (self.what, time_, "", "", "")
        ratio = f"{ratio_of(facts, self.name, self.peer):.2f}" if self.peer else ""
        return (self.what, time_, ratio, self.goal, "yes" if self.is_reached(facts) else "NO")


LINES_OF_TABLE = (
    Line("python", "python -c pass"),
    Line("empty", "an empty Textual app: first paint"),
    Line("stock", "a stock DataTable dashboard: list on the screen"),
    Line("first_frame", "odps-tui: first frame", "stock", 1 / 6, "≤ 1/6 of the stock dashboard"),
    Line("live_list", "odps-tui: live list", "stock", 0.7, "≤ 0.7 of the stock dashboard"),
    Line("live_list", "", "empty", 1.2, "≤ 1.2 of the empty app"),
    Line("keys", "odps-tui: a live list that keys act on"),
    Line("version", "odps-tui --version", "python", 5, "≤ 5 of python -c pass"),
    Line("ls_help", "odps-tui ls --help", "", 150, "≤ 150 ms"),
)


def ratio_of(facts: Facts, name: str, peer: str) -> float:
    """Return one median as a share of another."""
    return statistics.median(facts[name]) / statistics.median(facts[peer])


def show(facts: Facts) -> None:
    """Print the table."""
    cells = [("", "time", "ratio", "goal", "reached"), *(line.cells(facts) for line in LINES_OF_TABLE)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(cells[0]))]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def figures(facts: Facts) -> dict[str, float]:
    """Return each median by its name, in ms, and the ratios that goals are set for."""
    ratios = {f"{line.name}/{line.peer}": ratio_of(facts, line.name, line.peer) for line in LINES_OF_TABLE if line.peer}
    return {**{name: statistics.median(values) for name, values in facts.items()}, **ratios}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true", help="print name and figure of each as a JSON object")
    options = parser.parse_args()
    facts = measure(options.rounds)
    if options.json:
        print(json.dumps(figures(facts)))
        return
    print(f"{COLUMNS}×{LINES}, {INSTANCES:,} instances, Python {sys.version.split()[0]}; medians of {options.rounds} (range)")
    show(facts)


if __name__ == "__main__":
    main()
