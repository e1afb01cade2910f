"""Our list of instances beside Textual's own DataTable: loading, polling, filtering, keys, memory, all in the same run.

    python bench/instance_list.py [--rows 100000]

Each list runs in an app of its own, one after the other, in a pseudo-terminal of 120×40 that this program reads and types into.
Both get the same instances in the same 8 columns from the same poller; the peer is told which rows differ, and only its own work
counts. Figures are medians, with the range behind them. "Paint" is when the bytes that show it have been written to the terminal.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from list_apps import run
from terminal_program import COLUMNS, LINES, Program

PATIENCE = 60.0
POLLS, LOADS, PEER_LOADS = 9, 5, 2
KEYS, FILTER = 400, "etl_3"
_PAINTED = re.compile(rb"\x1b\]777;(\d+)\x07")

Facts = dict[str, list[float]]


class Watched(Program):
    """An app in a pseudo-terminal, with what it reports and when it has painted."""

    def __init__(self, name: str, rows: int, polls: int, loads: int) -> None:
        self.facts: Facts = defaultdict(list)
        self.ready: list[str] = []
        self.painted: dict[int, float] = {}
        self._looked_through = 0
        arguments = ["--app", name, "--rows", str(rows), "--polls", str(polls), "--loads", str(loads)]
        argv = [sys.executable, str(Path(__file__).resolve()), *arguments]
        super().__init__(argv, {"TEXTUAL_ANIMATIONS": "none"}, reports=True)

    def until_ready(self, what: str) -> None:
        """Read until the app waits for keys."""
        self.gather(PATIENCE, until=lambda: what in self.ready)
        if what not in self.ready:
            raise SystemExit(f"the app did not come to {what}: {bytes(self.written[-2000:]).decode(errors='replace')}")

    def until_reported(self, fact: str) -> None:
        """Read until the app has measured something."""
        self.gather(PATIENCE, until=lambda: fact in self.facts)

    def paint_of(self, number: int) -> float | None:
        """When the effect of the n-th key was on the screen."""
        return min((at for asked, at in self.painted.items() if asked >= number), default=None)

    def _read(self, seconds: float) -> bool:
        has_come = super()._read(seconds)
        if has_come:
            now = time.perf_counter()
            for match in _PAINTED.finditer(self.written, self._looked_through):
                self.painted.setdefault(int(match[1]), now)
                self._looked_through = match.end()
        return has_come

    def reported(self, facts: dict[str, Any]) -> None:
        """What it has measured, and what it waits for."""
        for name, value in facts.items():
            if isinstance(value, str):
                self.ready.append(value)
            else:
                self.facts[name].append(value)


def watch(name: str, rows: int, loads: int, *, load_only: bool = False) -> Facts:
    """Run one app through its course."""
    with Watched(name, rows, POLLS, loads) as app:
        if load_only:
            app.gather(PATIENCE * loads, until=lambda: len(app.facts["load"]) == loads)
            return app.facts
        app.until_ready("filter")
        asked = measure_filter(app)
        for course in ("keys_sorted", "keys"):
            app.until_ready(course)
            measure_keys(app, course, asked)
            app.until_reported(f"{course}_gap")
        return app.facts


def measure_filter(app: Watched) -> int:
    """Type a filter key by key, each when the one before has been painted; return how many paints were asked for."""
    app.type(b"/")
    app.gather(0.5)
    asked = max(app.painted, default=0)
    for key in FILTER.encode():
        number, at = max(app.painted, default=0), app.type(bytes([key]))
        app.gather(PATIENCE, until=lambda number=number: max(app.painted, default=0) > number)  # type: ignore[misc]
        app.facts["filter"].append((max(app.painted.values()) - at) * 1e3)
        app.gather(0.3)
    number, at = max(app.painted), app.type(b"\x7f" * len(FILTER))
    app.gather(PATIENCE, until=lambda: max(app.painted) >= number + len(FILTER))
    app.type(b"\x1b")
    app.gather(0.5)
    app.type(b"\x1bOP")
    return max(app.painted, default=asked)


def measure_keys(app: Watched, name: str, asked: int) -> None:
    """Hold down j, 20 times a second and never in step with anything, while polls come in."""
    app.gather(1.5)
    asked = max(app.painted, default=asked)
    pressed: list[float] = []
    for _ in range(KEYS):
        pressed.append(app.type(b"j"))
        app.gather(random.uniform(0.03, 0.07))
    app.gather(2.0)
    for number, at in enumerate(pressed, asked + 1):
        painted = app.paint_of(number)
        if painted is not None:
            app.facts[name].append((painted - at) * 1e3)
    app.type(b"\x1bOP")


@dataclass(frozen=True)
class Line:
    """A line of the printed table; `figure` and `peer_figure` are what is compared, in the unit of the line."""

    name: str
    what: str
    ours: str
    peer: str
    ratio: str
    goal: str
    reached: bool | None
    figure: float
    peer_figure: float | None = None

    @property
    def verdict(self) -> str:
        return "" if self.reached is None else "yes" if self.reached else "NO"


def spread(values: Sequence[float], unit: str = "ms") -> str:
    """A median and the range."""
    digits = 0 if max(values) >= 100 else 1
    middle = f"{statistics.median(values):,.{digits}f}"
    return f"{middle} {unit}" if len(values) == 1 else f"{middle} {unit} ({min(values):,.{digits}f} … {max(values):,.{digits}f})"


def compared(
    name: str, what: str, ours: Sequence[float], peer: Sequence[float], goal_ratio: float, *, limit: float | None = None
) -> Line:
    """Medians against each other, and ours against a limit in ms."""
    mine, theirs = statistics.median(ours), statistics.median(peer)
    ratio = theirs / mine
    goal = f"≤ 1/{goal_ratio:.0f}" + (f", ≤ {limit:.0f} ms" if limit else "")
    reached = ratio >= goal_ratio and (limit is None or mine <= limit)
    return Line(name, what, spread(ours), spread(peer), f"1/{ratio:,.0f}", goal, reached, mine, theirs)


def limited(name: str, what: str, value: float, peer: float | None, *, limit: float, unit: str = "ms") -> Line:
    """One figure against a limit."""
    theirs = f"{peer:,.1f} {unit}" if peer is not None else "–"
    ratio = f"1/{peer / value:,.1f}" if peer is not None else ""
    return Line(name, what, f"{value:,.1f} {unit}", theirs, ratio, f"≤ {limit:.0f} {unit}", value <= limit, value, peer)


def told(name: str, what: str, values: Sequence[float]) -> Line:
    """A median without a goal."""
    return Line(name, what, spread(values), "–", "", "", None, statistics.median(values))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def keys(name: str, what: str, ours: Facts, peer: Facts) -> list[Line]:
    """How long keys took."""
    mine, theirs, gap = ours[name], peer[name], f"{name}_gap"
    return [
        limited(f"{name}_p50", f"{what}, p50 of {len(mine)}", percentile(mine, 0.5), percentile(theirs, 0.5), limit=10),
        limited(f"{name}_p99", "  p99", percentile(mine, 0.99), percentile(theirs, 0.99), limit=30),
        limited(gap, "  longest block", max(ours[gap]), max(peer[gap]), limit=16),
    ]


def loading(ours: Facts, peer: Facts) -> list[Line]:
    """What was found of loading."""
    return [
        compared("load", "load to first paint", ours["load"], peer["load"], 200),
        told("load_whole", "  all rows in order", ours["load_whole"]),
        limited("load_gap", "  longest block", max(ours["load_gap"]), max(peer["load_gap"]), limit=16),
    ]


def table(ours: Facts, peer: Facts) -> list[Line]:
    """All that was found."""
    return [
        *loading(ours, peer),
        compared("poll", "a poll that changes 1 %, to paint", ours["poll"], peer["poll"], 5),
        limited("poll_gap", "  longest block, reading included", max(ours["poll_gap"]), max(peer["poll_gap"]), limit=16),
        compared("filter", "filter keystroke to paint", ours["filter"], peer["filter"], 20, limit=50),
        limited("filter_gap", "  longest block", max(ours["filter_gap"]), max(peer["filter_gap"]), limit=16),
        *keys("keys", "j to paint during polls", ours, peer),
        *keys("keys_sorted", "  sorted by what they change", ours, peer),
        told("pages_first", "first list page by page: first paint", ours["pages_first"]),
        told("pages_total", "  all pages, each painted", ours["pages_total"]),
        told("page", "  a page, taken in and painted", ours["page"]),
        limited("page_gap", "  longest block, median page", statistics.median(ours["page_gap"]), None, limit=16),
        limited("page_gap_worst", "  longest block, worst page", max(ours["page_gap"]), None, limit=16),
        limited("memory_loaded", "memory over the empty app, loaded", ours["memory_loaded"][0], None, limit=80, unit="MB"),
        limited("memory_polled", "  after the polls", ours["memory_polled"][0], peer["memory_polled"][0], limit=80, unit="MB"),
    ]


def figures(lines: Sequence[Line]) -> dict[str, float]:
    """Return each figure and the peer's by name, in ms or MB."""
    peers = {f"list, DataTable: {line.name}": line.peer_figure for line in lines if line.peer_figure is not None}
    return {**{f"list: {line.name}": line.figure for line in lines}, **peers}


def show(lines: Sequence[Line]) -> None:
    """Print the table."""
    cells = [("", "ours", "DataTable", "ratio", "goal", "reached")]
    cells += [(line.what, line.ours, line.peer, line.ratio, line.goal, line.verdict) for line in lines]
    widths = [max(len(row[index]) for row in cells) for index in range(len(cells[0]))]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--ours-only", action="store_true", help="leave the peer out, for tuning")
    parser.add_argument(
        "--load-only", action="store_true", help="measure nothing but loading, which is what takes the peer longest"
    )
    parser.add_argument("--json", action="store_true", help="print name and figure of each as a JSON object")
    for name in ("--app", "--polls", "--loads", "--report"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.app is not None:
        run(options.app, options.rows, int(options.polls), int(options.loads), int(options.report))
        return
    began = time.perf_counter()
    ours = watch("ours", options.rows, LOADS, load_only=options.load_only)
    peer = ours if options.ours_only else watch("peer", options.rows, PEER_LOADS, load_only=options.load_only)
    lines = loading(ours, peer) if options.load_only else table(ours, peer)
    if options.json:
        print(json.dumps(figures(lines)))
        return
    print(
        f"{options.rows:,} instances, 8 columns, {COLUMNS}×{LINES}, Python {sys.version.split()[0]}; medians (lowest … highest)"
    )
    show(lines)
    print(f"took {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
