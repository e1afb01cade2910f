"""Instance ids: `yyyyMMddHHmmssSSS` in UTC, `g`, six to nine lower-case letters or digits (Protocol §3.1)."""

from __future__ import annotations

import time
from functools import lru_cache
from random import Random

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LEAST_SUFFIX = 36**5
_DAY = 86_400


@lru_cache(maxsize=32)
def _day_prefix(day: int) -> str:
    return time.strftime("%Y%m%d", time.gmtime(day * _DAY))


def _base36(number: int) -> str:
    digits = []
    while number:
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def instance_id(start: float, random: Random) -> str:
    """Return a new id for an instance that starts at `start` (epoch seconds, rounded to the millisecond)."""
    suffix = _base36(_LEAST_SUFFIX + random.getrandbits(26 + 5 * random.getrandbits(2)))
    return f"{time_prefix(start)}g{suffix}"


def time_prefix(start: float) -> str:
    """The first 17 characters of the ids of instances that start at `start`; ids sort by them."""
    seconds, millis = divmod(round(start * 1000), 1000)
    day, second_of_day = divmod(seconds, _DAY)
    minutes, second = divmod(second_of_day, 60)
    hour, minute = divmod(minutes, 60)
    return f"{_day_prefix(day)}{hour:02d}{minute:02d}{second:02d}{millis:03d}"


def day_before(start: float) -> str:
    """The UTC day before `start` as `yyyymmdd`: the partition that a nightly job works on."""
    return _day_prefix(int(start) // _DAY - 1)
