"""Which faults there are at this moment."""

from __future__ import annotations

import difflib
import math
import time
from collections.abc import Callable

from odps_tui.demo.chaos.answers import ANSWERS
from odps_tui.demo.chaos.bodies import BODIES
from odps_tui.demo.chaos.fault import Disturb, Fault
from odps_tui.demo.chaos.lines import LINES
from odps_tui.demo.chaos.texts import TEXTS
from odps_tui.demo.wire.messages import Answer, Request, Response

FAULTS = {fault.name: fault for fault in (*LINES, *ANSWERS, *BODIES, *TEXTS)}


class Chaos:
    """Faults that were switched on and are not over yet. A service that is given one asks it before every answer.

    May be switched from another thread than the service's. `clock` tells seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def obey(self, order: str) -> str:
        """Do what a line says, `NAME`, `NAME:SECONDS`, or `-NAME` for its end; return what was done. Raises ValueError."""
        name, _, seconds = order.strip().partition(":")
        if name.startswith("-"):
            self.end(name[1:])
            return f"{name[1:]} is over"
        self.begin(name, float(seconds) if seconds else math.inf)
        return f"{name} begins"

    def begin(self, name: str, seconds: float = math.inf) -> None:
        """Switch a fault on, for a time. Raises ValueError with the nearest name there is."""
        if name not in FAULTS:
            near = difflib.get_close_matches(name, FAULTS, 1)
            raise ValueError(f"there is no fault {name!r}" + (f"; did you mean {near[0]}?" if near else ""))
        self._until = {**self._until, name: self._clock() + seconds}

    def end(self, name: str) -> None:
        """Switch a fault off."""
        self._until = {other: until for other, until in self._until.items() if other != name}

    @property
    def present(self) -> list[Fault]:
        """The faults of this moment."""
        now = self._clock()
        return [FAULTS[name] for name, until in self._until.items() if now < until]

    @property
    def clock_offset(self) -> float:
        """Seconds that the service's clock is ahead."""
        return sum(fault.clock_offset for fault in self.present)

    @property
    def refuses(self) -> bool:
        """True while nothing listens."""
        return any(fault.refuses for fault in self.present)

    @property
    def deaf(self) -> bool:
        """True while connections are never taken up."""
        return any(fault.deaf for fault in self.present)

    def disturb(self, answer: Answer) -> Answer:
        """The layer around an answer."""

        async def disturbed(request: Request) -> Response:
            present = [fault.disturb for fault in self.present if fault.disturb is not None]
            return await _through(present, answer)(request)

        return disturbed


def _through(faults: list[Disturb], answer: Answer) -> Answer:
    for fault in faults:
        answer = _layer(fault, answer)
    return answer


def _layer(disturb: Disturb, answer: Answer) -> Answer:
    async def layered(request: Request) -> Response:
        return await disturb(request, answer)

    return layered
