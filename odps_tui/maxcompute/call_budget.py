"""How many calls one profile may make: so many a second, the urgent ones first, and none while the service wants quiet."""

from __future__ import annotations

import asyncio
import time
from bisect import insort
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import Enum
from itertools import count

from odps_tui.errors import ServiceError, Throttled
from odps_tui.models import CallRate

PER_SECOND = 5.0
WINDOW = 5.0
"""Seconds over which the limit holds: what belongs to one screen may be asked at once, and pays for it afterwards."""
_SHOWN_OVER = 10.0
"""Seconds over which the rate is told: longer than the pause between two polls, so that it stands still when nothing happens."""
WORTH_WAITING = 5.0
"""Seconds of quiet that are waited out. A longer one is told, and the caller comes back when it is over."""
_LONGEST_QUIET = 60.0
_A_MOMENT = 0.01
_BEFORE_ALL = float("-inf")


class Urgency(Enum):
    """How long a call lets later ones of a higher urgency go first, in seconds. An act waits for nobody."""

    ACT = -1.0
    LOOK = 0.0
    BACKGROUND = 3.0


_Place = tuple[float, int]


class CallBudget:
    """Shared by every reader of a profile. At most `per_second` × `WINDOW` calls come to the service in any `WINDOW` seconds.

    Nobody here knows when a call comes to the service, only that it is between its beginning and its end: it is paid for until
    `WINDOW` seconds after its end. So a slow service is asked less. A call that is given up should go on until it ends
    (`LeftCalls`); else its end is when it was.

    Acts begin at once, whatever was spent, and are counted. After a 429 nothing is read for as long as the service asks
    (Retry-After; else a second, doubling up to a minute); then one call goes first, and the others wait for its answer.
    """

    def __init__(
        self,
        per_second: float = PER_SECOND,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._per_second = per_second
        self._most = max(1, round(per_second * WINDOW))
        self._monotonic = monotonic
        self._sleep = sleep
        self._made: deque[float] = deque()
        """When the latest calls began, for the rate that is told."""
        self._underway = 0
        self._ended: deque[float] = deque()
        self._line: list[_Place] = []
        self._order = count()
        self._quiet_until: float | None = None
        """Set from a 429 on until a call was answered."""
        self._probed: asyncio.Event | None = None
        """Set when the call that goes first has its answer; None while there is no such call."""
        self._refusals = 0
        self._refusal: Throttled | None = None
        self._refused_at = 0.0
        self._has_knocked = False

    @property
    def rate(self) -> CallRate:
        """What is being spent, as of now."""
        now = self._monotonic()
        made = sum(1 for at in self._made if now - at < _SHOWN_OVER)
        quiet = 0.0 if self._quiet_until is None else max(0.0, self._quiet_until - now)
        return CallRate(made / _SHOWN_OVER, self._per_second, len(self._line), quiet)

    @property
    def underway(self) -> int:
        """How many calls have begun and not ended."""
        return self._underway

    @asynccontextmanager
    async def call(self, urgency: Urgency) -> AsyncIterator[None]:
        """Make one call inside of this, when it is its turn. Raises `Throttled` while the service wants quiet for long."""
        is_first = False if urgency is Urgency.ACT else await self._turn(urgency)
        self._note()
        try:
            yield
        except Throttled as error:
            self._be_quiet(error, is_first)
            raise
        except ServiceError:
            self._end_quiet(is_first)
            raise
        else:
            self._end_quiet(is_first)
        finally:
            self._underway -= 1
            self._ended.append(self._monotonic())
            if is_first:
                self._let_others_look()

    # Turns -------------------------------------------------------------------------------------------------------------------

    async def _turn(self, urgency: Urgency) -> bool:
        """Wait until it is this one's turn; return whether it goes first after a quiet."""
        place = (self._monotonic() + urgency.value, next(self._order))
        is_first = False
        try:
            while True:
                is_first = is_first or await self._after_quiet()
                if await self._stands_in_line((_BEFORE_ALL, place[1]) if is_first else place):
                    return is_first
        except BaseException:
            if is_first:
                self._let_others_look()
            raise

    async def _stands_in_line(self, place: _Place) -> bool:
        """Return True when it has come to the front; False when the service wants quiet meanwhile.

        Nobody stands in it who waits for the end of a quiet: he would hold up the one who finds that out.
        """
        insort(self._line, place)
        try:
            while pause := self._pause(place):
                await self._sleep(pause)
                if self._quiet_until is not None and place[0] != _BEFORE_ALL:
                    return False
            return True
        finally:
            self._line.remove(place)

    def _pause(self, place: _Place) -> float:
        """Return the seconds until it may be this one's turn; 0: it is."""
        now = self._monotonic()
        while self._ended and now - self._ended[0] >= WINDOW:
            self._ended.popleft()
        ahead = self._line.index(place)
        over = self._underway + len(self._ended) + ahead - self._most
        if over < 0:
            return _A_MOMENT if ahead else 0.0
        return max(_A_MOMENT, (self._ended[over] if over < len(self._ended) else now) + WINDOW - now)

    def _note(self) -> None:
        now = self._monotonic()
        while self._made and now - self._made[0] >= _SHOWN_OVER:
            self._made.popleft()
        self._made.append(now)
        self._underway += 1

    # Quiet -------------------------------------------------------------------------------------------------------------------

    async def _after_quiet(self) -> bool:
        """Return when the service wants no quiet: True to the one that finds out, False to everybody after it."""
        has_waited = False
        while self._quiet_until is not None:
            left = self._quiet_until - self._monotonic()
            if self._probed is not None:
                await self._probed.wait()
            elif left <= 0 or self._has_knocked:
                self._has_knocked = False
                self._probed = asyncio.Event()
                return True
            elif has_waited or left > WORTH_WAITING:
                raise self._still_throttled(left)
            else:
                await self._sleep(left)
            has_waited = True
        return False

    def knock(self) -> None:
        """An operator wants to know now: let the next call find out, when more quiet was asked for than anybody waits.

        Once at once; when it was refused again, after some seconds, and after twice as long each time, up to a minute.
        """
        if self._quiet_until is None:
            return
        now = self._monotonic()
        pause = 0.0 if self._refusals < 2 else min(_LONGEST_QUIET, WORTH_WAITING * 2.0 ** (self._refusals - 2))
        self._has_knocked = self._quiet_until - self._refused_at > _LONGEST_QUIET and now - self._refused_at >= pause

    def _be_quiet(self, error: Throttled, is_first: bool) -> None:
        """Those that were on their way when it began say the same once more."""
        if is_first or self._quiet_until is None:
            self._refusals += 1
        self._refusal, self._refused_at = error, self._monotonic()
        doubled = min(_LONGEST_QUIET, 2.0 ** (self._refusals - 1))
        seconds = doubled if error.retry_after is None else error.retry_after
        self._quiet_until = max(self._quiet_until or 0.0, self._monotonic() + seconds)

    def _still_throttled(self, left: float) -> Throttled:
        """Say again what the service said last: it was not asked since."""
        said = self._refusal
        if said is None:
            return Throttled("The service asked for quiet", retry_after=left)
        return Throttled(
            said.cause, code=said.code, number=said.number, request_id=said.request_id, status=said.status, retry_after=left
        )

    def _end_quiet(self, is_first: bool) -> None:
        """Only the one that went first may end it: others were on their way when it began."""
        if is_first or self._quiet_until is None:
            self._quiet_until, self._refusals = None, 0

    def _let_others_look(self) -> None:
        if self._probed is not None:
            self._probed.set()
            self._probed = None
