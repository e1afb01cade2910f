"""The demo service: a loopback MaxCompute over HTTP that any MaxCompute client can talk to.

bytes ── http_connection ── Request ── answer ── route ── world
                                          │
                   a fault layer goes around `answer`; a response may have a manner of its own to be sent in
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import Self

from odps_tui.demo.chaos import Chaos
from odps_tui.demo.chaos.deaf_port import deaf_port
from odps_tui.demo.documents.errors import error, gateway_error
from odps_tui.demo.documents.markup import http_date
from odps_tui.demo.identity import DEMO_IDENTITY, DEMO_STS_IDENTITY, DemoIdentity
from odps_tui.demo.routes.router import route
from odps_tui.demo.routes.visit import PREFIX, Setting
from odps_tui.demo.wire.authentication import Gatekeeper
from odps_tui.demo.wire.bearer_tokens import BearerTokens
from odps_tui.demo.wire.http_connection import serve_connection
from odps_tui.demo.wire.messages import (
    JSON,
    Answer,
    NotOurGateway,
    RecordedRequest,
    Request,
    Response,
    ServiceFault,
    undisturbed,
)
from odps_tui.demo.world.world import World

_HOST = "127.0.0.1"
_REQUESTS_REMEMBERED = 5000
_LOOK_AT_THE_DOOR = 0.02
_log = logging.getLogger(__name__)


class DemoService:
    """Serves a `World` on 127.0.0.1, on the running event loop, as an asynchronous context manager.

    `port` 0 takes a free one. `?instancestatus` is held for `long_poll_seconds`, waiting with `sleep`. `disturb` wraps the
    answer to every request; `chaos` holds faults that go by their names. `requests` holds the latest requests, oldest first, as
    they were answered. Raises OSError on entering when the port is taken.
    """

    def __init__(
        self,
        world: World,
        port: int = 0,
        *,
        long_poll_seconds: float = 5.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        disturb: Callable[[Answer], Answer] = undisturbed,
        chaos: Chaos | None = None,
    ) -> None:
        self.world = world
        self.identity: DemoIdentity = DEMO_IDENTITY
        self.sts_identity: DemoIdentity = DEMO_STS_IDENTITY
        self.requests: deque[RecordedRequest] = deque(maxlen=_REQUESTS_REMEMBERED)
        self._port = port
        tokens = BearerTokens(DEMO_IDENTITY.secret)
        gatekeeper = Gatekeeper((self.identity, self.sts_identity), tokens)
        self._setting = Setting(world, tokens, gatekeeper, long_poll_seconds, sleep)
        self._chaos = chaos
        if chaos is not None:
            self._setting.clock_offset = lambda: chaos.clock_offset
        self._answer = self._recorded(disturb(chaos.disturb(self._answered) if chaos is not None else self._answered))
        self._door: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:PORT`, once it listens."""
        return self._setting.origin

    @property
    def endpoint(self) -> str:
        """The MaxCompute endpoint: the origin with `/api`."""
        return f"{self.origin}{PREFIX}"

    async def __aenter__(self) -> Self:
        await self._listen()
        self._setting.origin = f"http://{_HOST}:{self._port}"
        if self._chaos is not None:
            self._door = asyncio.create_task(self._mind_the_door(self._chaos))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Stop listening and drop every connection, long polls included."""
        if self._door is not None:
            self._door.cancel()
            await asyncio.gather(self._door, return_exceptions=True)
        await self._shut()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, _HOST, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _shut(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        if server is not None:
            await server.wait_closed()

    async def _mind_the_door(self, chaos: Chaos) -> None:
        """Nothing listens while chaos refuses, or is deaf; afterwards the same port answers again."""
        with contextlib.ExitStack() as deafness:
            while True:
                is_shut = chaos.refuses or chaos.deaf
                if is_shut and self._server is not None:
                    await self._shut()
                    if chaos.deaf:
                        deafness.enter_context(deaf_port(_HOST, self._port))
                elif not is_shut and self._server is None:
                    deafness.close()
                    await self._listen()
                await asyncio.sleep(_LOOK_AT_THE_DOOR)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(serve_connection(reader, writer, self._answer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    def _recorded(self, answer: Answer) -> Answer:
        """`answer`, with each request remembered when it has been answered."""

        async def recording(request: Request) -> Response:
            response = await answer(request)
            self.requests.append(
                RecordedRequest(
                    request.method,
                    request.path,
                    MappingProxyType(dict(request.query)),
                    MappingProxyType(dict(request.headers)),
                    request.body,
                    response.status,
                )
            )
            return response

        return recording

    async def _answered(self, request: Request) -> Response:
        """Answer a request, errors included, with an id and a date (Protocol §8)."""
        request_id = secrets.token_hex(12).upper()
        try:
            response = await route(self._setting, request)
        except ServiceFault as fault:
            response = Response.of(error(fault.code, fault.message, request_id), status=fault.status)
        except NotOurGateway:
            response = Response.of(gateway_error(request.path, request_id), JSON, status=405)
        except Exception:
            _log.exception("%s %s", request.method, request.path)
            broken = error("InternalServerError", "ODPS-0010000: System internal error - the demo is broken", request_id)
            response = Response.of(broken, status=500)
        marks = (("x-odps-request-id", request_id), ("Date", http_date(self._setting.clock())))
        return replace(response, headers=(*response.headers, *marks))
