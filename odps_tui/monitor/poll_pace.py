"""How long to rest between two polls: as is wished; longer when the service is slow or throttles, or while nobody looks."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 120.0
_SHARE = 4.0
"""A poll may take a fifth of the time: the rest after it is four times as long."""
_JUDGED_BY = 3
"""Polls whose median tells how long one takes: one that was slow slows nothing."""
_CALM_AFTER = 3
"""Good polls in a row after which half of a throttling is forgiven."""
_MOST_DOUBLINGS = 5


class Why(StrEnum):
    """Why the pace is what it is."""

    WISHED = ""
    THROTTLED = "throttled"
    SLOW = "slow answers"
    BEHIND = "unfocused"


@dataclass(frozen=True, slots=True)
class Pace:
    """`seconds` between two polls, and `why`. `took` is how long a poll takes, in seconds, where that is the reason."""

    seconds: float
    why: Why = Why.WISHED
    took: float = 0.0


class PollPace:
    """Learns from every poll. Whatever slows it ends by itself: three good polls halve it, fast answers and a look undo it."""

    def __init__(self, wished: float = 5.0) -> None:
        self.wished = wished
        """Seconds that somebody asked for."""
        self._doublings = 0
        self._good = 0
        self._took: deque[float] = deque(maxlen=_JUDGED_BY)
        self._behind: float | None = None

    @property
    def now(self) -> Pace:
        """Return the longest rest that there is a reason for."""
        took = sorted(self._took)[_JUDGED_BY // 2] if len(self._took) == _JUDGED_BY else 0.0
        reasons = [
            Pace(self.wished),
            Pace(min(LONGEST, self.wished * 2.0**self._doublings), Why.THROTTLED),
            Pace(min(LONGEST, _SHARE * took), Why.SLOW, took),
            Pace(min(LONGEST, self._behind or 0.0), Why.BEHIND),
        ]
        return max(reasons, key=lambda pace: pace.seconds)

    def read(self, took: float) -> None:
        """A poll came through, and took so many seconds."""
        self._took.append(took)
        self._good += 1
        if self._good >= _CALM_AFTER and self._doublings:
            self._doublings -= 1
            self._good = 0

    def throttled(self) -> None:
        """The service said that we ask too much."""
        self._doublings = min(_MOST_DOUBLINGS, self._doublings + 1)
        self._good = 0

    def look_away(self, at_least: float) -> None:
        """Nobody looks: rest for so many seconds at least."""
        self._behind = at_least

    def look(self) -> None:
        """Somebody looks."""
        self._behind = None
