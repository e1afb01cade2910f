"""The question before a stop, on a terminal."""

from __future__ import annotations

import sys

from odps_tui.models import Instance


def can_ask() -> bool:
    """Tell whether somebody is there to ask."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def is_confirmed(instance: Instance, project: str) -> bool:
    """Ask about one instance, by everything that tells it from another. Anything but a yes is a no."""
    owner = instance.owner or "an unknown owner"
    status = instance.status or "in an unknown state"
    sys.stderr.write(f"Stop {instance.id} of {owner}, {status}, in {project}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in {"y", "yes"}
