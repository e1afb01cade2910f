"""Faults of the line: connections that are refused, cut, held up, or that carry something else than HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from dataclasses import replace

from odps_tui.demo.chaos.fault import Fault, afterwards
from odps_tui.demo.wire.messages import Manner

_STALL = 3600.0
_DRIP = 0.2
_GARBAGE = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is not HTTP\r\n\r\n"


def _abort(writer: asyncio.StreamWriter) -> None:
    """Close with a reset: nothing lingers, the other side gets an error."""
    connection = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _reset(writer: asyncio.StreamWriter, raw: bytes) -> None:  # noqa: ARG001 - the signature of Manner
    _abort(writer)


async def _reset_in_body(writer: asyncio.StreamWriter, raw: bytes) -> None:
    writer.write(_cut(raw))
    await writer.drain()
    await asyncio.sleep(0.05)
    _abort(writer)


async def _cut_short(writer: asyncio.StreamWriter, raw: bytes) -> None:
    writer.write(_cut(raw))
    await writer.drain()


async def _cut_unsaid(writer: asyncio.StreamWriter, raw: bytes) -> None:
    """Without a length the end of the connection is the end of the body: nothing but its meaning tells that it is cut."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
    writer.write(b"\r\n".join([*lines, b"connection: close", b"", body[: len(body) // 2]]))
    await writer.drain()


async def _drip(writer: asyncio.StreamWriter, raw: bytes) -> None:
    for byte in raw:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(_DRIP)


async def _endless_headers(writer: asyncio.StreamWriter, raw: bytes) -> None:
    writer.write(raw.partition(b"\r\n")[0] + b"\r\n")
    number = 0
    while True:
        number += 1
        writer.write(f"X-{number}: more\r\n".encode())
        await writer.drain()
        await asyncio.sleep(_DRIP)


async def _stall(writer: asyncio.StreamWriter, raw: bytes) -> None:  # noqa: ARG001 - the signature of Manner
    await asyncio.sleep(_STALL)


async def _garbage(writer: asyncio.StreamWriter, raw: bytes) -> None:  # noqa: ARG001 - the signature of Manner
    writer.write(_GARBAGE)
    await writer.drain()


async def _bad_chunk(writer: asyncio.StreamWriter, raw: bytes) -> None:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
    half = body[: len(body) // 2]
    chunk = f"{len(half):x}\r\n".encode() + half + b"\r\nzz\r\n"
    writer.write(b"\r\n".join([*lines, b"transfer-encoding: chunked", b"", chunk]))
    await writer.drain()


async def _closed(writer: asyncio.StreamWriter, raw: bytes) -> None:
    """Whole, and then closed without a word, as idle connections are by gateways."""
    writer.write(raw)
    await writer.drain()


def _cut(raw: bytes) -> bytes:
    """The head and half of the body."""
    head, mark, body = raw.partition(b"\r\n\r\n")
    return head + mark + body[: len(body) // 2]


def _line(name: str, words: str, manner: Manner) -> Fault:
    return Fault(name, words, afterwards(lambda response: replace(response, manner=manner)))


LINES = (
    Fault("refuse", "nothing listens", refuses=True),
    Fault("drop", "connections that are never taken up, as behind a firewall that drops", deaf=True),
    _line("reset", "a reset before the answer", _reset),
    _line("reset-in-body", "a reset in the middle of the answer", _reset_in_body),
    _line("drip", "an answer that comes byte by byte", _drip),
    _line("endless-headers", "headers without an end", _endless_headers),
    _line("stall", "no answer, and no end of the connection", _stall),
    _line("cut", "a body shorter than was said", _cut_short),
    _line("cut-unsaid", "a body cut where no length was said", _cut_unsaid),
    _line("garbage", "something that is not HTTP", _garbage),
    _line("bad-chunk", "chunks that cannot be read", _bad_chunk),
    _line("closed", "every connection closed after its first answer", _closed),
)
