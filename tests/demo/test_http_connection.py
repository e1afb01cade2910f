"""Bytes in, bytes out: HTTP over raw sockets."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from urllib.parse import urlsplit

import pytest

from odps_tui.demo import DemoServiceThread
from tests.demo.wire_client import Clock, WireClient, fetch, sign


@contextmanager
def connected(service: DemoServiceThread) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", urlsplit(service.origin).port or 0), timeout=10) as connection:
        yield connection


def read_response(connection: socket.socket) -> tuple[int, bytes]:
    """(status, body) of one response with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65_536)
        assert received, data
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head.lower())[1])  # type: ignore[index]
    while len(body) < length:
        body += connection.recv(65_536)
    return int(head.split(b" ")[1]), body[:length]


def exchange(service: DemoServiceThread, data: bytes) -> tuple[int, bytes]:
    with connected(service) as connection:
        connection.sendall(data)
        return read_response(connection)


def signed(wire: WireClient, clock: Clock, method: str, target: str, *extra: str) -> bytes:
    headers = {"Date": formatdate(clock.now, usegmt=True)}
    sign(method, (wire.endpoint, target), headers, wire.key)
    lines = [f"{method} /api{target} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, *extra, "", ""]).encode()


def test_a_connection_is_kept_alive(service: DemoServiceThread, wire: WireClient, clock: Clock) -> None:
    with connected(service) as connection:
        for _ in range(3):
            connection.sendall(signed(wire, clock, "GET", "/tenants"))
            assert read_response(connection)[0] == 200


def test_a_connection_is_closed_on_request(service: DemoServiceThread, wire: WireClient, clock: Clock) -> None:
    with connected(service) as connection:
        connection.sendall(signed(wire, clock, "GET", "/tenants", "Connection: close"))
        assert read_response(connection)[0] == 200
        assert connection.recv(1) == b""


def test_a_request_may_come_in_pieces(service: DemoServiceThread, wire: WireClient, clock: Clock) -> None:
    data = signed(wire, clock, "GET", "/tenants")
    with connected(service) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for place in range(0, len(data), 40):
            connection.sendall(data[place : place + 40])
        assert read_response(connection)[0] == 200


def test_a_client_may_leave_in_the_middle(service: DemoServiceThread, wire: WireClient) -> None:
    with connected(service) as connection:
        connection.sendall(b"PUT /api/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nabc")
    assert wire.get("/tenants").status == 200


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1.example.com", "127.0.0.2", ""])
def test_another_host_is_refused(service: DemoServiceThread, host: str) -> None:
    status, _ = exchange(service, f"GET /api/tenants HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert status == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:80", "127.0.0.1:1", "[::1]:80", "[::1]", "LOCALHOST"])
def test_loopback_names_are_accepted(service: DemoServiceThread, host: str) -> None:
    status, _ = exchange(service, f"GET /api/tenants HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert status == 401


@pytest.mark.parametrize(
    "data", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n"]
)
def test_what_is_no_http(service: DemoServiceThread, data: bytes) -> None:
    assert exchange(service, data)[0] == 400


def test_a_body_has_a_largest_size(service: DemoServiceThread) -> None:
    with connected(service) as connection:
        connection.sendall(b"POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n")
        chunk = b"x" * 65_536
        try:
            for _ in range(140):
                connection.sendall(chunk)
        except ConnectionError:
            return  # It stopped listening, which is an answer as well.
        assert read_response(connection)[0] == 413


def test_an_expected_continue_is_given(service: DemoServiceThread) -> None:
    with connected(service) as connection:
        connection.sendall(b"PUT /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 100")
        connection.sendall(b"abc")
        assert read_response(connection)[0] == 401


def test_a_head_has_no_body(service: DemoServiceThread) -> None:
    reply = fetch("HEAD", f"{service.origin}/cn-demo/job-insights?i=none")
    assert (reply.status, reply.body) == (404, b"")
    assert int(reply.headers["content-length"]) > 0


@pytest.mark.parametrize("path", ["/", "/projects/demo_project/instances", "/ap", "/apix/projects"])
def test_a_path_without_the_prefix_meets_the_gateway(service: DemoServiceThread, path: str) -> None:
    reply = fetch("GET", service.origin + path)
    assert reply.status == 405
    error = json.loads(reply.body)["Error"]
    assert error["Code"] == "OLSInvalidMethod"
    assert error["Message"] == f"The script name is invalid : {path}"
    assert error["RequestId"] == reply.headers["x-odps-request-id"]


def test_every_response_has_a_request_id_of_24_hex_digits(wire: WireClient) -> None:
    ids = {wire.get(target).headers["x-odps-request-id"] for target in ("/tenants", "/projects", "/nothing")}
    assert len(ids) == 3
    assert all(re.fullmatch("[0-9A-F]{24}", one) for one in ids)


def test_what_came_over_the_wire_is_remembered(service: DemoServiceThread, wire: WireClient) -> None:
    wire.get("/projects/demo_project/instances?taskstatus&b=2&a=%E4%BB%BB")
    wire.put("/projects/demo_project/logs", b"{}")
    first, second = service.requests
    assert (first.method, first.path, first.status) == ("GET", "/api/projects/demo_project/instances", 200)
    assert list(first.query.items()) == [("taskstatus", ""), ("b", "2"), ("a", "任")]
    assert first.headers["host"].startswith("127.0.0.1:")
    assert (second.method, second.body, second.status) == ("PUT", b"{}", 200)


def test_a_taken_port_is_an_os_error(service: DemoServiceThread) -> None:
    taken = DemoServiceThread(service.world, urlsplit(service.origin).port or 0)
    with pytest.raises(OSError, match="address already in use"), taken:
        pass
