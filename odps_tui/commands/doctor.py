"""`odps-tui doctor`: what stands between here and a live list, with the remedy for each."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from odps_tui.commands.connection import settings_of
from odps_tui.commands.exits import Exit, exit_of

if TYPE_CHECKING:
    from odps_tui.doctor.finding import Finding


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    parser.add_argument("--json", action="store_true", help="a list of what was found, for a program")
    parser.add_argument("--paths", action="store_true", help="only print where settings, keys and the audit log lie")


def run(arguments: argparse.Namespace) -> int:
    """Write each finding as it comes; return 0, or the status of the first that is bad."""
    if arguments.paths:
        return _write_paths()
    from odps_tui.event_loop import run as on_our_loop

    return on_our_loop(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    from odps_tui.commands import output
    from odps_tui.doctor.examination import examine

    found: list[Finding] = []
    async for finding in examine(lambda: settings_of(arguments), os.environ):
        found.append(finding)
        if not arguments.json:
            _print(finding)
    if arguments.json:
        with output.rows("json", ("check", "state", "words", "remedy")) as rows:
            for finding in found:
                rows.write(_facts(finding))
    return _exit(found)


def _print(finding: Finding) -> None:
    from odps_tui.safe_text import clean_line

    words = clean_line(finding.words).rstrip(".")
    end = f". {finding.remedy}" if finding.remedy else ""
    print(f"{finding.state.value} {finding.check:<11} {words}{end}", flush=True)


def _facts(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "state": finding.state.name.lower(),
        "words": finding.words,
        "remedy": finding.remedy or (finding.error.remedy if finding.error is not None else "") or None,
    }


def _exit(found: list[Finding]) -> int:
    from odps_tui.doctor.finding import State

    worst = next((finding for finding in found if finding.state is State.BAD), None)
    if worst is None:
        return Exit.OK
    if worst.error is not None:
        return exit_of(worst.error)
    return Exit.UNREACHABLE if worst.check in {"dns", "proxy", "connection"} else Exit.USAGE


def _write_paths() -> int:
    from odps_tui.doctor.here import paths

    for name, path in paths(os.environ).items():
        print(f"{name:<12} {path}")
    return Exit.OK
