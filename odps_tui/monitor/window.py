"""How far back the list reaches: written `15m`, `6h`, `7d`, and read back."""

from __future__ import annotations

import re
from datetime import timedelta

from odps_tui.errors import OdpsTuiError

WINDOWS = tuple(timedelta(minutes=minutes) for minutes in (15, 60, 6 * 60, 24 * 60, 7 * 24 * 60))
LONGEST = timedelta(days=31)

_UNITS = {"d": 86_400, "h": 3600, "m": 60}
_WINDOW = re.compile(r"(?:(\d{1,5})\s*([dhm])\s*)+", re.ASCII)
_PART = re.compile(r"(\d{1,5})\s*([dhm])", re.ASCII)


class WindowError(OdpsTuiError):
    """A window that cannot be read, or that is too long."""


def parse_window(text: str) -> timedelta:
    """Read `90m`, `6h`, `1d 12h`. Raises WindowError."""
    text = text.strip().lower()
    if not _WINDOW.fullmatch(text):
        raise WindowError("Write a time such as 90m, 6h or 2d")
    window = timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(text)))
    if not timedelta(0) < window <= LONGEST:
        raise WindowError(f"The window may be a minute to {LONGEST.days} days long")
    return window


def write_window(window: timedelta) -> str:
    """Write a window as short as it can be read back: `1h`, `90m`, `7d`."""
    minutes = round(window.total_seconds() / 60)
    if minutes % (24 * 60) == 0:
        return f"{minutes // (24 * 60)}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
