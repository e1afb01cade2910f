"""All benches, one after the other, against peers in the same run; then the README's table.

    python bench/everything.py                        runs everything, and writes the table
    python bench/everything.py --run bytes,slow_line  runs some, and keeps their figures with those of before
    python bench/everything.py --write                writes the table from what has been kept

Each bench prints its own table or, for this one, its figures. A figure that was not reached stands in the table as it is, with
what bounds it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "odps-tui-bench" / "figures.json"
BEGIN, END = "<!-- bench: written by make bench -->", "<!-- /bench -->"

Figures = Mapping[str, float]

RUNS: Mapping[str, Sequence[str]] = {
    "bytes": ("painting.py", "--what", "bytes", "--json"),
    "processor": ("painting.py", "--what", "processor", "--json"),
    "slow_line": ("slow_line.py", "--json"),
    "start_up": ("start_up.py", "--json"),
    "look_ups": ("look_ups.py", "--json"),
    "client": ("list_instances.py",),
    "list": ("instance_list.py",),
    "watching": ("watching.py",),
    "answers": ("big_answers.py",),
}
"""Those without --json have tables of their own, which are printed."""

PROGRAMS = ("ours", "ours, stock painter", "DataTable", "htop")
OTHERS = ("toolong", "posting", "dolphie")


@dataclass(frozen=True)
class Goal:
    """A line of the table. `figure` is looked up as `PROGRAM: FIGURE`, or as it is where only one program has it."""

    what: str
    figure: str
    limit: float
    unit: str = ""
    bound: str = ""
    """What keeps us from it, where we are not there."""

    def cells(self, figures: Figures) -> tuple[str, ...]:
        """What, ours, three peers, goal, reached; nothing of what has not been measured."""
        ours = figures.get(f"ours: {self.figure}", figures.get(self.figure))
        peers = [figures.get(f"{program}: {self.figure}") for program in PROGRAMS[1:]]
        shown = [self.written(value) for value in (ours, *peers)]
        reached = (
            "not measured" if ours is None else "yes" if ours <= self.limit else f"no{f': {self.bound}' if self.bound else ''}"
        )
        return (self.what, *shown, f"≤ {self.written(self.limit)}", reached)

    def written(self, value: float | None) -> str:
        """A figure with its unit; – where there is none."""
        if value is None:
            return "–"
        digits = 0 if value >= 100 or value == int(value) else 2
        return f"{value:,.{digits}f}{self.unit}"


GOALS = (
    Goal("bytes, first screen", "first screen", 10_000, "", "three frames: headings, rows, and all of it with what was read"),
    Goal("bytes, cursor one row: list, heads, keys", "cursor", 600),
    Goal("bytes, five cells changed by a poll", "five cells", 150),
    Goal("bytes, scroll by one line", "scroll", 700),
    Goal("bytes, page down", "page", 3_500),
    Goal("bytes in 10 s at rest, a clock running", "at rest", 700),
    Goal("first frame on screen, of the DataTable dashboard's", "first_frame/stock", 1 / 6),
    Goal("live list on screen, of the DataTable dashboard's", "live_list/stock", 0.7),
    Goal("live list on screen, of an empty Textual app's", "live_list/empty", 1.2),
    Goal(
        "processor, a poll a second changing 50 rows, service and detail read over HTTP",
        "processor",
        0.7,
        " %",
        "each poll is some five requests through httpx, signed and parsed",
    ),
    Goal(
        "the same, data made up in the process as the DataTable's is",
        "processor of the screen",
        0.7,
        " %",
        "what changes is drawn by Textual: the list, the facts and the clock, thirty lines and two frames a second",
    ),
    Goal(
        "16 kB/s, key 30 times a second in 10,000 rows: key to far screen, p50", "key to far screen, 16 kB/s, p50 ms", 60, " ms"
    ),
    Goal("8 kB/s: what is left over when the key is let go", "left over, 8 kB/s, ms", 250, " ms"),
    Goal("client: 200 progress look-ups, of PyODPS's time", "look-ups, of PyODPS's time", 0.25),
    Goal("… in flight at most", "look-ups in flight at most", 8),
    Goal("`odps-tui --version`, of `python -c pass`", "version/python", 5),
)
FOLLOWS = (("cursor", "its facts, and its detail once read"), ("scroll", "the same"), ("page", "the same"))


def run(names: Sequence[str], only: str = "") -> None:
    """Run benches and keep their figures; `only` some programs of those that run several."""
    for name in names:
        script, *arguments = RUNS[name]
        if only and script in {"painting.py", "slow_line.py"}:
            arguments += ["--only", only]
        print(f"── {name}: bench/{script} {' '.join(arguments)}", file=sys.stderr, flush=True)
        is_json = "--json" in arguments
        done = subprocess.run(
            [sys.executable, str(HERE / script), *arguments], stdout=subprocess.PIPE if is_json else None, text=True, check=False
        )
        if done.returncode != 0:
            print(f"{script} failed: its figures of before stay", file=sys.stderr)
        elif is_json:
            found = json.loads(done.stdout.splitlines()[-1])
            keep(found)
            for figure, value in found.items():
                print(f"{figure:60} {value:12,.2f}")


def keep(found: Figures) -> None:
    """Add figures to those of before."""
    kept: dict[str, float] = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    kept.update(found)
    screen, peer = kept.get("ours, the screen alone: processor"), kept.get("DataTable: processor")
    if screen is not None and peer is not None:
        kept |= {"ours: processor of the screen": screen, "DataTable: processor of the screen": peer}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(kept, indent=1), "utf-8")


def tables(figures: Figures) -> str:
    """Return what stands in the README."""
    peers = ("ours", "with Textual's painter", "DataTable dashboard", "htop")
    lines = [_row(("", *peers, "goal", "reached")), "|---|" + "---:|" * 5 + "---|"]
    lines += [_row(goal.cells(figures)) for goal in GOALS]
    lines += ["", *_followers(figures), "", *_others(figures)]
    return "\n".join(lines)


def _followers(figures: Figures) -> list[str]:
    told = [
        f"{name} {figures[key]:,.0f} ({words})"
        for name, words in FOLLOWS
        if (key := f"ours: {name}, all that follows") in figures
    ]
    return [f"With all that follows once the cursor rests, in bytes: {'; '.join(told)}."] if told else []


def _others(figures: Figures) -> list[str]:
    columns = ("first screen", "cursor", "page", "at rest")
    rows = []
    if not any(figure.startswith(OTHERS) for figure in figures):
        return []
    for name in OTHERS:
        values = [figures.get(f"{name}: {column}") for column in columns]
        share = figures.get(f"{name}: processor")
        cells = [f"{value:,.0f}" if value is not None else "not measured" for value in values]
        rows.append(_row((name, *cells, f"{share:.2f} %" if share is not None else "not measured")))
    return [
        _row(("bytes", "first screen", "one line down", "page", "10 s as it is", "processor as it is")),
        "|---|" + "---:|" * 5,
        *rows,
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write(readme: Path, table: str) -> None:
    """Put the table between its marks. Raises SystemExit where there are none."""
    text = readme.read_text("utf-8")
    if BEGIN not in text or END not in text:
        raise SystemExit(f"{readme.name} has no place for the table: {BEGIN} … {END}")
    head, rest = text.split(BEGIN, 1)
    readme.write_text(f"{head}{BEGIN}\n{table}\n{END}{rest.split(END, 1)[1]}", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default="", help=f"some of {', '.join(RUNS)}")
    parser.add_argument("--only", default="", help="of painting and slow_line only these programs")
    parser.add_argument("--write", action="store_true", help="write the table from the figures that are kept")
    options = parser.parse_args()
    is_everything = not options.run and not options.write
    run(list(RUNS) if is_everything else [name for name in options.run.split(",") if name], options.only)
    if is_everything or options.write:
        write(README, tables(json.loads(KEPT.read_text("utf-8"))))


if __name__ == "__main__":
    main()
