"""When a screen is painted: at once for somebody who has just pressed a key, and for nobody no more often than anybody sees.

Textual's clock has 60 ticks a second and misses the first one after a paint: two paints are 17 to 33 ms apart, whatever is
pressed in between. With a poll a second, three keys in a hundred came too soon after what a poll had painted, and waited.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from time import monotonic
from typing import Any, Final, Protocol

from textual.screen import Screen

from odps_tui.hands import HANDS, Hands

AT_ONCE: Final = 1 / 120
"""Seconds from a paint to the next one while a key is on its way."""

IN_TIME: Final = 1 / 60
"""Seconds between two paints while somebody is at the keys: what a key sets off comes soon after it."""

AT_REST: Final = 1 / 30
"""Seconds between two paints that nobody waits for."""

JUST_NOW: Final = 0.05
"""Seconds that a key is on its way at most, but for what takes longer than anybody calls at once."""

AT_THE_KEYS: Final = 0.5
"""Seconds after a key in which what is painted may be what it set off."""


class Cancels(Protocol):
    """What is to come, until it is taken back."""

    def cancel(self) -> None:
        """Take it back."""
        ...


Later = Callable[[float, Callable[[], None]], Cancels]


class Frames:
    """Stands where a screen has its update timer: `resume` asks for `paint`, and `pause` takes that back.

    `clock` tells seconds, and `later` calls after so many.
    """

    def __init__(
        self, paint: Callable[[], None], later: Later, *, hands: Hands = HANDS, clock: Callable[[], float] = monotonic
    ) -> None:
        self._paint = paint
        self._later = later
        self._hands = hands
        self._clock = clock
        self._painted_at = float("-inf")
        self._comes_at = 0.0
        self._coming: Cancels | None = None

    def resume(self) -> None:
        """Paint when it is time. What is coming comes sooner if a key has come since."""
        now = self._clock()
        at = max(now, self._painted_at + self._gap)
        if self._coming is None or at < self._comes_at:
            self.pause()
            self._comes_at = at
            self._coming = self._later(at - now, self._go)

    def pause(self) -> None:
        """There is nothing to paint."""
        if self._coming is not None:
            self._coming.cancel()
            self._coming = None

    @property
    def _gap(self) -> float:
        rest = self._hands.rest
        if rest < JUST_NOW:
            return AT_ONCE
        return IN_TIME if rest < AT_THE_KEYS else AT_REST

    def _go(self) -> None:
        self._coming = None
        self._painted_at = self._clock()
        self._paint()


def paint_in_time() -> None:
    """Have every screen painted by `Frames`."""
    Screen._update_timer = property(_frames_of)  # type: ignore[assignment,method-assign] # noqa: SLF001 - its only seam


def _frames_of(screen: Screen[Any]) -> Frames:
    frames: Frames | None = screen.__dict__.get("_frames")
    if frames is None:
        later = partial(asyncio.get_running_loop().call_later, context=copy_context())
        frames = screen.__dict__["_frames"] = Frames(partial(_paint, screen), later)
    return frames


def _paint(screen: Screen[Any]) -> None:
    """As `Timer` does it."""
    app = screen.app
    if not app._exit:  # noqa: SLF001
        try:
            screen._on_timer_update()  # noqa: SLF001
        except Exception as error:
            app._handle_exception(error)  # noqa: SLF001
