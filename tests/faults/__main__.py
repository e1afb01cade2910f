"""`python -m tests.faults [GROUP or FAULT …] [--side N] [--write README.md]`: run faults, print their table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.between_marks import write_between_marks
from tests.faults.groups import GROUPS
from tests.faults.recording import recorded
from tests.faults.running import chosen, run
from tests.faults.table import complaints, summary, table
from tests.faults.verdict import Verdict


def main() -> int:
    """Return 0 when every fault that was run was survived."""
    parser = argparse.ArgumentParser(
        prog="faults", description="Run faults against odps-tui in a real terminal; print the table."
    )
    parser.add_argument("names", nargs="*", help="groups, or parts of faults' names (default: all)")
    parser.add_argument("--side", type=int, default=4, metavar="N", help="how many at a time, side by side (default: 4)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between its marks in FILE")
    parser.add_argument("--record", type=Path, metavar="FILE", help="keep what was found in FILE, beside what is there already")
    arguments = parser.parse_args()
    wanted = chosen(arguments.names)
    verdicts = run(wanted, arguments.side, told=_tell)
    if arguments.record is not None:
        verdicts = recorded(arguments.record, verdicts)
    text = f"{summary(verdicts)}\n\n{table(verdicts)}"
    print(text)
    for complaint in complaints(verdicts):
        print(complaint, file=sys.stderr)
    if arguments.write is not None:
        assert len(verdicts) == sum(map(len, GROUPS.values())), "only the whole table is written down"
        write_between_marks(arguments.write, "faults", text)
    return 0 if all(verdict.survived or verdict.not_run for verdict in verdicts) else 1


def _tell(verdict: Verdict) -> None:
    state = f"not run: {verdict.not_run}" if verdict.not_run else "survived" if verdict.survived else "; ".join(verdict.faults)
    print(f"{verdict.seconds:4.0f} s  {verdict.group}: {verdict.fault}: {state}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
