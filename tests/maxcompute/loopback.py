"""A server of a few lines that answers what a test tells it to, byte by byte where that matters."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]

RUNNING = b"<Instance><Status>Running</Status></Instance>"


@dataclass
class Received:
    """One request as it arrived; names of headers are lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def reply(status: int = 200, body: bytes = RUNNING, headers: dict[str, str] | None = None) -> Answer:
    """Answer with a whole response."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return raw("\r\n".join([*lines, "", ""]).encode() + body)


def raw(answer: bytes, *, hang_up: bool = False) -> Answer:
    """Answer with these bytes, and close the connection if asked to."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        if hang_up:
            writer.close()

    return write


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Answer with nothing: the connection is closed."""
    writer.close()


async def silence(_writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.Event().wait()


async def drip(writer: asyncio.StreamWriter) -> None:
    """Answer for ever, a byte at a time: no read of it ever times out."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        writer.write(b"<")
        await writer.drain()
        await asyncio.sleep(0.01)


@dataclass
class Loopback:
    """What came in, and what goes out: the answers in order, the last one again and again."""

    port: int = 0
    answers: list[Answer] = field(default_factory=lambda: [reply()])
    requests: list[Received] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def endpoint(self) -> str:
        """The address to give to a client."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def authority(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    async def arrived(self, count: int) -> None:
        """Return once `count` requests have come in."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= count)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while not writer.is_closing():
                received = await _read(reader)
                answer = self.answers[min(len(self.requests), len(self.answers) - 1)]
                await self._note(received)
                self._now += 1
                self.most_at_once = max(self.most_at_once, self._now)
                try:
                    await answer(writer)
                finally:
                    self._now -= 1
        writer.close()

    async def _note(self, received: Received) -> None:
        async with self._arrived:
            self.requests.append(received)
            self._arrived.notify_all()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    pairs = (line.split(":", 1) for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, value in pairs}
    return Received(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))))


@contextlib.asynccontextmanager
async def loopback(*answers: Answer) -> AsyncIterator[Loopback]:
    """Serve on a free port of this machine."""
    service = Loopback()
    if answers:
        service.answers = list(answers)
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(service.serve(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
