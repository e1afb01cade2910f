"""A demo service in a process of its own whose world stands still, and changes just as many instances a poll as it is told to."""

from __future__ import annotations

import asyncio
import html
import json
import multiprocessing
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from odps_tui.demo import DemoService, World
from odps_tui.demo.documents.markup import http_date
from odps_tui.demo.wire.messages import Answer, Request, Response

PROJECT = "demo_project"
_QUEUE = re.compile(r"(?<=<Content>).*(?=</Content>)", re.DOTALL)


@dataclass(frozen=True)
class StillService:
    """Where it listens, and who may ask."""

    endpoint: str
    access_id: str
    secret: str
    orders: Connection

    @property
    def environ(self) -> dict[str, str]:
        """What a client is told in its environment."""
        return {
            "ODPS_ENDPOINT": self.endpoint,
            "ODPS_PROJECT_NAME": PROJECT,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": self.access_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.secret,
        }

    def change(self, rows: int, *, every_poll: bool = False) -> None:
        """At the next poll, or at every one, the cores that the first `rows` of the list use are others."""
        self.orders.send((rows, every_poll))


@contextmanager
def still_service(instances: int) -> Iterator[StillService]:
    """Serve from another process until the end of the block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(instances, theirs), daemon=True)
    process.start()
    try:
        endpoint, access_id, secret = ours.recv()
        yield StillService(endpoint, access_id, secret, ours)
    finally:
        process.terminate()
        process.join()


def _serve(instances: int, orders: Connection) -> None:
    async def run() -> None:
        stopped = time.time()
        changes = _Changes(orders)
        world = World(seed=7, instances=instances, clock=lambda: stopped, project=PROJECT)
        async with DemoService(world, disturb=changes.disturb) as service:
            orders.send((service.endpoint, service.identity.access_id, service.identity.secret))
            await asyncio.Event().wait()

    asyncio.run(run())


class _Changes:
    """Rewrites the queue on its way out. Time goes on for the client: only the world stands still."""

    def __init__(self, orders: Connection) -> None:
        self._orders = orders
        self._rows = 0
        self._every_poll = False
        self._step = 0

    def disturb(self, answer: Answer) -> Answer:
        async def answered(request: Request) -> Response:
            response = await answer(request)
            headers = tuple((name, http_date(time.time()) if name == "Date" else value) for name, value in response.headers)
            response = replace(response, headers=headers)
            if request.path.endswith("/cachedinstances"):
                self._obey()
                response = replace(response, body=_QUEUE.sub(self._changed, response.body.decode()).encode())
            return response

        return answered

    def _obey(self) -> None:
        is_new = False
        while self._orders.poll():
            self._rows, self._every_poll = self._orders.recv()
            is_new = True
        self._step += 1 if is_new or self._every_poll else 0

    def _changed(self, match: re.Match[str]) -> str:
        queue: list[dict[str, Any]] = json.loads(html.unescape(match[0]))
        for info in sorted(queue, key=lambda info: str(info["startTime"]))[: self._rows]:
            info["cpuUsage"] = 1_000 + (info["cpuUsage"] + 700 * self._step) % 9_000
        return html.escape(json.dumps(queue), quote=False)
