"""`python -m tests.soak [MINUTES] [--write README.md]`: load for a while, and each figure with its goal.

Exit 1 when one that counts is over it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.between_marks import write_between_marks
from tests.soak.soaking import soak
from tests.soak.table import table

LIVE, PROJECTS = 5_000, 2
_LONG = 5.0
"""Minutes from which on times are judged, too, and a run is worth a table; in a shorter one they are told."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__.splitlines()[0])
    parser.add_argument("minutes", nargs="?", type=float, default=2.0)
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table of a long run between its marks in FILE")
    arguments = parser.parse_args()
    minutes: float = arguments.minutes
    figures = soak(minutes * 60, live=LIVE, projects=PROJECTS)
    course = f"{minutes:g} minutes, {PROJECTS} projects of {LIVE:,} live instances each, 5 % of them changed a poll"
    print(course)  # noqa: T201
    for figure in figures:
        print(figure)  # noqa: T201
    if arguments.write is not None and minutes >= _LONG:
        write_between_marks(arguments.write, "soak", f"{course}:\n\n{table(figures)}")
    return int(not all(figure.is_met for figure in figures if figure.is_counted or minutes >= _LONG))


sys.exit(main())
