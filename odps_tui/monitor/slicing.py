"""Work on many rows in slices. It pauses after each, and whoever runs it lets keys and paints come in between.

A slice is one or two milliseconds of work, so that several fit between two frames. Work that is small pauses nowhere.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

Steps = Generator[None, None, T]
"""Work that has to be driven to its end, where it returns its result. Until then nothing has changed: it may be dropped."""

ASKED = 2_000
"""Rows in a slice that calls something of ours for each: a filter, the key of a sort, the name of a group."""
COPIED = 10_000
"""Rows in a slice that only looks them up or copies them."""
SHARED = 500
"""Rows in a piece of a view that the next view shares, as long as nothing in it is another."""
SOUGHT = 100
"""Rows in a slice that seeks each in 100,000."""


def at_once(steps: Steps[T]) -> T:
    """Do all of it now."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
