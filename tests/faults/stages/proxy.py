"""A stage whose only way to the service is a proxy, with a password."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.stages.demo import demo_service
from tests.faults.stages.relay import both_ways, relay
from tests.faults.stages.stage import Stage, furnished

_PASSWORD = "canary-of-the-proxy"
_ELSEWHERE = b"odps.example"


@contextmanager
def dead_proxy(directory: Path) -> Iterator[Stage]:
    """The proxy goes away and comes back."""
    with demo_service() as demo, relay(demo.port, _as_proxy) as line:
        yield Stage(
            furnished(directory),
            {
                **demo.environ,
                "ODPS_ENDPOINT": f"http://{_ELSEWHERE.decode()}/api",
                "HTTP_PROXY": f"http://operator:{_PASSWORD}@127.0.0.1:{line.port}",
            },
            begin=line.shut,
            end=line.open,
            secrets=(demo.secret, _PASSWORD),
        )


async def _as_proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: int) -> None:
    """Carry one request to the service; the client is told that the connection ends with it."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"host:", b"proxy-", b"connection:"))]
    lines[0] = lines[0].replace(b"http://" + _ELSEWHERE, b"", 1)
    lines[1:1] = [b"Host: 127.0.0.1:%d" % target, b"Connection: close"]
    ours = asyncio.StreamReader()
    ours.feed_data(b"\r\n".join(lines))
    pump = asyncio.ensure_future(_pump(reader, ours))
    try:
        await both_ways(ours, writer, target)
    finally:
        pump.cancel()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamReader) -> None:
    while data := await source.read(65_536):
        sink.feed_data(data)
    sink.feed_eof()
