"""Asking on while the service is away: the jobs go on without us, so a fault of the network is no reason to leave."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from odps_tui.commands.arguments import GIVE_UP
from odps_tui.commands.output import tell
from odps_tui.errors import (
    DecodeError,
    InternalServerError,
    OdpsTuiError,
    ServiceError,
    Throttled,
    TransportError,
    WaitTimeout,
)

Answer = TypeVar("Answer")

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_MAY_PASS = (TransportError, InternalServerError, Throttled, DecodeError)


class Outages:
    """Asks until there is an answer, or for `give_up` seconds of nothing but faults that may pass by themselves.

    `monotonic` tells seconds, `sleep` waits, `say` gets a sentence when an outage begins and when it is over.
    """

    def __init__(
        self,
        give_up: float = GIVE_UP,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        say: Callable[[str], None] = tell,
    ) -> None:
        self._give_up = give_up
        self._monotonic = monotonic
        self._sleep = sleep
        self._say = say

    async def ask(self, question: Callable[[], Awaitable[Answer]], until: float = math.inf) -> Answer:
        """Return the answer. Raises the last fault after the limit, `WaitTimeout` at `until` (as `monotonic` tells)."""
        began: float | None = None
        pause = _FIRST_PAUSE
        while True:
            try:
                answer = await question()
            except _MAY_PASS as error:
                now = self._monotonic()
                began = self._began(began, now, error)
                left = min(began + self._give_up, until) - now
                if left <= 0:
                    raise self._end(error, now, until) from error
                await self._sleep(min(left, max(pause, _asked_for(error))))
                pause = min(_LONGEST_PAUSE, 2 * pause)
            else:
                if began is not None:
                    self._say(f"the service is back after {self._monotonic() - began:.0f} s")
                return answer

    def _began(self, began: float | None, now: float, error: OdpsTuiError) -> float:
        if began is not None:
            return began
        self._say(f"{error}; trying again for {self._give_up:g} s")
        return now

    def _end(self, error: OdpsTuiError, now: float, until: float) -> OdpsTuiError:
        return WaitTimeout(f"The time is over while the service is away: {error}") if now >= until else error


def _asked_for(error: OdpsTuiError) -> float:
    """Return the seconds of quiet that the service asks for."""
    return (error.retry_after or 0.0) if isinstance(error, ServiceError) else 0.0
