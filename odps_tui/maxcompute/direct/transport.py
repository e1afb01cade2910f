"""What httpx sends by where no proxy is asked: connections of our own, kept for the next request."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from typing import Final

from odps_tui.maxcompute.direct.byte_stream import ByteStream
from odps_tui.maxcompute.direct.connection import Connection
from odps_tui.maxcompute.direct.socket_opening import open_socket
from odps_tui.maxcompute.httpx_alone import httpx

_KEPT: Final = 60.0
"""Seconds for which a connection is kept that nobody uses."""


class DirectTransport(httpx.AsyncBaseTransport):
    """Opens as many connections as requests are sent at a time, whose number is the caller's to bound, and keeps them.

    `tls` is for https. All requests go to one host.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._tls.set_alpn_protocols(["http/1.1"])
        self._idle: list[tuple[float, Connection]] = []
        self._is_closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the head of the answer; its body is read from it."""
        connection = self._take_kept() or await self._open(request)
        try:
            head = await connection.ask(request)
        except BaseException:
            connection.close()
            raise
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=_Body(self, connection, request))

    async def aclose(self) -> None:
        """Close what is kept."""
        self._is_closed = True
        idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()
        await asyncio.sleep(0)  # for asyncio to close them

    def keep(self, connection: Connection) -> None:
        """It may be used again, if its answer has been read to the end."""
        connection.settle()
        if connection.is_fresh and not self._is_closed:
            self._idle.append((time.monotonic(), connection))
        else:
            connection.close()

    def _take_kept(self) -> Connection | None:
        """Return the one that was used last; what is too old goes."""
        now = time.monotonic()
        while self._idle:
            since, connection = self._idle.pop()
            if now - since < _KEPT and connection.is_fresh:
                return connection
            connection.close()
        return None

    async def _open(self, request: httpx.Request) -> Connection:
        host, is_secure = request.url.raw_host.decode("ascii"), request.url.scheme == "https"
        limit = request.extensions["timeout"]["connect"]
        try:
            async with asyncio.timeout(limit):
                opened = await open_socket(host, request.url.port or (443 if is_secure else 80))
            async with asyncio.timeout(limit):
                _, stream = await asyncio.get_running_loop().create_connection(
                    ByteStream, sock=opened, ssl=self._tls if is_secure else None, server_hostname=host if is_secure else None
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no connection in time") from error
        except OSError as error:
            raise httpx.ConnectError("no connection") from error
        return Connection(stream)


class _Body(httpx.AsyncByteStream):
    """The rest of an answer. Closing it before its end closes the connection."""

    def __init__(self, transport: DirectTransport, connection: Connection, request: httpx.Request) -> None:
        self._transport = transport
        self._connection = connection
        self._request = request

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        data = await self._connection.read(self._request)
        if data is None:
            raise StopAsyncIteration
        return data

    async def aclose(self) -> None:
        """Nobody reads on."""
        self._transport.keep(self._connection)
