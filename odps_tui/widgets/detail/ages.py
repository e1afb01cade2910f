"""How old what a tab shows is, in words: every tab has its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from textual.content import Content

from odps_tui.monitor import Reading
from odps_tui.widgets.notation import age_of, clock_time


def age_words(readings: Iterable[Reading[object]], now: datetime, *, once: bool) -> str:
    """Say when the newest of these readings came. `once`: it is not read again, because it cannot change any more."""
    known = list(readings)
    times = [reading.read_at for reading in known if reading.read_at is not None]
    if not times:
        return "not read" if any(reading.error is not None for reading in known) else "reading …"
    age = age_of(max(times), now)
    return f"read once, {age} ago" if once else f"read {age} ago"


def fault_line(reading: Reading[object]) -> Content:
    """A part that could not be read: in its place, with the reason, while the rest works."""
    age = f" (last read {clock_time(reading.read_at)})" if reading.read_at else ""
    return Content.styled(f"✗ {reading.error}{age}", "$text-error")
