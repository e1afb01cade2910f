"""All benches, one after the other, against peers in the same run; then the README's tables.

    python bench/everything.py                        runs everything, and writes the tables
    python bench/everything.py --run bytes,slow_line  runs some, and keeps their figures with those of before
    python bench/everything.py --write                writes the tables from what has been kept

Each bench prints its own table or, for this one, its figures.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from readme_tables import Figures, tables

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "odps-tui-bench" / "figures.json"

RUNS: Mapping[str, Sequence[str]] = {
    "bytes": ("painting.py", "--what", "bytes", "--json"),
    "processor": ("painting.py", "--what", "processor", "--json"),
    "slow_line": ("slow_line.py", "--json"),
    "start_up": ("start_up.py", "--json"),
    "look_ups": ("look_ups.py", "--json"),
    "client": ("list_instances.py",),
    "list": ("instance_list.py", "--json"),
    "watching": ("watching.py",),
    "answers": ("big_answers.py",),
}
"""Those without --json have tables of their own, which are printed."""


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


def write(readme: Path, figures: Figures) -> None:
    """Put each table between its marks. Raises SystemExit where there are none."""
    text = readme.read_text("utf-8")
    for name, table in tables(figures).items():
        begin, end = f"<!-- {name}: written by make bench -->", f"<!-- /{name} -->"
        if begin not in text or end not in text:
            raise SystemExit(f"{readme.name} has no place for the table: {begin} … {end}")
        head, rest = text.split(begin, 1)
        text = f"{head}{begin}\n{table}\n{end}{rest.split(end, 1)[1]}"
    readme.write_text(text, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default="", help=f"some of {', '.join(RUNS)}")
    parser.add_argument("--only", default="", help="of painting and slow_line only these programs")
    parser.add_argument("--write", action="store_true", help="write the tables from the figures that are kept")
    options = parser.parse_args()
    is_everything = not options.run and not options.write
    run(list(RUNS) if is_everything else [name for name in options.run.split(",") if name], options.only)
    if is_everything or options.write:
        write(README, json.loads(KEPT.read_text("utf-8")))


if __name__ == "__main__":
    main()
