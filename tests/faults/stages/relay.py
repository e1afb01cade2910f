"""A line of our own between the program and a service, on a thread: it can be shut, go deaf, or show another certificate."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

_HOST = "127.0.0.1"

Carry = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Awaitable[None]]
"""Serves one connection on behalf of a port."""


class Relay:
    """Listens on a port of its own and carries what comes to `target`, on the running loop of a thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, target: int, carry: Carry) -> None:
        self._loop = loop
        self._target = target
        self._carry = carry
        self._server: asyncio.Server | None = None
        self._muted = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0

    def open(self, tls: ssl.SSLContext | None = None) -> None:
        """Listen, on the same port each time, with these certificates."""
        self._run(self._listen(tls))

    def shut(self) -> None:
        """Listen no more, and cut every connection."""
        self._run(self._close())

    def mute(self) -> None:
        """Whatever the present connections carry from now on gets nowhere; new ones are served."""
        self._loop.call_soon_threadsafe(self._mute)

    def _mute(self) -> None:
        self._muted.set()
        self._muted = asyncio.Event()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self, tls: ssl.SSLContext | None) -> None:
        await self._close()
        self._server = await asyncio.start_server(self._connected, _HOST, self.port, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.ensure_future(self._serve(reader, writer, self._muted))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, muted: asyncio.Event) -> None:
        carrying = asyncio.ensure_future(self._carry(reader, writer, self._target))
        silence = asyncio.ensure_future(muted.wait())
        try:
            await asyncio.wait({carrying, silence}, return_when=asyncio.FIRST_COMPLETED)
            if silence.done():
                carrying.cancel()
                await asyncio.sleep(3600)
        finally:
            carrying.cancel()
            silence.cancel()
            writer.transport.abort()


async def both_ways(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: int) -> None:
    """Carry bytes, whatever they mean."""
    there_reader, there_writer = await asyncio.open_connection(_HOST, target)
    try:
        await asyncio.gather(_copy(reader, there_writer), _copy(there_reader, writer))
    finally:
        there_writer.transport.abort()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
        sink.close()


@contextmanager
def relay(target: int, carry: Carry = both_ways, *, tls: ssl.SSLContext | None = None) -> Iterator[Relay]:
    """Run one, open."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="relay", daemon=True)
    thread.start()
    line = Relay(loop, target, carry)
    line.open(tls)
    try:
        yield line
    finally:
        line.shut()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
