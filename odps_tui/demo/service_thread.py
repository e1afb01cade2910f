"""The demo service on a thread of its own, for clients that block (PyODPS)."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from odps_tui.demo.chaos import Chaos
from odps_tui.demo.identity import DemoIdentity
from odps_tui.demo.service import DemoService
from odps_tui.demo.wire.messages import Answer, RecordedRequest, undisturbed
from odps_tui.demo.world.world import World


class DemoServiceThread:
    """Runs a `DemoService` on its own event loop in a daemon thread, as a context manager. Same arguments."""

    def __init__(
        self,
        world: World,
        port: int = 0,
        *,
        long_poll_seconds: float = 5.0,
        disturb: Callable[[Answer], Answer] = undisturbed,
        chaos: Chaos | None = None,
    ) -> None:
        self.world = world
        self._service = DemoService(world, port, long_poll_seconds=long_poll_seconds, disturb=disturb, chaos=chaos)
        self._thread = threading.Thread(target=self._run, name="odps-demo-service", daemon=True)
        self._listening = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leave: asyncio.Event | None = None
        self._error: OSError | None = None

    @property
    def endpoint(self) -> str:
        """The MaxCompute endpoint."""
        return self._service.endpoint

    @property
    def origin(self) -> str:
        """The service's address without `/api`."""
        return self._service.origin

    @property
    def identity(self) -> DemoIdentity:
        """The access key to use."""
        return self._service.identity

    @property
    def sts_identity(self) -> DemoIdentity:
        """The temporary access key."""
        return self._service.sts_identity

    @property
    def requests(self) -> deque[RecordedRequest]:
        """The latest requests, oldest first."""
        return self._service.requests

    def __enter__(self) -> Self:
        self._thread.start()
        self._listening.wait()
        if self._error is not None:
            raise self._error
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self._loop is not None and self._leave is not None:
            self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._leave = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with self._service:
                self._listening.set()
                await self._leave.wait()
        except OSError as error:
            self._error = error
            self._listening.set()
