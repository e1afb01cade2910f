"""Each fault is what its name says, seen by a plain socket or a plain HTTP client, and is over when it is over."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest

from odps_tui.demo import DemoServiceThread, World
from odps_tui.demo.chaos import FAULTS, Chaos
from odps_tui.demo.chaos.bodies import bomb
from odps_tui.demo.chaos.texts import HOSTILE
from tests.demo.wire_client import Clock, WireClient

LIST = "/projects/demo_project/instances"


@pytest.fixture
def chaos() -> Chaos:
    return Chaos()


@pytest.fixture
def service(world: World, chaos: Chaos) -> Iterator[DemoServiceThread]:
    with DemoServiceThread(world, chaos=chaos) as service:
        yield service


@pytest.fixture
def wire(service: DemoServiceThread, clock: Clock) -> WireClient:
    return WireClient(service.endpoint, (service.identity.access_id, service.identity.secret), clock.time)


def raw(service: DemoServiceThread, *, patience: float = 0.5) -> bytes:
    """What comes back to a bare request, as far as it comes."""
    host, _, port = service.origin.removeprefix("http://").partition(":")
    received, deadline = b"", time.monotonic() + 2 * patience
    with socket.create_connection((host, int(port)), timeout=patience) as connection:
        connection.sendall(b"GET /api/logview/host HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        with contextlib.suppress(TimeoutError):
            while data := connection.recv(65_536):
                received += data
                if time.monotonic() > deadline:
                    break
            else:
                return received
    return received + b"<no end>"


def came_true(condition: Callable[[], bool]) -> bool:
    """Look again and again, for five seconds at most."""
    deadline = time.monotonic() + 5
    while not (is_true := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_true


@contextmanager
def during(chaos: Chaos, name: str) -> Iterator[None]:
    chaos.begin(name)
    yield
    chaos.end(name)


@pytest.mark.parametrize(
    ("name", "status", "retry_after"),
    [
        ("429", 429, "1"),
        ("429-long", 429, "3600"),
        ("429-bad", 429, "soon"),
        ("500", 500, None),
        ("502", 502, None),
        ("503", 503, None),
        ("504", 504, None),
        ("redirect", 307, None),
        ("401", 401, None),
        ("403", 403, None),
        ("token-expired", 400, None),
    ],
)
def test_a_refusal(wire: WireClient, chaos: Chaos, name: str, status: int, retry_after: str | None) -> None:
    with during(chaos, name):
        reply = wire.get(LIST)
        assert (reply.status, reply.headers.get("retry-after")) == (status, retry_after)
    assert wire.get(LIST).status == 200


def test_instances_vanish_but_stay_in_the_lists(wire: WireClient, chaos: Chaos, world: World) -> None:
    with during(chaos, "vanish"):
        assert wire.get(LIST).status == 200
        assert wire.get(f"{LIST}/{world.stories['skewed']}").code == "NoSuchObject"


@pytest.mark.parametrize(("name", "minutes"), [("clock-ahead", 20), ("clock-behind", -20)])
def test_a_clock_that_is_off(wire: WireClient, chaos: Chaos, clock: Clock, name: str, minutes: int) -> None:
    with during(chaos, name):
        reply = wire.get(LIST)
        assert reply.code == "RequestTimeTooSkewd"
        told = parsedate_to_datetime(reply.headers["date"]).timestamp()
        assert abs(told - clock.time() - minutes * 60) < 2


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("drip", b"HT", b"<no end>"),
        ("endless-headers", b"HTTP/1.1 ", b"<no end>"),
        ("stall", b"", b"<no end>"),
        ("garbage", b"\x16\x03\x01", b"\r\n\r\n"),
        ("bad-chunk", b"HTTP/1.1 ", b"\r\nzz\r\n"),
    ],
)
def test_a_line_that_does_not_speak_http(service: DemoServiceThread, chaos: Chaos, name: str, start: bytes, end: bytes) -> None:
    chaos.begin(name)
    received = raw(service)
    assert received.startswith(start)
    assert received.endswith(end)


def test_a_reset_before_the_answer(service: DemoServiceThread, chaos: Chaos) -> None:
    chaos.begin("reset")
    with pytest.raises(ConnectionResetError):
        raw(service)


def test_a_reset_in_the_body(wire: WireClient, service: DemoServiceThread, chaos: Chaos) -> None:
    chaos.begin("reset-in-body")
    with pytest.raises(ConnectionResetError):
        raw(service)


@pytest.mark.parametrize(("name", "has_length"), [("cut", True), ("cut-unsaid", False)])
def test_a_body_that_is_cut(service: DemoServiceThread, chaos: Chaos, name: str, has_length: bool) -> None:
    whole = raw(service, patience=0.2).removesuffix(b"<no end>").partition(b"\r\n\r\n")[2]
    chaos.begin(name)
    head, _, body = raw(service).partition(b"\r\n\r\n")
    assert (b"content-length" in head.lower()) is has_length
    assert whole.startswith(body)
    assert len(body) < len(whole)


def test_a_connection_that_is_closed_after_its_answer(service: DemoServiceThread, chaos: Chaos) -> None:
    assert raw(service, patience=0.2).endswith(b"<no end>"), "kept open as a rule"
    chaos.begin("closed")
    received = raw(service)
    assert received.startswith(b"HTTP/1.1 ")
    assert not received.endswith(b"<no end>")


def test_nothing_listens_and_then_the_same_port_again(service: DemoServiceThread, chaos: Chaos) -> None:
    def is_listening() -> bool:
        try:
            return raw(service, patience=0.2).startswith(b"HTTP/1.1 ")
        except ConnectionError:
            return False

    chaos.begin("refuse")
    assert came_true(lambda: not is_listening())
    with pytest.raises(ConnectionRefusedError):
        raw(service)
    chaos.end("refuse")
    assert came_true(is_listening)


def test_nobody_takes_up_a_connection(service: DemoServiceThread, chaos: Chaos) -> None:
    def is_deaf() -> bool:
        try:
            raw(service, patience=0.2)
        except TimeoutError:
            return True
        except ConnectionError:
            return False
        return False

    chaos.begin("drop")
    assert came_true(is_deaf)
    chaos.end("drop")
    assert came_true(lambda: not is_deaf())
    assert raw(service).startswith(b"HTTP/1.1 ")


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("empty", b""),
        ("json", b'{"Instances"'),
        ("dtd", b"<!DOCTYPE"),
        ("entity-bomb", b"&e9;"),
        ("unknown-status", b"Hibernating"),
    ],
)
def test_a_body_that_is_not_what_it_should_be(wire: WireClient, chaos: Chaos, name: str, sign: bytes) -> None:
    with during(chaos, name):
        reply = wire.get(LIST)
        assert reply.status == 200
        assert sign in reply.body
        assert bool(reply.body) is (name != "empty")


def test_a_document_that_ends_in_the_middle(wire: WireClient, chaos: Chaos) -> None:
    whole = wire.get(LIST).body
    with during(chaos, "truncated"):
        body = wire.get(LIST).body
    assert whole.startswith(body)
    assert len(body) == len(whole) * 2 // 3


def test_fields_that_are_missing(wire: WireClient, chaos: Chaos) -> None:
    assert b"<Owner>" in wire.get(LIST).body
    with during(chaos, "fields-missing"):
        body = wire.get(LIST).body
    assert b"<Owner>" not in body
    assert b"<Name>" in body


def test_a_list_that_is_far_too_long(wire: WireClient, chaos: Chaos) -> None:
    with during(chaos, "many-rows"):
        body = wire.get(LIST).body
    assert body.count(b"<Instance>") > 20_000
    assert wire.get(LIST).body.count(b"<Instance>") < 1_000


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_mean_harm(wire: WireClient, chaos: Chaos, name: str) -> None:
    """The queue says them whole; the list as far as XML can hold them."""
    with during(chaos, name):
        queue, whole = wire.get("/projects/demo_project/cachedinstances?onlyowner=no"), HOSTILE[name][1]
        items = json.loads(ElementTree.fromstring(queue.body).findtext("Content") or "")
        owners = {owner.text for owner in ElementTree.fromstring(wire.get(LIST).body).iter("Owner")}
    assert {item["userAccount"] for item in items} == {whole} == {item["jobName"] for item in items}
    assert len(owners) == 1


def test_sql_that_is_far_too_long(wire: WireClient, chaos: Chaos, world: World) -> None:
    with during(chaos, "long-sql"):
        body = wire.get(f"{LIST}/{world.stories['skewed']}?source").body
    assert len(body) > 5_000_000
    assert max(map(len, body.splitlines())) > 5_000_000


def test_bytes_of_another_character_set(wire: WireClient, chaos: Chaos) -> None:
    with during(chaos, "charset"), pytest.raises(UnicodeDecodeError):
        wire.get(LIST).body.decode("utf-8")


def test_a_bomb_and_gzip_that_is_broken(service: DemoServiceThread, chaos: Chaos) -> None:
    small = bomb(8 << 20)
    assert len(small) < 20_000
    assert len(zlib.decompress(small, 31)) == 8 << 20
    chaos.begin("bad-gzip")
    head, _, body = raw(service, patience=0.3).removesuffix(b"<no end>").partition(b"\r\n\r\n")
    assert b"gzip" in head
    with pytest.raises(zlib.error):
        zlib.decompress(body, 31)


def test_a_header_that_is_huge(service: DemoServiceThread, chaos: Chaos) -> None:
    chaos.begin("huge-header")
    connection = http.client.HTTPConnection(service.origin.removeprefix("http://"), timeout=5)
    connection.request("GET", "/api/logview/host")
    with pytest.raises(http.client.LineTooLong):
        connection.getresponse()
    connection.close()


def test_a_fault_is_over_when_its_time_is_over() -> None:
    now = [100.0]
    chaos = Chaos(lambda: now[0])
    chaos.begin("503", 5)
    chaos.begin("refuse")
    assert {fault.name for fault in chaos.present} == {"503", "refuse"}
    assert chaos.refuses
    now[0] = 105.0
    assert [fault.name for fault in chaos.present] == ["refuse"]
    chaos.end("refuse")
    assert not chaos.refuses


def test_orders_of_one_line_each() -> None:
    chaos = Chaos(lambda: 100.0)
    assert chaos.obey(" 503:5 ") == "503 begins"
    assert chaos.obey("stall") == "stall begins"
    assert chaos.obey("-stall") == "stall is over"
    assert [fault.name for fault in chaos.present] == ["503"]
    with pytest.raises(ValueError, match="did you mean"):
        chaos.obey("stal")


def test_a_name_that_is_wrong() -> None:
    with pytest.raises(ValueError, match="did you mean stall"):
        Chaos().begin("stal")


def test_every_fault_has_words_and_a_name_of_its_own() -> None:
    assert len(FAULTS) >= 35
    assert all(name == fault.name and fault.words for name, fault in FAULTS.items())
