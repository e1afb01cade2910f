"""Connections of our own, over real sockets: when they are used again, and what is said when they break."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from odps_tui.maxcompute.direct.byte_stream import ByteStream
from tests.maxcompute.clients import client_of
from tests.maxcompute.loopback import RUNNING, Loopback, hang_up, loopback, raw, reply

ID = "20250314020815123ga1b2c3d4"
_LATER = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def whole(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers, b"", body])


@contextlib.asynccontextmanager
async def counting() -> AsyncIterator[tuple[Loopback, list[object]]]:
    """A service, and the connections that were made to it."""
    async with loopback() as service:
        made: list[object] = []
        serve = service.serve

        async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            made.append(writer)
            await serve(reader, writer)

        service.serve = counted  # type: ignore[method-assign]
        yield service, made


async def test_one_connection_carries_one_request_after_another() -> None:
    async with counting() as (service, made), client_of(service.endpoint) as client:
        for _ in range(5):
            await client.get_instance(ID)
        assert (len(service.requests), len(made)) == (5, 1)


async def test_requests_at_the_same_time_have_connections_of_their_own_and_keep_them() -> None:
    async with counting() as (service, made), client_of(service.endpoint) as client:
        for _ in range(3):
            await asyncio.gather(*(client.get_instance(ID) for _ in range(4)))
        assert len(service.requests) == 12
        assert 1 <= len(made) <= 4


async def test_a_connection_that_the_service_closed_meanwhile_is_not_asked() -> None:
    async with counting() as (service, made), client_of(service.endpoint) as client:
        service.answers = [raw(whole(RUNNING), hang_up=True)]
        for _ in range(3):
            await client.get_instance(ID)
        assert (len(service.requests), len(made)) == (3, 3)


async def test_a_service_that_wants_no_second_request_gets_none() -> None:
    async with counting() as (service, made), client_of(service.endpoint) as client:
        service.answers = [raw(whole(RUNNING, b"Connection: close"), hang_up=True)]
        await client.get_instance(ID)
        await client.get_instance(ID)
        assert len(made) == 2


async def test_more_than_an_answer_is_taken_for_no_other_answer() -> None:
    """What came unasked belongs to nobody: the next request goes over another connection."""
    async with counting() as (service, made), client_of(service.endpoint) as client:
        service.answers = [raw(whole(RUNNING) + whole(b"<Instance><Status>Terminated</Status></Instance>")), reply()]
        assert (await client.get_instance(ID)).status == "Running"
        assert (await client.get_instance(ID)).status == "Running"
        assert len(made) == 2


async def test_an_answer_in_chunks_and_what_comes_before_it() -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (RUNNING[:7], RUNNING[7:])) + b"0\r\n\r\n"
    async with loopback(raw(_LATER + _CHUNKED + chunks)) as service, client_of(service.endpoint) as client:
        assert (await client.get_instance(ID)).status == "Running"


async def test_an_answer_of_megabytes_comes_whole() -> None:
    text = b"x" * 3_000_000
    async with loopback(reply(body=text)) as service, client_of(service.endpoint) as client:
        assert await client.get_worker_log(ID, "log") == text.decode()


async def test_a_connection_that_is_cut_between_two_requests_is_noticed() -> None:
    async with counting() as (service, made), client_of(service.endpoint) as client:
        service.answers = [reply(), hang_up, reply()]
        await client.get_instance(ID)
        await client.get_instance(ID)  # cut off, and asked again
        assert (len(service.requests), len(made)) == (3, 2)


async def test_all_addresses_of_a_name_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    async with loopback() as service:
        refusing = _refusing_port()
        _resolve_to(monkeypatch, [("127.0.0.1", refusing), ("127.0.0.1", service.port)])
        async with client_of("http://service.example/api") as client:
            assert (await client.get_instance(ID)).status == "Running"


async def test_several_addresses_that_refuse_are_told_as_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve_to(monkeypatch, [("127.0.0.1", _refusing_port()), ("127.0.0.1", _refusing_port())])
    async with client_of("http://service.example/api") as client:
        with pytest.raises(Exception, match="refused the connection") as caught:
            await client.get_instance(ID)
    assert not getattr(caught.value, "sent", True)


async def test_what_came_is_read_before_the_error_that_came_after_it() -> None:
    stream = ByteStream()
    stream.data_received(b"all of it")
    stream.connection_lost(ConnectionResetError(104, "reset"))
    assert await stream.read() == b"all of it"
    with pytest.raises(ConnectionResetError):
        await stream.read()


async def test_nothing_more_is_taken_than_somebody_reads() -> None:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    _, stream = await asyncio.get_running_loop().create_connection(ByteStream, sock=ours)
    sent = 0
    while sent < 20_000_000:
        await asyncio.sleep(0)
        try:
            sent += theirs.send(b"x" * 65_536)
        except BlockingIOError:
            break
    assert sent < 10_000_000
    read = 0
    while read < sent:
        read += len(await stream.read())
    assert read == sent
    stream.close()
    theirs.close()
    await asyncio.sleep(0)


async def test_through_a_proxy_httpx_has_its_own_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{_refusing_port()}")
    async with client_of("http://service.example/api") as client:
        with pytest.raises(Exception, match="HTTP_PROXY"):
            await client.get_instance(ID)


def _refusing_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _resolve_to(monkeypatch: pytest.MonkeyPatch, places: list[tuple[str, int]]) -> None:
    async def getaddrinfo(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place) for place in places]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
