"""Leaving what goes on without us: the line that says how to come back (as odpscmd says it)."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from contextlib import contextmanager

from odps_tui.commands.output import tell


def command_line(arguments: argparse.Namespace, *command: str) -> str:
    """Return a command to type, with the place that this one was given. It holds no secret: none is ever a flag."""
    place = [
        word
        for name in ("endpoint", "project", "region")
        if (value := getattr(arguments, name)) is not None
        for word in (f"--{name}", value)
    ]
    return shlex.join(["odps-tui", *place, *command])


@contextmanager
def saying_how_to_return(arguments: argparse.Namespace, *command: str) -> Iterator[None]:
    """On Ctrl-C, say that the jobs go on, and which command attaches again."""
    try:
        yield
    except KeyboardInterrupt:
        tell(f"Interrupted; the service goes on with its work. To attach again: {command_line(arguments, *command)}")
        raise
