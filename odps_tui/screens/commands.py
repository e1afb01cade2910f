"""What can be typed after a colon."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import timedelta

from odps_tui.errors import OdpsTuiError
from odps_tui.monitor.window import WindowError, parse_window

LONGEST_UNLOCK = timedelta(hours=1)
"""Nobody leaves production armed overnight."""


class CommandError(OdpsTuiError):
    """A command that does not exist, or that cannot be done so."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command's name and what follows it."""

    name: str
    argument: str = ""


NAMES = ("audit", "help", "lock", "quit", "unlock", "window")
SUGGESTED = ("audit", "help", "lock", "quit", "unlock 10m", "window 6h")


def parse_command(text: str) -> Command:
    """Read a command. Raises CommandError with the nearest name there is."""
    name, _, argument = text.partition(" ")
    if name in NAMES:
        return Command(name, argument.strip())
    near = difflib.get_close_matches(name, NAMES, 1)
    hint = f"Did you mean :{near[0]}?" if near else f"There are {', '.join(NAMES)}."
    raise CommandError(f"No command :{name[:30]}", remedy=hint)


def parse_unlock(argument: str) -> timedelta:
    """Read how long a read-only place is to be unlocked. Raises CommandError."""
    try:
        time = parse_window(argument or "10m")
    except WindowError:
        raise CommandError("Say for how long, as in :unlock 10m") from None
    if time > LONGEST_UNLOCK:
        raise CommandError(f"An unlock lasts {LONGEST_UNLOCK.seconds // 60} minutes at most")
    return time
