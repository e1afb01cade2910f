"""The line to the terminal: whether it keeps up with what is written."""

from __future__ import annotations

import select
import time
from collections import deque
from collections.abc import Callable
from typing import Final

QUESTION: Final = "\x1b[6n"
"""Asks the terminal where its cursor is; its answer says that it has drawn all that was written before."""

_ASKED_AFTER: Final = 200
"""Bytes from one question to the next: less than this is on the screen at once even at 9,600 baud."""

_SLACK: Final = 0.03
"""Seconds that an answer may take longer than the quickest one before the line counts as behind."""

_USUAL: Final = 0.1
"""Seconds to an answer that are assumed until the first one has come."""

_LOST: Final = 2.0
"""Seconds after which an answer is no longer waited for."""

_FORGETTING: Final = 1.02
"""The quickest answer counts for a little less each time, as routes change."""


class Line:
    """How far behind the terminal is, told by the time it takes to answer.

    A line of any length may carry several frames at once: it is behind only when an answer takes longer than it has to. A
    terminal that does not answer is behind while the kernel takes nothing more from us.

    descriptor: what is written to. clock: seconds, of which only differences count.
    """

    def __init__(self, descriptor: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: deque[float] = deque()
        self._quickest: float | None = None
        self._unasked = 0
        self._is_deaf = False
        self._poll: select.poll | None = None
        if descriptor is not None and hasattr(select, "poll"):
            self._poll = select.poll()
            self._poll.register(descriptor, select.POLLOUT)

    @property
    def is_behind(self) -> bool:
        """Whether a frame written now would have to wait."""
        if self._poll is not None and not self._poll.poll(0):
            return True
        waited = self._waited
        return waited is not None and waited > (self._quickest or _USUAL) + _SLACK

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is on its way. Whoever leaves the terminal before it comes leaves it to the shell."""
        return self._waited is not None

    def frame(self, text: str) -> str:
        """Return what to write for a frame: with a question where one is due."""
        if self._is_deaf:
            return text
        is_first = self._quickest is None and not self._asked
        self._unasked += len(text)
        if is_first:  # in front, where nothing delays it: how long an answer takes on an idle line
            return self._question() + text
        if self._unasked < _ASKED_AFTER:
            return text
        self._unasked = 0
        return text + self._question()

    def answered(self) -> None:
        """The terminal has answered the oldest question."""
        self._is_deaf = False
        if not self._asked:
            return
        took = self._clock() - self._asked.popleft()
        self._quickest = took if self._quickest is None else min(took, self._quickest * _FORGETTING)

    def restart(self) -> None:
        """Wait for no more answers: somebody else has had the terminal."""
        self._asked.clear()

    def _question(self) -> str:
        self._asked.append(self._clock())
        return QUESTION

    @property
    def _waited(self) -> float | None:
        """Seconds since the oldest question without an answer."""
        if not self._asked:
            return None
        waited = self._clock() - self._asked[0]
        if waited < _LOST:
            return waited
        self._is_deaf = True
        self._asked.clear()
        return None
