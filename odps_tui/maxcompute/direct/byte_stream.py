"""Bytes to and from one peer, as asyncio hands them over: what has come is read before the error that came after it."""

from __future__ import annotations

import asyncio
import select
from typing import Final, cast

_MOST_UNREAD: Final = 256 * 1024
"""Bytes from which on nothing more is taken from the network until somebody reads."""


class ByteStream(asyncio.Protocol):
    """One end of a connection. One reader and one writer at a time."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._unread = bytearray()
        self._error: Exception | None = None
        self._has_ended = False
        self._is_full = False
        self._is_behind = False
        self._news: asyncio.Future[None] | None = None

    # What asyncio tells ------------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Something has come."""
        self._unread += data
        if len(self._unread) > _MOST_UNREAD and not self._is_full:
            self._is_full = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """Nothing more will come."""
        self._has_ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._error = exc
        self._has_ended = True
        self._is_behind = False
        self._wake()

    def pause_writing(self) -> None:
        """The peer does not take what was written."""
        self._is_behind = True

    def resume_writing(self) -> None:
        """It does again."""
        self._is_behind = False
        self._wake()

    # What is done with it ----------------------------------------------------------------------------------------------------

    @property
    def is_fresh(self) -> bool:
        """Whether it can be asked something: open, and nothing has come that nobody asked for, an end above all."""
        if self._has_ended or self._unread or self._transport.is_closing():
            return False
        poll = select.poll()
        poll.register(self._transport.get_extra_info("socket"), select.POLLIN)
        return not poll.poll(0)

    async def read(self) -> bytes:
        """Return what has come, once something has; nothing at the end. Raises OSError."""
        while not self._unread and not self._has_ended:
            await self._wait()
        if self._unread:
            data = bytes(self._unread)
            self._unread.clear()
            self._go_on()
            return data
        if self._error is not None:
            raise self._error
        return b""

    async def write(self, data: bytes) -> None:
        """Write, and return when the peer keeps up. Raises OSError."""
        self._transport.write(data)
        while self._is_behind:
            await self._wait()
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Wait for nobody: a peer that does not answer is no reason to stay."""
        self._transport.abort()

    def _go_on(self) -> None:
        if self._is_full:
            self._is_full = False
            self._transport.resume_reading()

    async def _wait(self) -> None:
        self._news = asyncio.get_running_loop().create_future()
        try:
            await self._news
        finally:
            self._news = None

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
