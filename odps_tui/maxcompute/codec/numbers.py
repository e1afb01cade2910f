"""Numbers as the service sends them: as numbers, or as text. What is none is None, never 0."""

from __future__ import annotations

import math

_MOST = 2**63 - 1
"""No figure of the service is larger: its own are of 64 bits. A larger one cannot even be divided or shortened here."""


def whole(value: object) -> int | None:
    """Read a whole number of at most 64 bits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return _bounded(value)
    number = fraction(value)
    if number is None or not number.is_integer():
        return None
    if isinstance(value, str) and value.strip().lstrip("+-").isdecimal():
        return _bounded(int(value))  # exact, where a float of the same digits is not
    return _bounded(int(number))


def _bounded(number: int) -> int | None:
    return number if abs(number) <= _MOST else None


def fraction(value: object) -> float | None:
    """Read a number that may have a fraction."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
