"""The funnel, over real sockets: what is sent, how often, how long, and what is said when it fails."""

from __future__ import annotations

import asyncio
import errno
import gzip
import logging
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from odps_tui.accounts import AccessKey, BearerToken
from odps_tui.errors import (
    ClockSkewed,
    CredentialsRefused,
    DeadlineExceeded,
    DecodeError,
    GatewayRefused,
    InternalServerError,
    NoPermission,
    OdpsTuiError,
    SettingsError,
    Throttled,
    TransportError,
)
from odps_tui.maxcompute.client import MaxComputeClient
from odps_tui.secret_str import SecretStr
from tests.maxcompute.clients import NOW, Sleeps, client_of
from tests.maxcompute.loopback import RUNNING, Received, drip, hang_up, loopback, raw, reply, silence
from tests.maxcompute.wire_samples import ENTRIES, read

ID = "20250314020815123ga1b2c3d4"


def error_reply(name: str, **headers: str) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    return reply(ENTRIES[name]["status"], read(name), {key.replace("_", "-"): value for key, value in headers.items()})


class TickingClock:
    """Every look is a second later."""

    def __init__(self) -> None:
        self.now = NOW.timestamp()

    def __call__(self) -> float:
        self.now += 1
        return self.now


async def test_a_request_as_it_goes_over_the_wire() -> None:
    async with loopback() as service, client_of(service.endpoint) as client:
        await client.get_instance(ID)

    (request,) = service.requests
    assert (request.method, request.target) == ("GET", f"/api/projects/demo_project/instances/{ID}?curr_project=demo_project")
    assert request.headers["accept-encoding"] == "gzip"
    assert request.headers["user-agent"] == request.headers["x-odps-user-agent"]
    assert request.headers["user-agent"].startswith("odps-tui/")
    assert request.headers["date"] == "Fri, 14 Mar 2025 02:10:00 GMT"
    assert request.headers["authorization"].startswith("ODPS my-access-id:")
    assert "content-type" not in request.headers


async def test_a_stop_as_it_goes_over_the_wire() -> None:
    async with loopback(reply(204, b"")) as service, client_of(service.endpoint) as client:
        await client.stop_instance(ID)

    (request,) = service.requests
    assert (request.method, request.target) == ("PUT", f"/api/projects/demo_project/instances/{ID}?curr_project=demo_project")
    assert request.headers["content-type"] == "application/xml"
    assert request.body == read("stop-request.xml")


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_a_stop_takes_every_success(status: int) -> None:
    async with loopback(reply(status, b"")) as service, client_of(service.endpoint) as client:
        await client.stop_instance(ID)


async def test_a_read_is_repeated_and_signed_anew_each_time() -> None:
    sleeps = Sleeps()
    async with (
        loopback(hang_up, reply(503, b""), reply()) as service,
        client_of(service.endpoint, clock=TickingClock(), sleep=sleeps) as client,
    ):
        instance = await client.get_instance(ID)

    assert instance.status == "Running"
    assert len(service.requests) == 3
    assert len({request.headers["date"] for request in service.requests}) == 3
    assert len({request.headers["authorization"] for request in service.requests}) == 3
    assert 0.1 <= sleeps[0] <= 0.3
    assert 0.2 <= sleeps[1] <= 0.6


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_three_attempts_are_enough(status: int) -> None:
    async with loopback(reply(status, b"")) as service, client_of(service.endpoint) as client:
        with pytest.raises(InternalServerError):
            await client.get_instance(ID)

    assert len(service.requests) == 3


async def test_an_internal_error_is_worth_another_attempt() -> None:
    async with loopback(error_reply("error-internal.xml"), reply()) as service, client_of(service.endpoint) as client:
        assert (await client.get_instance(ID)).status == "Running"


@pytest.mark.parametrize(
    "name", ["error-nopermission.xml", "error-nosuchobject.xml", "error-signature.xml", "error-parameter.xml"]
)
async def test_a_clear_no_is_asked_once(name: str) -> None:
    async with loopback(error_reply(name)) as service, client_of(service.endpoint) as client:
        with pytest.raises(OdpsTuiError):
            await client.get_instance(ID)

    assert len(service.requests) == 1


@pytest.mark.parametrize(
    "answer", [hang_up, raw(b"HTTP/1.1 2", hang_up=True), reply(502, b""), reply(503, b""), error_reply("error-internal.xml")]
)
async def test_a_stop_is_never_sent_twice(answer: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> None:
    async with loopback(answer) as service, client_of(service.endpoint) as client:
        with pytest.raises(OdpsTuiError) as caught:
            await client.stop_instance(ID)

    assert len(service.requests) == 1
    assert getattr(caught.value, "sent", True)


async def test_a_stop_whose_signature_was_refused_was_not_done_and_is_signed_again() -> None:
    skewed = error_reply("error-clockskew.xml", Date=format_datetime(NOW + timedelta(hours=1), usegmt=True))
    async with (
        loopback(error_reply("error-v4-needed.xml"), skewed, reply(200, b"")) as service,
        client_of(service.endpoint, region="cn-hangzhou") as client,
    ):
        await client.stop_instance(ID)

    assert [request.method for request in service.requests] == ["PUT"] * 3


async def test_a_stop_that_nobody_answers_may_have_been_sent() -> None:
    async with loopback(silence) as service, client_of(service.endpoint, deadline=0.2) as client:
        with pytest.raises(DeadlineExceeded) as caught:
            await client.stop_instance(ID)

    assert caught.value.sent
    assert len(service.requests) == 1


async def test_a_stop_that_never_left_is_tried_again() -> None:
    sleeps = Sleeps()
    async with client_of(f"http://127.0.0.1:{unused_port()}/api", sleep=sleeps) as client:
        with pytest.raises(TransportError) as caught:
            await client.stop_instance(ID)

    assert not caught.value.sent
    assert len(sleeps) == 2


@pytest.mark.parametrize("answer", [hang_up, reply(503, b"")])
async def test_a_post_is_sent_once(answer: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> None:
    async with loopback(answer) as service, client_of(service.endpoint) as client:
        with pytest.raises(OdpsTuiError):
            await client.whoami()

    assert len(service.requests) == 1


async def test_throttling_is_waited_out_as_long_as_the_service_asks() -> None:
    sleeps = Sleeps()
    async with (
        loopback(error_reply("error-flowexceeded.xml", Retry_After="7"), reply()) as service,
        client_of(service.endpoint, sleep=sleeps) as client,
    ):
        await client.get_instance(ID)

    assert sleeps == [7.0]


async def test_throttling_beyond_the_deadline_is_not_slept_but_told() -> None:
    sleeps = Sleeps()
    async with (
        loopback(error_reply("error-flowexceeded.xml", Retry_After="120")) as service,
        client_of(service.endpoint, sleep=sleeps) as client,
    ):
        with pytest.raises(Throttled) as caught:
            await client.get_instance(ID)

    assert caught.value.retry_after == 120.0
    assert sleeps == []
    assert len(service.requests) == 1


async def test_the_deadline_ends_an_answer_that_drips() -> None:
    async with loopback(drip) as service, client_of(service.endpoint, deadline=0.3) as client:
        with pytest.raises(DeadlineExceeded, match=rf"{service.authority} did not answer within 0\.3 s"):
            await client.get_instance(ID)


async def test_eight_requests_are_in_flight_and_no_more() -> None:
    gate = asyncio.Event()

    async def gated(writer: asyncio.StreamWriter) -> None:
        await gate.wait()
        await reply()(writer)

    async with loopback(gated) as service, client_of(service.endpoint) as client:
        calls = [asyncio.create_task(client.get_instance(ID)) for _ in range(30)]
        await service.arrived(8)
        for _ in range(100):  # whoever could slip in has every chance
            await asyncio.sleep(0)
        waiting = len(service.requests)
        gate.set()
        await asyncio.gather(*calls)

    assert waiting == 8
    assert service.most_at_once == 8
    assert len(service.requests) == 30


async def test_a_call_that_waits_for_its_turn_was_not_sent() -> None:
    async with loopback(silence) as service, client_of(service.endpoint) as client:
        reads = [asyncio.create_task(client.get_instance(ID)) for _ in range(8)]
        await service.arrived(8)
        client._transport._deadline = 0.05  # shorter than that of the reads, which have begun
        with pytest.raises(DeadlineExceeded) as caught:
            await client.stop_instance(ID)
        for read in reads:
            read.cancel()
        await asyncio.gather(*reads, return_exceptions=True)

    assert not caught.value.sent
    assert {request.method for request in service.requests} == {"GET"}


async def test_a_packed_answer_is_unpacked() -> None:
    async with (
        loopback(reply(200, gzip.compress(RUNNING), {"Content-Encoding": "gzip"})) as service,
        client_of(service.endpoint) as client,
    ):
        assert (await client.get_instance(ID)).status == "Running"


async def test_a_bomb_is_stopped() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    async with loopback(reply(200, bomb, {"Content-Encoding": "gzip"})) as service, client_of(service.endpoint) as client:
        with pytest.raises(DecodeError, match="larger than 24 MB"):
            await client.get_task_results(ID)

    assert len(service.requests) == 1


async def test_the_limit_of_a_body_can_be_set_and_small_answers_have_small_limits() -> None:
    async with loopback(reply(200, b"x" * 5000)) as service:
        async with client_of(service.endpoint, max_body=1000) as client:
            with pytest.raises(DecodeError, match="larger than"):
                await client.get_instance(ID)
        async with client_of(service.endpoint, region="cn-hangzhou") as client:
            with pytest.raises(OdpsTuiError, match="names no web console"):  # a host of 5,000 bytes is none
                await client.get_logview_address(ID)


async def test_an_answer_without_a_length_that_is_cut_is_no_empty_list() -> None:
    cut = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<Instances><Marker/>"
    async with loopback(raw(cut, hang_up=True)) as service, client_of(service.endpoint) as client:
        with pytest.raises(DecodeError, match="cut short"):
            await anext(client.list_instance_pages())


async def test_an_answer_shorter_than_its_length_is_asked_for_again() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<Instances>"
    async with loopback(raw(cut, hang_up=True)) as service, client_of(service.endpoint) as client:
        with pytest.raises(TransportError, match=f"{service.authority} cut the answer off before its end"):
            await anext(client.list_instance_pages())

    assert len(service.requests) == 3


async def test_a_redirect_is_refused_and_leads_nobody_with_our_credentials() -> None:
    async with loopback() as elsewhere:
        target = f"http://localhost:{elsewhere.port}/api"
        async with loopback(reply(302, b"", {"Location": target})) as service, client_of(service.endpoint) as client:
            with pytest.raises(GatewayRefused, match="sends us on to localhost; that was not followed"):
                await client.get_instance(ID)

        assert elsewhere.requests == []
    assert len(service.requests) == 1


@pytest.mark.parametrize("location", ["", "http://[", "/relative", "http://\x1b]0;x\x07/"])
async def test_a_redirect_to_nowhere_is_refused_too(location: str) -> None:
    answer = raw(f"HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\nLocation: {location}\r\n\r\n".encode())
    async with loopback(answer) as service, client_of(service.endpoint) as client:
        with pytest.raises((GatewayRefused, TransportError)) as caught:
            await client.get_instance(ID)

    assert "\x1b" not in str(caught.value)


async def test_the_wrong_address_gets_a_hint() -> None:
    async with loopback(error_reply("error-gateway.json")) as service, client_of(service.endpoint) as client:
        with pytest.raises(GatewayRefused, match="Does the endpoint lack its /api at the end"):
            await client.get_instance(ID)


V4_REFUSALS = ["error-v4-needed.xml", "error-accesskey.xml", "error-authrequired.xml"]


@pytest.mark.parametrize("name", V4_REFUSALS)
async def test_a_service_without_v4_gets_v2_from_then_on(name: str) -> None:
    async with (
        loopback(error_reply(name), reply()) as service,
        client_of(service.endpoint, region="cn-hangzhou") as client,
    ):
        await client.get_instance(ID)
        await client.get_instance(ID)

    kinds = ["aliyun_v4_request" in request.headers["authorization"] for request in service.requests]
    assert kinds == [True, False, False]


async def test_calls_in_flight_at_once_all_fall_back_to_v2() -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        v4 = "aliyun_v4_request" in service.requests[-1].headers["authorization"]
        await (error_reply("error-v4-needed.xml") if v4 else reply())(writer)

    async with loopback(answer) as service, client_of(service.endpoint, region="cn-hangzhou") as client:
        await asyncio.gather(*(client.get_instance(ID) for _ in range(20)))


async def test_a_key_that_v2_does_not_know_either_is_refused() -> None:
    async with (
        loopback(error_reply("error-accesskey.xml")) as service,
        client_of(service.endpoint, region="cn-hangzhou") as client,
    ):
        with pytest.raises(CredentialsRefused):
            await client.get_instance(ID)

    assert len(service.requests) == 2


async def test_without_a_region_there_is_nothing_to_fall_back_from() -> None:
    async with loopback(error_reply("error-accesskey.xml")) as service, client_of(service.endpoint) as client:
        with pytest.raises(CredentialsRefused):
            await client.get_instance(ID)

    assert len(service.requests) == 1


async def test_a_refused_date_is_corrected_once_and_remembered() -> None:
    skewed = error_reply("error-clockskew.xml", Date=format_datetime(NOW + timedelta(minutes=47), usegmt=True))
    async with loopback(skewed, reply()) as service, client_of(service.endpoint) as client:
        assert client.clock_offset is None
        await client.get_instance(ID)
        await client.get_instance(ID)

        assert client.clock_offset == timedelta(minutes=47)
    assert [request.headers["date"][17:22] for request in service.requests] == ["02:10", "02:57", "02:57"]


async def test_a_date_that_is_refused_again_is_an_error_with_its_offset() -> None:
    skewed = error_reply("error-clockskew.xml", Date=format_datetime(NOW - timedelta(hours=3), usegmt=True))
    async with loopback(skewed) as service, client_of(service.endpoint) as client:
        with pytest.raises(ClockSkewed, match=r"Set this machine's clock") as caught:
            await client.get_instance(ID)

    assert caught.value.offset == timedelta(hours=-3)
    assert len(service.requests) == 2


async def test_both_lessons_can_be_learned_in_one_call() -> None:
    skewed = error_reply("error-clockskew.xml", Date=format_datetime(NOW + timedelta(hours=1), usegmt=True))
    answers = [error_reply("error-v4-needed.xml"), skewed, reply(503, b""), reply(503, b""), reply()]
    async with loopback(*answers) as service, client_of(service.endpoint, region="cn-hangzhou") as client:
        assert (await client.get_instance(ID)).status == "Running"

    assert len(service.requests) == 5


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_refused_connection_is_told_in_words() -> None:
    port = unused_port()
    async with client_of(f"http://127.0.0.1:{port}/api") as client:
        with pytest.raises(TransportError, match=rf"^127\.0\.0\.1:{port} refused the connection\. Is the service up") as caught:
            await client.get_instance(ID)

    assert not caught.value.sent


async def test_a_name_without_an_address_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_address(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", no_address)
    async with client_of("http://odps.example/api") as client:
        with pytest.raises(TransportError, match=r"odps\.example:80 was not found: its name has no address"):
            await client.get_instance(ID)


async def test_a_service_that_speaks_no_tls_is_told_in_words() -> None:
    async def speak_in_clear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(speak_in_clear, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, client_of(f"https://127.0.0.1:{port}/api") as client:
        with pytest.raises(TransportError, match=rf"127\.0\.0\.1:{port} does not speak TLS as it should") as caught:
            await client.get_instance(ID)

    assert not caught.value.sent


async def test_a_certificate_that_is_not_trusted_is_told_in_words() -> None:
    def handle(_request: httpx.Request) -> httpx.Response:
        untrusted = ssl.SSLCertVerificationError("certificate verify failed")
        untrusted.verify_message = "self-signed certificate"
        raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]") from untrusted

    async with client_of("https://odps.example/api", transport=httpx.MockTransport(handle)) as client:
        with pytest.raises(TransportError, match=r"not trusted \(self-signed certificate\)\. Name its authority"):
            await client.get_instance(ID)


@pytest.mark.parametrize(
    ("error", "words", "sent"),
    [
        (httpx.ConnectTimeout("x"), "did not answer the connection in time", False),
        (httpx.ReadTimeout("x"), "fell silent in the middle", True),
        (httpx.WriteTimeout("x"), "did not take the request in time", True),
        (httpx.PoolTimeout("x"), "fell silent", False),
        (httpx.ProxyError("407 secret"), "could not be reached through the proxy", False),
        (httpx.RemoteProtocolError("secret"), "cut the answer off before its end", True),
        (httpx.LocalProtocolError("secret"), "we do not understand each other", True),
        (httpx.ConnectError("secret"), "cannot be reached", False),
        (httpx.InvalidURL("secret"), "we do not understand each other", True),
        (ssl.SSLError("secret"), "does not speak TLS as it should", True),
        (OSError("secret"), "cut the answer off before its end", True),
        (ConnectionResetError(errno.ECONNRESET, "secret"), "cut the connection off", True),
        (OSError(errno.EHOSTUNREACH, "secret"), "no way leads to it", True),
    ],
)
async def test_every_exception_on_the_way_becomes_words(error: Exception, words: str, sent: bool) -> None:
    def handle(_request: httpx.Request) -> httpx.Response:
        raise error

    async with client_of("http://odps.example/api", transport=httpx.MockTransport(handle)) as client:
        with pytest.raises(TransportError, match=words) as caught:
            await client.get_instance(ID)

    assert caught.value.sent is sent
    assert "secret" not in str(caught.value)
    assert isinstance(caught.value, DeadlineExceeded) is isinstance(error, httpx.TimeoutException)


async def test_a_wait_that_is_cancelled_ends_at_once() -> None:
    async with loopback(silence) as service, client_of(service.endpoint) as client:
        call = asyncio.create_task(client.get_instance(ID))
        await service.arrived(1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


async def test_cookies_are_not_kept() -> None:
    async with loopback(reply(200, RUNNING, {"Set-Cookie": "a=b; Path=/"})) as service, client_of(service.endpoint) as client:
        await client.get_instance(ID)
        await client.get_instance(ID)

    assert "cookie" not in service.requests[1].headers


SECRETS = ("canary-secret", "canary-sts", "canary-bearer")


@pytest.mark.parametrize(
    "account",
    [
        AccessKey("my-access-id", SecretStr("canary-secret"), SecretStr("canary-sts")),
        BearerToken(SecretStr("canary-bearer")),
    ],
)
async def test_secrets_are_in_no_error_no_log_and_no_repr(
    account: AccessKey | BearerToken, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    for answer in (hang_up, reply(503, b""), error_reply("error-signature.xml"), reply(200, b"<Other/>"), reply()):
        async with loopback(answer) as service, client_of(service.endpoint, account=account) as client:
            said += [repr(client), repr(vars(client))]
            try:
                await client.get_instance(ID)
            except OdpsTuiError as error:
                said += [str(error), repr(error), repr(vars(error)), repr(error.__cause__)]
            request: Received = service.requests[0]
        assert any(secret in "".join(request.headers.values()) for secret in SECRETS[1:])

    everything = "\n".join([*said, caplog.text])
    assert not any(secret in everything for secret in SECRETS)


async def test_httpx_writes_no_addresses_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with loopback() as service, client_of(service.endpoint) as client:
        await client.get_instance(ID)

    assert ID not in caplog.text


async def test_loopback_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with loopback() as service, client_of(service.endpoint) as client:
        assert (await client.get_instance(ID)).status == "Running"


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ALL_PROXY", "socks5://user:canary@proxy.example:1080", "ALL_PROXY names a kind of proxy that is not supported"),
        ("https_proxy", "gopher://canary", "https_proxy holds no address of a proxy"),
        ("SSL_CERT_FILE", "/nowhere/canary.pem", "The certificates of SSL_CERT_FILE cannot be read"),
    ],
)
def test_an_environment_that_cannot_work_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError, match=words) as caught:
        client_of("https://odps.example/api")

    assert "canary" not in str(caught.value)


async def test_a_proxy_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://user:canary@127.0.0.1:{unused_port()}")
    async with client_of("http://odps.example/api") as client:
        with pytest.raises(TransportError, match=r"odps\.example:80 \(asked through the proxy of http_proxy\)") as caught:
            await client.get_instance(ID)

    assert "canary" not in str(caught.value)


async def test_no_permission_names_the_right_and_the_request() -> None:
    async with loopback(error_reply("error-nopermission.xml")) as service, client_of(service.endpoint) as client:
        with pytest.raises(NoPermission, match=r"odps:Write.*\[request 67D38F0F3C2C8B2A5E4DEE01\]"):
            await client.stop_instance(ID)


def test_the_client_takes_its_endpoint_as_text_or_value() -> None:
    with pytest.raises(SettingsError):
        MaxComputeClient("nonsense", "p", AccessKey("id", SecretStr("s")))


async def test_dates_are_in_english_whatever_the_locale() -> None:
    async with loopback() as service, client_of(service.endpoint, clock=datetime(2025, 5, 1, tzinfo=UTC).timestamp) as client:
        await client.get_instance(ID)

    assert service.requests[0].headers["date"] == "Thu, 01 May 2025 00:00:00 GMT"


async def test_a_proxy_carries_what_is_not_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real one, of a few lines: it takes the whole address, and answers for a host that does not exist."""
    asked: list[bytes] = []

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0])
        body = b"<Instance><Status>Running</Status></Instance>"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    proxy = await asyncio.start_server(carry, "127.0.0.1", 0)
    for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
    async with proxy, client_of("http://odps.example/api") as client:
        assert (await client.get_instance(ID)).status == "Running"
    (line,) = asked
    assert line.startswith(f"GET http://odps.example/api/projects/demo_project/instances/{ID}".encode())
