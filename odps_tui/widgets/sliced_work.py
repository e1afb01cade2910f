"""Long work behind a widget, a few milliseconds at a time, so that keys and paints come in between.

What nobody waits for holds still while a key is on its way, but never for long: under a key that is held down it gets on, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

from textual.timer import Timer

from odps_tui.hands import HANDS, Hands
from odps_tui.monitor.slicing import Steps

Begin = Callable[[], Steps[None]]

NEWS = "news"
"""The kind of work that nobody waits for: what a poll brought."""


class _Pace(NamedTuple):
    """Seconds of work, and seconds of rest for everybody else.

    A key passes through many turns of the event loop until it is painted: with hardly any rest each of them waits for a slice.
    And what has been worked out is painted within one turn with the next slice: both together are to stay below 16 ms.
    """

    work: float
    rest: float


_FOR_A_KEY, _FOR_NEWS = _Pace(0.005, 0.0005), _Pace(0.004, 0.005)

STILL = 0.03
"""Seconds that news hold still after a key: it has been painted by then."""

PATIENCE = 0.1
"""Seconds after which news go on all the same."""

_MOMENT = 0.001
"""Seconds that are not worth a timer."""


@dataclass(frozen=True, slots=True)
class _Running:
    kind: str
    begin: Begin
    steps: Steps[None]

    @property
    def pace(self) -> _Pace:
        return _FOR_NEWS if self.kind == NEWS else _FOR_A_KEY


class SlicedWork:
    """Does one work at a time: what a key wants before what is news, and of each kind only the latest.

    News that are being worked on give way, and are begun anew afterwards. Work that pauses nowhere is done when `do` returns,
    unless other work is before it.
    """

    def __init__(
        self,
        set_timer: Callable[[float, Callable[[], None]], Timer],
        *,
        hands: Hands = HANDS,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._set_timer = set_timer
        self._hands = hands
        self._clock = clock
        self._waiting: dict[str, Begin] = {}
        self._running: _Running | None = None
        self._is_at_it = False
        self._timer: Timer | None = None
        self._worked_at = 0.0

    @property
    def is_done(self) -> bool:
        """True when there is nothing to do."""
        return self._running is None and not self._waiting

    def do(self, kind: str, begin: Begin) -> None:
        """Do this instead of any other work of its kind; `begin` is called when its turn has come."""
        self._waiting.pop(kind, None)
        self._waiting[kind] = begin
        if self._is_at_it:
            return
        running = self._running
        if running is not None and kind != NEWS and running.kind in (kind, NEWS):
            self._running = None
            running.steps.close()
            if running.kind == NEWS:
                self._waiting.setdefault(NEWS, running.begin)
                self._go_on()
        elif running is None and self._timer is None:
            self._go_on()  # else it rests: where keys come in a burst, each would take a turn of its own, one behind the other

    def stop(self) -> None:
        """Drop everything."""
        self._waiting.clear()
        self._running = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _wake(self) -> None:
        """Go on after a rest, unless somebody has pressed a key meanwhile and nobody waits for this."""
        if self._running is not None and self._running.kind == NEWS and (still := self._still) > _MOMENT:
            self._timer = self._set_timer(still, self._wake)
        else:
            self._go_on()

    @property
    def _still(self) -> float:
        """Seconds for which news have to hold still."""
        left = self._worked_at + PATIENCE - self._clock()
        return min(STILL - self._hands.rest, left)

    def _go_on(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        began = self._clock()
        while (running := self._running or self._next()) is not None:
            self._running = None
            if self._ends(running):
                continue
            self._running = running
            self._worked_at = self._clock()
            if self._worked_at - began > running.pace.work:
                self._timer = self._set_timer(running.pace.rest, self._wake)
                return

    def _next(self) -> _Running | None:
        kind = next((kind for kind in self._waiting if kind != NEWS), NEWS)
        begin = self._waiting.pop(kind, None)
        return None if begin is None else _Running(kind, begin, begin())

    def _ends(self, running: _Running) -> bool:
        """Do a slice; tell whether it was the last."""
        self._is_at_it = True
        try:
            next(running.steps)
        except StopIteration:
            return True
        finally:
            self._is_at_it = False
        return False
