"""For how long a read-only place may be stopped in."""

from __future__ import annotations

from datetime import timedelta

from odps_tui.monitor.window import WindowError, parse_window
from odps_tui.screens.commands import CommandError

LONGEST_UNLOCK = timedelta(hours=1)
"""Nobody leaves production armed overnight."""


def parse_unlock(argument: str) -> timedelta:
    """Read how long a read-only place is to be unlocked; ten minutes when nothing is said. Raises CommandError."""
    try:
        time = parse_window(argument or "10m")
    except WindowError:
        raise CommandError("Say for how long, as in :unlock 10m") from None
    if time > LONGEST_UNLOCK:
        raise CommandError(f"An unlock lasts {LONGEST_UNLOCK.seconds // 60} minutes at most")
    return time
