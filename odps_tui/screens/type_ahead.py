"""Keys in the order they were typed, each dealt with before the next one goes anywhere.

A slow line delivers keys in bursts. Textual hands every key to the widget that has the focus at that moment, long before the
action of the key before it has moved the focus: of `/demo` one letter ends in the filter and the others are taken for commands.
Here a key waits until the one before it has come all the way up, and what that one set off has come up behind it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message import Message
from textual.widget import Widget

_PATIENCE = 0.5
"""Seconds after which we look whether the widget is gone that a key was on its way through."""

_LOST = 20
"""So often do we look at a widget that is still there: it is slow, or the machine is. Then the key is given up."""

_ROUNDS = 3
"""The key itself, what its action has posted, and what that has posted: `Enter` is followed by `Submitted`, that by `Given`."""

_MOST_ROUNDS = 20
"""So many more while messages wait on the way; a widget that never falls silent does not hold up the keys for ever."""


class KeyPassed(Message, bubble=True):
    """Follows a key, or what the key set off, from the focused widget up to the app: behind it everything has been dealt with."""


class TypeAhead:
    """Holds the keys that were typed while another one is on its way; `handle` is the app's own way with a key."""

    def __init__(self, app: App[Any], handle: Callable[[events.Key], Awaitable[None]]) -> None:
        self._app = app
        self._handle = handle
        self._waiting: deque[events.Key] = deque()
        self._is_busy = False
        self._way: list[DOMNode] = []
        self._rounds = 0
        self._looks = 0
        self._look: asyncio.TimerHandle | None = None

    async def take(self, key: events.Key) -> None:
        """Handle a key now, or when those before it have been dealt with."""
        self._waiting.append(key)
        if not self._is_busy:
            await self._next()

    def passed(self) -> None:
        """A key has come up. Let its consequences come up as well."""
        if not self._is_busy or not self._app.screen_stack:  # the app is going down
            return
        self._rounds += 1
        if self._rounds < _ROUNDS or (self._rounds < _MOST_ROUNDS and self._has_more()):
            self._app.call_later(self._follow)
        else:
            self._app.call_later(self._next)

    async def _next(self) -> None:
        if self._look is not None:
            self._look.cancel()
        self._is_busy = bool(self._waiting)
        if self._is_busy:
            self._rounds = self._looks = 0
            self._way = list(self._target.ancestors_with_self)
            self._look_later()
            await self._handle(self._waiting.popleft())
            self._follow()

    @property
    def _target(self) -> Widget:
        return self._app.focused or self._app.screen

    def _has_more(self) -> bool:
        """Whether anything waits on the way that the key took, or on the one that the next would take."""
        way = {*self._way, *self._target.ancestors_with_self} - {self._app}
        return any(node.message_queue_size for node in way)

    def _follow(self) -> None:
        if not self._target.post_message(KeyPassed()):
            self._app.call_later(self._next)

    def _look_later(self) -> None:
        self._look = asyncio.get_running_loop().call_later(_PATIENCE, self._app.call_later, self._look_after_it)

    async def _look_after_it(self) -> None:
        """A key whose widget was taken away never comes up; one that is only slow does."""
        self._looks += 1
        if self._looks < _LOST and all(node.is_attached for node in self._way):
            self._look_later()
        else:
            await self._next()
