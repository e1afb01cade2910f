"""Numbers as the service sends them: as numbers, or as text. What is none is None, never 0."""

from __future__ import annotations

import math


def whole(value: object) -> int | None:
    """Read a whole number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    number = fraction(value)
    if number is None or not number.is_integer():
        return None
    if isinstance(value, str) and value.strip().lstrip("+-").isdecimal():
        return int(value)  # exact, where a float of the same digits is not
    return int(number)


def fraction(value: object) -> float | None:
    """Read a number that may have a fraction."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
