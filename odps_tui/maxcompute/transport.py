"""The funnel: every request to the service passes here, and every fault of the network is met here.

Signed per attempt, at most eight in flight (and two acts beside them), within a budget of calls where there is one, one deadline
over all attempts of a call, bodies capped, redirects refused.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit

from odps_tui import __version__
from odps_tui.accounts import Account, AccountSource
from odps_tui.errors import ClockSkewed, CredentialsRefused, DeadlineExceeded, GatewayRefused, OdpsTuiError, ServiceError
from odps_tui.maxcompute.body import MEGABYTE, read_body
from odps_tui.maxcompute.call_budget import WORTH_WAITING, CallBudget, Urgency
from odps_tui.maxcompute.certificates import Certificates
from odps_tui.maxcompute.codec.service_error import decode_error
from odps_tui.maxcompute.direct.transport import DirectTransport
from odps_tui.maxcompute.endpoint import Endpoint
from odps_tui.maxcompute.environment import explained, proxy_variable
from odps_tui.maxcompute.exchange import Request, Response
from odps_tui.maxcompute.httpx_alone import httpx
from odps_tui.maxcompute.left_calls import LeftCalls
from odps_tui.maxcompute.no_answer import no_answer
from odps_tui.maxcompute.retrying import ATTEMPTS, may_repeat, pause_before, retry_after
from odps_tui.maxcompute.service_clock import ServiceClock
from odps_tui.maxcompute.signing import Signer, refuses_v4
from odps_tui.maxcompute.transcript import Transcript
from odps_tui.models import CallRate
from odps_tui.safe_text import clean_line

USER_AGENT = f"odps-tui/{__version__}"
DEADLINE = 60.0
MAX_BODY = 16 * MEGABYTE
# httpx falls off a cliff above this (a third of the throughput at 32), and a dashboard needs no more.
IN_FLIGHT = 8
_ACTS_IN_FLIGHT = 2
"""Beside the others: a stop does not wait until eight answers have come that may never come."""
_TIMEOUT = httpx.Timeout(connect=5, read=30, write=10, pool=5)
_LIMITS = httpx.Limits(max_connections=IN_FLIGHT + _ACTS_IN_FLIGHT, max_keepalive_connections=IN_FLIGHT, keepalive_expiry=60)

logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it writes addresses, and with them ids and tokens


class Transport:
    """Sends requests to one endpoint as whom `accounts` says. Opened once, closed by who opened it.

    `clock` tells epoch seconds; `sleep` waits between attempts; `deadline` bounds a call in seconds, all attempts and pauses
    included; `max_body` bounds an answer in bytes. `budget` may be shared with others; None: as many calls as are wanted.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        accounts: AccountSource,
        *,
        region: str | None,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        deadline: float = DEADLINE,
        max_body: int = MAX_BODY,
        tls: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        budget: CallBudget | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._accounts = accounts
        self._signer = Signer(accounts.latest, region)
        self._clock = ServiceClock(clock)
        self.transcript = Transcript()
        self._sleep = sleep
        self._deadline = deadline
        self._max_body = max_body
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._slots_of_acts = asyncio.Semaphore(_ACTS_IN_FLIGHT)
        self._budget = budget
        self._left = LeftCalls()
        self._proxy = None if endpoint.is_loopback or transport is not None else proxy_variable(endpoint)
        self._http = _open(endpoint, tls, transport, is_direct=self._proxy is None)

    @property
    def clock_offset(self) -> timedelta | None:
        """How far our clock is behind the service's; zero when the difference is too small to measure, None before an answer."""
        return self._clock.drift

    @property
    def rate(self) -> CallRate | None:
        """What is asked, and how much may be; None where nobody counts."""
        return self._budget.rate if self._budget is not None else None

    def knock(self) -> None:
        """Somebody wants to know now, though the service wants quiet."""
        if self._budget is not None:
            self._budget.knock()

    async def finish(self) -> None:
        """Return when the calls that were given up have come to their end: seconds at most."""
        await self._left.ended()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._left.cut_off()
        await self._http.aclose()

    async def send(self, request: Request, urgency: Urgency = Urgency.LOOK) -> Response:
        """Return the answer of 2xx. Raises `ServiceError` for any other, `TransportError` when none came."""
        call = _Call(request, urgency)
        try:
            async with asyncio.timeout(self._deadline) as limit:
                return await self._send_until_settled(call, limit)
        except TimeoutError:
            raise DeadlineExceeded(
                f"{self._endpoint.authority} did not answer within {self._deadline:g} s", sent=call.may_have_left
            ) from None

    async def _send_until_settled(self, call: _Call, limit: asyncio.Timeout) -> Response:
        while True:
            try:
                return await self._attempt(call)
            except OdpsTuiError as error:
                call.attempts += 1
                if await self._can_sign_better(call, error):
                    continue
                if call.attempts >= ATTEMPTS + call.corrections or not may_repeat(call.request, error):
                    raise
                pause = pause_before(call.attempts - call.corrections + 1, error)
                if pause >= _remaining(limit) or (self._budget is not None and pause > WORTH_WAITING):
                    raise
            await self._sleep(pause)

    async def _can_sign_better(self, call: _Call, error: OdpsTuiError) -> bool:
        """Learn from a refused signature, once per lesson and call. A refusal proves that nothing was done."""
        if isinstance(error, ClockSkewed) and not call.corrected_clock:
            call.corrected_clock = error.offset is not None
            return call.corrected_clock
        if isinstance(error, CredentialsRefused) and call.account is not None and not call.renewed:
            call.renewed = await self._accounts.renew(call.account)
            if call.renewed:
                return True
        if isinstance(error, ServiceError) and call.signed_v4 and refuses_v4(error):
            self._signer = replace(self._signer, region=None)
            call.fell_back = True
            return True
        return False

    async def _attempt(self, call: _Call) -> Response:
        if self._budget is None:
            return await self._exchange_signed(call)
        return await self._left.see_through(self._paid(call, self._budget), lambda: call.is_on_its_way)

    async def _paid(self, call: _Call, budget: CallBudget) -> Response:
        async with budget.call(call.urgency):
            return await self._exchange_signed(call)

    async def _exchange_signed(self, call: _Call) -> Response:
        account = await self._accounts.account()
        async with self._slots_of_acts if call.urgency is Urgency.ACT else self._slots:
            if account is not self._signer.account:
                self._signer = replace(self._signer, account=account)
            call.account = account
            call.may_have_left = True
            call.signed_v4 = self._signer.region is not None
            call.is_on_its_way = True
            try:
                response = await self._exchange(call.request)
            finally:
                call.is_on_its_way = False
        self._clock.observe(response)
        self.transcript.note(call.request, response, self._clock.now())
        if response.is_success:
            return response
        raise self._refusal(response)

    async def _exchange(self, request: Request) -> Response:
        headers = self._signer.headers(request, now=self._clock.now(), user_agent=USER_AGENT)
        url = f"{self._endpoint}{request.target}"
        try:
            async with self._http.stream(request.method, url, headers=headers, content=request.content or None) as answer:
                body = await read_body(
                    answer.aiter_raw(), answer.headers.get("content-encoding", ""), request.max_body or self._max_body
                )
                return Response(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:  # TLS faults in mid-stream come through unwrapped
            raise no_answer(error, self._endpoint.authority, self._proxy) from error

    def _refusal(self, response: Response) -> ServiceError:
        if 300 <= response.status < 400:
            return _redirected(response)
        error = decode_error(response)
        error.retry_after = retry_after(response.headers.get("retry-after"), self._clock)
        if isinstance(error, ClockSkewed):
            error.offset = self._clock.learn(response, error.cause)
        return error


class _Call:
    """What has happened to one call so far."""

    def __init__(self, request: Request, urgency: Urgency) -> None:
        self.request = request
        self.urgency = urgency
        self.attempts = 0
        self.may_have_left = False
        self.is_on_its_way = False
        self.account: Account | None = None
        self.signed_v4 = False
        self.renewed = False
        self.corrected_clock = False
        self.fell_back = False

    @property
    def corrections(self) -> int:
        return self.corrected_clock + self.fell_back + self.renewed


def _remaining(limit: asyncio.Timeout) -> float:
    when = limit.when()
    return float("inf") if when is None else when - asyncio.get_running_loop().time()


def _redirected(response: Response) -> GatewayRefused:
    try:
        host = urlsplit(response.headers.get("location", "")).hostname
    except ValueError:
        host = None
    error = GatewayRefused(
        f"The endpoint sends us on to {clean_line(host)[:100] if host else 'nowhere'}; that was not followed",
        status=response.status,
    )
    error.remedy = "Is this the endpoint of the API? A login page or a proxy redirects like this."
    return error


def _open(
    endpoint: Endpoint, tls: ssl.SSLContext | None, transport: httpx.AsyncBaseTransport | None, *, is_direct: bool
) -> httpx.AsyncClient:
    """Open the client; httpx's own connections are those through proxies."""
    if tls is None and endpoint.scheme == "http":
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used, and no authorities to load: 30 ms saved
    elif tls is None:
        tls = Certificates().context()
    if transport is None and is_direct:
        transport = DirectTransport(tls)
    try:
        return httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=_TIMEOUT,
            limits=_LIMITS,
            follow_redirects=False,
            verify=tls,
            transport=transport,
        )
    except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
        raise explained(error) from None
