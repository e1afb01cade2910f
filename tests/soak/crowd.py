"""Crowded projects in a process of their own: one demo service for each, told to throttle, and asked what came over the wire."""

from __future__ import annotations

import asyncio
import html
import json
import multiprocessing
import re
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from odps_tui.demo import DemoService, World
from odps_tui.demo.chaos import Chaos
from odps_tui.demo.wire.messages import Answer, Request, Response

PROJECT = "demo_project"
_KNOWN_PER_LIVE = 17
"""Of so many instances that a world opens with, one lives."""
_ENDED = 1_000
"""Of those that have ended, so many are known: pages of history are read within seconds, and the list is whole soon."""
_FORGETS_EVERY = 5.0
"""Seconds after which it is cut down to that again: each visit is to find a list as long as the last one did."""
_CHANGED = 0.05
"""Of the live queue, from one poll to the next."""
_QUEUE = re.compile(r"(?<=<Content>).*(?=</Content>)", re.DOTALL)


@dataclass(frozen=True)
class Crowd:
    """`endpoints` of the projects, and who may ask."""

    endpoints: list[str]
    access_id: str
    secret: str
    live: int
    orders: Connection

    def throttle(self, seconds: float) -> None:
        """Every project answers 429, to come back in a second, for a time."""
        self.orders.send(("throttle", seconds))

    def requests(self) -> list[list[float]]:
        """When each project was asked, in epoch seconds."""
        self.orders.send(("requests", 0.0))
        times: list[list[float]] = self.orders.recv()
        return times


@contextmanager
def crowd(live: int, projects: int) -> Iterator[Crowd]:
    """Serve from another process until the end of the block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(live, projects, theirs), daemon=True)
    process.start()
    try:
        endpoints, access_id, secret, alive = ours.recv()
        yield Crowd(endpoints, access_id, secret, alive, ours)
    finally:
        process.terminate()
        process.join()


def _serve(live: int, projects: int, orders: Connection) -> None:
    asyncio.run(_served(live, projects, orders))


async def _served(live: int, projects: int, orders: Connection) -> None:
    chaos, asked = Chaos(), [_Asked() for _ in range(projects)]
    async with AsyncExitStack() as stack:
        worlds = [World(seed=7 + number, instances=live * _KNOWN_PER_LIVE, project=PROJECT) for number in range(projects)]
        _forget_most_of_history(worlds)
        services = [
            await stack.enter_async_context(DemoService(world, disturb=one.around, chaos=chaos))
            for world, one in zip(worlds, asked, strict=True)
        ]
        identity = services[0].identity
        alive = sum(len(world.living(world.now())) for world in worlds) // projects
        orders.send(([service.endpoint for service in services], identity.access_id, identity.secret, alive))
        forgets_at = time.monotonic() + _FORGETS_EVERY
        while True:
            await asyncio.sleep(0.05)
            if time.monotonic() > forgets_at:
                forgets_at = time.monotonic() + _FORGETS_EVERY
                _forget_most_of_history(worlds)
            while orders.poll():
                order, seconds = orders.recv()
                if order == "throttle":
                    chaos.begin("429", seconds)
                else:
                    orders.send([one.times for one in asked])


def _forget_most_of_history(worlds: list[World]) -> None:
    for world in worlds:
        population, living = world._population, {one.id for one in world.living(world.now())}
        ended = [one.id for one in population._ordered if one.id not in living]
        known = living | set(ended[-_ENDED:])
        population._ordered[:] = [one for one in population._ordered if one.id in known]


class _Asked:
    """Notes when it was asked, and lets a twentieth of the queue use other cores at each poll."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self._step = 0

    def around(self, answer: Answer) -> Answer:
        async def answered(request: Request) -> Response:
            self.times.append(time.time())
            response = await answer(request)
            if request.path.endswith("/cachedinstances") and response.status == 200:
                self._step += 1
                return replace(response, body=_QUEUE.sub(self._changed, response.body.decode()).encode())
            return response

        return answered

    def _changed(self, match: re.Match[str]) -> str:
        queue: list[dict[str, Any]] = json.loads(html.unescape(match[0]))
        for info in queue[self._step % 20 :: round(1 / _CHANGED)]:
            info["cpuUsage"] = 1_000 + (info["cpuUsage"] + 700 * self._step) % 9_000
        return html.escape(json.dumps(queue), quote=False)
