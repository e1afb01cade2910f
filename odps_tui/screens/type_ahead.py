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
from textual.message import Message

_PATIENCE = 0.5
"""Seconds until a key is given up on, whose widget was taken away while the key was on its way through it."""


_ROUNDS = 2
"""The key itself, and what its action has posted."""


class KeyPassed(Message, bubble=True):
    """Follows a key, or what the key set off, from the focused widget up to the app: behind it everything has been dealt with."""


class TypeAhead:
    """Holds the keys that were typed while another one is on its way; `handle` is the app's own way with a key."""

    def __init__(self, app: App[Any], handle: Callable[[events.Key], Awaitable[None]]) -> None:
        self._app = app
        self._handle = handle
        self._waiting: deque[events.Key] = deque()
        self._is_busy = False
        self._rounds = 0
        self._given_up: asyncio.TimerHandle | None = None

    async def take(self, key: events.Key) -> None:
        """Handle a key now, or when those before it have been dealt with."""
        self._waiting.append(key)
        if not self._is_busy:
            await self._next()

    def passed(self) -> None:
        """A key has come up. Let its consequences come up as well: `Enter` is followed by `Submitted`."""
        if not self._is_busy:
            return
        self._rounds += 1
        if self._rounds < _ROUNDS:
            self._app.call_later(self._follow)
        else:
            self._app.call_later(self._next)

    async def _next(self) -> None:
        if self._given_up is not None:
            self._given_up.cancel()
        self._is_busy = bool(self._waiting)
        if self._is_busy:
            self._rounds = 0
            self._given_up = asyncio.get_running_loop().call_later(_PATIENCE, self._app.call_later, self._next)
            await self._handle(self._waiting.popleft())
            self._follow()

    def _follow(self) -> None:
        if not (self._app.focused or self._app.screen).post_message(KeyPassed()):
            self._app.call_later(self._next)
