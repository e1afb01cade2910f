"""`make soak MINUTES=…`: load for a while, and each figure with its goal. Exit 1 when one that counts is over it."""

from __future__ import annotations

import sys

from tests.soak.soaking import soak

LIVE, PROJECTS = 5_000, 2
_LONG = 5.0
"""Minutes from which on times are judged, too; in a shorter run they are told."""


def main() -> int:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    figures = soak(minutes * 60, live=LIVE, projects=PROJECTS)
    print(f"{minutes:g} minutes, {PROJECTS} projects of {LIVE:,} live instances each, 5 % of them changed a poll")  # noqa: T201
    for figure in figures:
        print(figure)  # noqa: T201
    return int(not all(figure.is_met for figure in figures if figure.is_counted or minutes >= _LONG))


sys.exit(main())
