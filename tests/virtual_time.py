"""Time that passes only when everybody sleeps, and then at once to the first who wakes."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from itertools import count

_TURNS = 30
"""Turns of the event loop in which whoever has something to do does it. Nothing here waits for sockets."""


class VirtualTime:
    """`time` and `sleep` for those who are tested; `run` lets time pass until all of them are done."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), future))
        await future

    async def run(self, *doings: Coroutine[object, object, None]) -> None:
        tasks = [asyncio.create_task(doing) for doing in doings]
        while True:
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            if all(task.done() for task in tasks):
                break
            wake, _, future = heapq.heappop(self._sleepers)
            self.now = max(self.now, wake)
            if not future.done():
                future.set_result(None)
        for task in tasks:
            task.result()
