"""Calls that nobody waits for any more: they are on their way, and nobody can call them back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from odps_tui.errors import OdpsTuiError

PATIENCE = 2.0
"""Seconds that such a call may go on. A service that takes longer has other troubles; the connection is wanted by others."""

T = TypeVar("T")


class LeftCalls:
    """Lets calls that were given up come to their end: only that tells when the service has seen them, which is what counts for
    how much it is asked; and the connection stays open for the next one.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._left: set[asyncio.Task[Any]] = set()

    async def see_through(self, call: Coroutine[Any, Any, T], is_on_its_way: Callable[[], bool]) -> T:
        """Return what `call` returns. Given up before it is on its way it ends at once, and nothing is sent."""
        task = asyncio.ensure_future(call)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if is_on_its_way():
                self._leave(task)
            else:
                task.cancel()
            raise

    def _leave(self, task: asyncio.Task[Any]) -> None:
        limit = asyncio.get_running_loop().call_later(self._patience, task.cancel)

        def ended(task: asyncio.Task[Any]) -> None:
            limit.cancel()
            self._left.discard(task)
            _tell_bugs(task)

        self._left.add(task)
        task.add_done_callback(ended)

    async def ended(self) -> None:
        """Return when all have come to their end."""
        if self._left:
            await asyncio.wait(self._left)

    async def cut_off(self) -> None:
        """End them now."""
        for task in self._left:
            task.cancel()
        await self.ended()


def _tell_bugs(task: asyncio.Task[Any]) -> None:
    """Nobody wants to know what became of the call: that it failed is not told, unless the fault is ours."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, OdpsTuiError):
        raise error
