"""Numbers and durations as users write them, and the ranges that comparisons with them leave."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_NUMBER = r"\d+\.?\d*|\.\d+"
_DURATION = re.compile(
    rf"(?:(?P<d>{_NUMBER})d)?(?:(?P<h>{_NUMBER})h)?(?:(?P<m>{_NUMBER})(?:m|$))?(?:(?P<s>{_NUMBER})s)?",
    re.ASCII | re.IGNORECASE,
)
_SECONDS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0}


@dataclass(frozen=True, slots=True)
class Amount:
    """A value and its precision: 1 for `3`, 0.1 for `3.0`, 60 for the `1h30m` that is 5400 seconds."""

    value: float
    precision: float


@dataclass(frozen=True, slots=True)
class Span:
    """The values from `low` up to, but not including, `high`."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value < self.high

    def lies_in(self, other: Span) -> bool:
        """Return True when every value of this span is one of the other."""
        return other.low <= self.low and self.high <= other.high


def number(text: str) -> Amount | None:
    """Read `3`, `99.5` or `.5`; None for anything else."""
    if re.fullmatch(_NUMBER, text, re.ASCII) is None:
        return None
    decimals = len(text.partition(".")[2])
    return Amount(float(text), 10.0**-decimals)


def duration(text: str) -> Amount | None:
    """Read `90s`, `1h30m`, `1.5d`, or minutes without a unit (`5`, and so `1h05`), in seconds; None for anything else."""
    match = _DURATION.fullmatch(text)
    if match is None or not text:
        return None
    parts = [(number(written), _SECONDS[unit]) for unit, written in match.groupdict().items() if written]
    amounts = [Amount(part.value * unit, part.precision * unit) for part, unit in parts if part is not None]
    return Amount(sum(amount.value for amount in amounts), min(amount.precision for amount in amounts))


def span(operator: str, amount: Amount) -> Span:
    """Return the values for which the comparison holds: `<`, `>`, `<=`, `>=`, or `=`, which is as exact as it is written."""
    value, after = amount.value, math.nextafter(amount.value, math.inf)
    match operator:
        case "<":
            return Span(-math.inf, value)
        case "<=":
            return Span(-math.inf, after)
        case ">":
            return Span(after, math.inf)
        case ">=":
            return Span(value, math.inf)
    # Rounded: 0.2 + 0.1 is a little more than the 0.3 that must not equal 0.2.
    return Span(value, round(value + amount.precision, 9))
