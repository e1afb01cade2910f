"""Whether somebody is at the keys: what nobody waits for holds still meanwhile, and what is painted is painted at once."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


class Hands:
    """When a key, a click or a paste came last. `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._moved_at = float("-inf")

    def moved(self) -> None:
        """Something has come from the terminal. May be called from any thread."""
        self._moved_at = self._clock()

    @property
    def rest(self) -> float:
        """Seconds since then; infinite if nothing ever came."""
        return self._clock() - self._moved_at


HANDS = Hands()
"""Those at the terminal of this process: it has one."""
