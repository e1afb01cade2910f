"""HTTP/1.1 over asyncio streams: bytes in, requests out; responses in, bytes out (framing by h11)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote

import h11

from odps_tui.demo.wire.messages import JSON, Answer, Request, Response

_LARGEST_BODY = 8 * 1024 * 1024
_CHUNK = 65_536
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class _Refused(Exception):
    """The bytes are no request that we answer; `response` says why, then the connection closes."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        body = f'{{"Error": {{"Code": "{code}", "Message": "{message}", "RequestId": ""}}}}'
        self.response = Response.of(body, JSON, status=status)


async def serve_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
    """Answer the requests of one connection, one after the other, until either side closes it."""
    connection = h11.Connection(h11.SERVER)
    try:
        while (request := await _next_request(connection, reader, writer)) is not None:
            response = await answer(request)
            await _send(connection, writer, response, with_body=request.method != "HEAD")
            if response.manner is not None:
                break
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                break
            connection.start_next_cycle()
    except _Refused as refusal:
        await _send_last(connection, writer, refusal.response)
    except (ConnectionError, h11.LocalProtocolError):
        pass  # The client left in the middle; there is nobody to tell.
    finally:
        await _close(writer)


async def _next_request(connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    """Read one request with its body; None when the client has closed."""
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = await _next_event(connection, reader, writer)
        if isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _LARGEST_BODY:
                raise _Refused(413, "RequestEntityTooLarge", "The request body is too large")
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return _request(head, bytes(body))
        else:
            return None


async def _next_event(connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> object:
    """The next h11 event, reading from the socket as long as there is none."""
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            raise _Refused(error.error_status_hint, "BadRequest", "The request is malformed") from error
        if event is not h11.NEED_DATA:
            return event
        if connection.they_are_waiting_for_100_continue:
            writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        connection.receive_data(await reader.read(_CHUNK))


def _request(head: h11.Request, body: bytes) -> Request:
    """Decode a request's head. Raises _Refused when it was not addressed to a loopback host (DNS rebinding)."""
    headers = {name.decode("ascii"): value.decode("latin-1") for name, value in head.headers}
    _check_host(headers)
    target = head.target.decode("ascii")
    path, _, query = target.partition("?")
    return Request(
        method=head.method.decode("ascii"),
        target=target,
        path=unquote(path),
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        body=body,
    )


def _check_host(headers: Mapping[str, str]) -> None:
    host = headers.get("host", "").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if name not in _LOOPBACK:
        raise _Refused(421, "MisdirectedRequest", "The demo service answers on the loopback interface only")


async def _send(connection: h11.Connection, writer: asyncio.StreamWriter, response: Response, *, with_body: bool = True) -> None:
    """Write a response in one piece, or in its manner; the answer to a HEAD has all but the body."""
    headers = [("content-type", response.content_type), ("content-length", str(len(response.body))), *response.headers]
    encoded = [(name.encode("ascii"), value.encode()) for name, value in headers]
    reason = HTTPStatus(response.status).phrase.encode()
    parts = [connection.send(h11.Response(status_code=response.status, headers=encoded, reason=reason))]
    if with_body:
        parts.append(connection.send(h11.Data(data=response.body)))
    parts.append(connection.send(h11.EndOfMessage()))
    raw = b"".join(part for part in parts if part)
    if response.manner is not None:
        await response.manner(writer, raw)
        return
    writer.write(raw)
    await writer.drain()


async def _send_last(connection: h11.Connection, writer: asyncio.StreamWriter, response: Response) -> None:
    """Tell why a request is refused, if it can still be told."""
    if connection.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
        closing = Response(response.status, response.body, response.content_type, (("connection", "close"),))
        try:
            await _send(connection, writer, closing)
        except (ConnectionError, h11.LocalProtocolError):
            return


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        await writer.wait_closed()
    except ConnectionError:
        return
