"""Reading a body: inflated by ourselves and never larger than allowed, whatever the other side sends."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator

from odps_tui.errors import DecodeError

MEGABYTE = 1024 * 1024
_ANY_ZLIB_HEADER = 47  # gzip or zlib, told apart by the header
_IDENTITY = {"", "identity"}
_DEFLATED = {"gzip", "x-gzip", "deflate"}


async def read_body(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """Return the whole body, decoded from `encoding` (a Content-Encoding), of at most `limit` bytes.

    Raises `DecodeError` for a larger one, for a foreign encoding and for one that is cut short.
    """
    encoding = encoding.strip().lower()
    if encoding in _IDENTITY:
        return await _read_plain(chunks, limit)
    if encoding in _DEFLATED:
        return await _read_deflated(chunks, limit)
    raise DecodeError("The reply is packed in a way that was not asked for")


async def _read_plain(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        _check(len(body), limit)
    return bytes(body)


async def _read_deflated(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    body = bytearray()
    received = 0
    inflater = zlib.decompressobj(_ANY_ZLIB_HEADER)
    try:
        async for chunk in chunks:
            received += len(chunk)
            _check(received, limit)
            while chunk and not inflater.eof:
                body += inflater.decompress(chunk, MEGABYTE)
                _check(len(body), limit)
                chunk = inflater.unconsumed_tail  # noqa: PLW2901  # the rest of this chunk
                if chunk:
                    await asyncio.sleep(0)  # a bomb must not stop the screen either
    except zlib.error as error:
        raise DecodeError("The reply is damaged: it cannot be unpacked") from error
    if received and not inflater.eof:
        raise DecodeError("The reply was cut short: its packing has no end")
    return bytes(body)


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise DecodeError(f"The reply is larger than {limit / MEGABYTE:g} MB; it was not read")
