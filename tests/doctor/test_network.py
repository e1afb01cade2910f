"""The way to the service, against sockets and certificates that are real."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from odps_tui.doctor import network
from odps_tui.doctor.finding import State, bounded
from odps_tui.maxcompute.certificates import Certificates
from odps_tui.maxcompute.endpoint import Endpoint
from tests.maxcompute.authorities import Authority, tls_service


def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def test_a_name_with_and_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await network.name_of(Endpoint.parse("http://localhost/api"))
    assert (found.state, found.words.startswith("localhost is ")) == (State.GOOD, True)

    async def no_address(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", no_address)
    found = await network.name_of(Endpoint.parse("http://odps.example/api"))
    assert (found.state, found.words) == (State.BAD, "odps.example has no address")
    assert "VPN" in found.remedy


async def test_a_name_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odps_tui.doctor.finding.LIMIT", 0.05)

    async def never(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    found = await bounded("dns", network.name_of(Endpoint.parse("http://odps.example/api")))
    assert (found.check, found.state) == ("dns", State.BAD)
    assert "no answer" in found.words


async def test_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    endpoint = Endpoint.parse("http://odps.example/api")
    assert (await network.proxy_for(endpoint)).words == "none"
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        monkeypatch.setenv("HTTP_PROXY", f"http://canary:secret@127.0.0.1:{port}")
        found = await network.proxy_for(endpoint)
        assert (found.state, found.words) == (State.GOOD, "the one of HTTP_PROXY listens")
        assert (await network.connection_to(endpoint, Certificates())).state is State.SKIPPED
        assert (await network.name_of(endpoint)).state is State.SKIPPED, "only the proxy has to know the name"
        assert (await network.proxy_for(Endpoint.parse("http://127.0.0.1/api"))).state is State.SKIPPED
    monkeypatch.setenv("HTTP_PROXY", f"http://canary:secret@127.0.0.1:{unused_port()}")
    found = await network.proxy_for(endpoint)
    assert (found.state, found.words) == (State.BAD, "the proxy of HTTP_PROXY does not listen")
    assert "secret" not in repr(found)


async def test_a_connection_in_clear() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    endpoint = Endpoint.parse(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api")
    async with server:
        assert (await network.connection_to(endpoint, Certificates())).state is State.GOOD
    refused = await network.connection_to(endpoint, Certificates())
    assert (refused.state, refused.words.endswith("the connection was refused")) == (State.BAD, True)


async def test_a_certificate(tmp_path: Path) -> None:
    authority = Authority.make(tmp_path / "authority")
    async with tls_service(authority.certificate("service")) as address:
        endpoint = Endpoint.parse(address)
        found = await network.connection_to(endpoint, Certificates(authority.file))
        assert (found.state, "that ends in 4 days" in found.words) == (State.DOUBTFUL, True), "it ends soon"
        found = await network.connection_to(endpoint, Certificates())
        assert found.state is State.BAD
        assert "tls.ca_file" in found.remedy
        in_clear = Endpoint.parse(address.replace("https", "http"))
        assert (await network.connection_to(in_clear, Certificates())).state is State.GOOD, "something listens; TLS is its affair"
    async with tls_service(authority.certificate("old", expired=True)) as address:
        found = await network.connection_to(Endpoint.parse(address), Certificates(authority.file))
        assert (found.state, "certificate has expired" in found.words) == (State.BAD, True)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://service.cn-hangzhou.maxcompute.aliyun.com/api", True),
        ("http://service.odps.aliyun.com/api", True),
        ("http://service.cn-hangzhou-vpc.maxcompute.aliyun-inc.com/api", False),
        ("http://service.cn-hangzhou-intranet.maxcompute.aliyun.com/api", False),
        ("http://127.0.0.1:8080/api", False),
        ("http://odps.example/api", False),
    ],
)
def test_which_hosts_are_on_the_internet(address: str, expected: bool) -> None:
    assert Endpoint.parse(address).is_on_the_internet is expected
