"""One connection to the service: a request goes out, an answer comes in, and another request may follow."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import h11

from odps_tui.maxcompute.direct.byte_stream import ByteStream
from odps_tui.maxcompute.httpx_alone import httpx

_LONGEST_HEAD: Final = 100 * 1024
"""Bytes of an answer's headers that are read."""


class Connection:
    """HTTP/1.1 over a stream. Its errors are httpx's, as `no_answer` knows them."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)

    @property
    def is_fresh(self) -> bool:
        """Whether another request can be sent."""
        return self._http.our_state is h11.IDLE and self._stream.is_fresh

    async def ask(self, request: httpx.Request) -> h11.Response:
        """Send a request; return the head of its answer."""
        limits = request.extensions["timeout"]
        with _explained():
            await self._send(request, limits["write"])
            while not isinstance(event := await self._next_event(limits["read"]), h11.Response):
                if not isinstance(event, h11.InformationalResponse):
                    raise httpx.RemoteProtocolError("something else than an answer came")
            return event

    async def read(self, request: httpx.Request) -> bytes | None:
        """Return more of what the answer holds; None at its end."""
        with _explained():
            event = await self._next_event(request.extensions["timeout"]["read"])
        return bytes(event.data) if isinstance(event, h11.Data) else None

    def settle(self) -> None:
        """After an answer: be ready for another request, or close. More than was asked for is an answer to nothing."""
        is_over = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        if is_over and not self._http.trailing_data[0]:
            self._http.start_next_cycle()
        else:
            self.close()

    def close(self) -> None:
        """Close it, whatever is under way."""
        self._stream.close()

    async def _send(self, request: httpx.Request, limit: float | None) -> None:
        """Send it in one piece. A service that closes while we write may have answered first: so its answer is looked for."""
        head = self._http.send(h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw))
        body = self._http.send(h11.Data(data=request.content)) if request.content else b""
        end = self._http.send(h11.EndOfMessage())
        try:
            async with asyncio.timeout(limit):
                await self._stream.write((head or b"") + (body or b"") + (end or b""))
        except TimeoutError as error:
            raise httpx.WriteTimeout("the request was not taken") from error
        except OSError:
            return

    async def _next_event(self, limit: float | None) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            try:
                async with asyncio.timeout(limit):
                    data = await self._stream.read()
            except TimeoutError as error:
                raise httpx.ReadTimeout("nothing came") from error
            except OSError as error:
                raise httpx.ReadError("the connection broke") from error
            if not data and self._http.their_state is h11.SEND_RESPONSE:
                raise httpx.RemoteProtocolError("closed without an answer")
            self._http.receive_data(data)
        return event


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except h11.RemoteProtocolError as error:
        raise httpx.RemoteProtocolError(str(error)) from error
    except h11.LocalProtocolError as error:
        raise httpx.LocalProtocolError(str(error)) from error
