"""A held key over a slow line: how long from a key to its row on the far screen, and what is left over when the key is let go.

    python bench/slow_line.py [--json] [--only ours,…] [--rates 16,8]

Between program and terminal lies a line of so many kB/s, and the kernel's own buffer; the far end is a terminal emulator that
answers when what was asked has come through. First the rows are walked over a fast line, to learn their order; then a key is held
for four seconds, 30 times a second, in 10,000 rows. A key that is not on the far screen before the bench gives up counts with
the time until then. "Left over" is how long the far screen still moves after the last key: frames that are dropped leave nothing.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import pyte
from painting import Peer, ours, stock_dashboard
from still_service import still_service
from terminal_program import COLUMNS, LINES, Program

INSTANCES = 10_000
KEYS, A_SECOND = 120, 30
GIVES_UP = 75.0
"""Seconds after the last key."""

_SLACK = 0.03
"""Seconds that the line has caught up with when the machine wakes us late."""

Mark = Callable[[pyte.Screen], str]


class FarTerminal(Program):
    """A program at the other end of a line of `rate` bytes a second; None for one that is as fast as it gets."""

    def __init__(self, peer: Peer, mark: Mark) -> None:
        self.rate: float | None = None
        self._mark = mark
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._free_at = 0.0
        self.seen: list[tuple[float, str]] = []
        """When the cursor came to which row, on the far screen."""
        super().__init__(peer.argv, peer.environ)

    @property
    def row(self) -> str:
        """The row that the cursor is on."""
        return self._mark(self._screen)

    def _read(self, seconds: float) -> bool:
        """What is read has gone through the line: nothing more goes in before it is through."""
        wait = self._free_at - time.perf_counter()
        if wait > 0:
            time.sleep(min(wait, seconds))
            return False
        before = len(self.written)
        if not self._take(seconds, 65_536 if self.rate is None else 256):
            return False
        new = bytes(self.written[before:])
        now = time.perf_counter()
        if self.rate is not None:
            self._free_at = max(self._free_at, now - _SLACK) + len(new) / self.rate
        self._stream.feed(new)
        row = self.row
        if row and (not self.seen or self.seen[-1][1] != row):
            self.seen.append((now, row))
        return True


def our_row(screen: pyte.Screen) -> str:
    """The id beside our cursor."""
    for y in range(3, LINES):
        line = screen.buffer[y]
        if line[1].data == "▌":
            return "".join(line[x].data for x in range(9, 36)).strip()
    return ""


def stock_row(screen: pyte.Screen) -> str:
    """The number that the stock dashboard writes below its panes."""
    return "".join(screen.buffer[LINES - 2][x].data for x in range(20)).strip()


def hold(peer: Peer, mark: Mark, rates: Sequence[float]) -> Iterator[tuple[float, list[float], float, int]]:
    """Yield for each rate: ms of every key, seconds left over, and bytes for all of it."""
    with FarTerminal(peer, mark) as far:
        far.until(peer.ready)
        far.gather(15.0, quiet=1.2)
        for key in peer.first:
            far.type(key)
            far.gather(4.0, quiet=1.2)
        rows = walk(far, peer)
        for rate in rates:
            far.type(peer.home)
            far.gather(6.0, until=lambda: far.row == rows[0])
            far.gather(3.0, quiet=1.1)
            yield rate, *held(far, peer, rows, rate * 1000)


def walk(far: FarTerminal, peer: Peer) -> list[str]:
    """Go down key by key; return the rows in their order."""
    rows = [far.row]
    for _ in range(KEYS):
        far.type(peer.down)
        far.gather(5.0, until=lambda: far.row not in {"", rows[-1]})
        rows.append(far.row)
    return rows


def held(far: FarTerminal, peer: Peer, rows: Sequence[str], rate: float) -> tuple[list[float], float, int]:
    """Hold the key down over a line of that rate."""
    places = {row: number for number, row in enumerate(rows)}
    far.rate, far.seen, before = rate, [], far.total
    began = time.perf_counter()
    pressed = []
    for number in range(KEYS):
        far.gather(max(0.0, began + number / A_SECOND - time.perf_counter()))
        pressed.append(time.perf_counter())
        far.type(peer.down)
    far.gather(GIVES_UP, until=lambda: far.row == rows[KEYS])
    last, sent = time.perf_counter(), far.total - before
    far.rate = None
    far.gather(2.0, quiet=1.1)
    seen = [(at, places.get(row, 0)) for at, row in far.seen]
    times = [min((at for at, place in seen if place > number), default=last) - at for number, at in enumerate(pressed)]
    return [each * 1000 for each in times], last - pressed[-1], sent


def measure(wanted: Sequence[str], rates: Sequence[float]) -> dict[str, float]:
    """Hold the key in all that are wanted."""
    found: dict[str, float] = {}

    def note(name: str, peer: Peer, mark: Mark, rates: Sequence[float]) -> None:
        for rate, times, left, sent in hold(peer, mark, rates):
            found[f"{name}: key to far screen, {rate:g} kB/s, p50 ms"] = statistics.median(times)
            found[f"{name}: left over, {rate:g} kB/s, ms"] = left * 1000
            found[f"{name}: bytes for {KEYS} keys, {rate:g} kB/s"] = sent

    with still_service(INSTANCES) as service:
        for name, options in (("ours", ()), ("ours, stock painter", ("--paint", "stock"))):
            if name in wanted:
                with ours(service, *options, interval=5) as peer:
                    note(name, peer, our_row, rates if name == "ours" else rates[:1])
    if "DataTable" in wanted:
        note("DataTable", stock_dashboard(rows=INSTANCES), stock_row, rates[:1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print name → figure")
    parser.add_argument("--only", default="ours,ours; stock painter,DataTable")
    parser.add_argument("--rates", default="16,8", help="kB/s; the peers only the first")
    options = parser.parse_args()
    wanted = [name.replace(";", ",") for name in options.only.split(",")]
    found = measure(wanted, [float(rate) for rate in options.rates.split(",")])
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:60} {value:10,.0f}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
