"""The client: PyODPS's names, answers as the frozen values of `odps_tui.models`, errors as the tree of `odps_tui.errors`."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from odps_tui.accounts import AccessKey, Account, AccountSource, BearerToken, FixedAccount
from odps_tui.maxcompute.call_budget import CallBudget
from odps_tui.maxcompute.calls.endings import EndingCalls
from odps_tui.maxcompute.calls.links import LinkCalls
from odps_tui.maxcompute.calls.queue import QueueCalls
from odps_tui.maxcompute.calls.xflow import XFlowCalls
from odps_tui.maxcompute.endpoint import Endpoint
from odps_tui.maxcompute.logview import web_host
from odps_tui.maxcompute.transport import DEADLINE, MAX_BODY, Transport

if TYPE_CHECKING:
    import httpx


class MaxComputeClient(EndingCalls, QueueCalls, XFlowCalls, LinkCalls):
    """One account's view of one endpoint; `project` is asked unless a call names another.

    `account` is an access key or a token, or a source of them that renews what runs out.

    Use it as `async with MaxComputeClient(…) as client:`, or close it with `aclose()`. `region` overrides what the endpoint's
    host tells; with a region requests are signed v4, without one v2 (protocol §2.3). `logview_host` is used instead of asking
    for it. `tls` holds certificates of one's own. `deadline` bounds a call in seconds, `max_body` an answer in bytes. `clock`
    tells epoch seconds, `monotonic` seconds for waiting, `sleep` waits. `budget` limits how much is asked, by all who share it.

    Every method may raise `TransportError`, `ServiceError` and `DecodeError`. The constructor raises `SettingsError`.
    """

    def __init__(
        self,
        endpoint: Endpoint | str,
        project: str,
        account: Account | AccountSource,
        *,
        region: str | None = None,
        logview_host: str | None = None,
        tls: ssl.SSLContext | None = None,
        deadline: float = DEADLINE,
        max_body: int = MAX_BODY,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
        budget: CallBudget | None = None,
    ) -> None:
        endpoint = Endpoint.parse(endpoint) if isinstance(endpoint, str) else endpoint
        region = region or endpoint.region
        own_host = None if logview_host is None else web_host(logview_host)
        accounts = FixedAccount(account) if isinstance(account, AccessKey | BearerToken) else account
        funnel = Transport(
            endpoint,
            accounts,
            region=region,
            clock=clock,
            sleep=sleep,
            deadline=deadline,
            max_body=max_body,
            tls=tls,
            transport=transport,
            budget=budget,
        )
        super().__init__(
            funnel,
            project,
            endpoint=endpoint,
            account=accounts.latest,
            region=region,
            logview_host=own_host,
            sleep=sleep,
            monotonic=monotonic,
        )

    @property
    def clock_offset(self) -> timedelta | None:
        """How far this machine's clock is behind the service's, as its answers tell; None before the first."""
        return self._transport.clock_offset

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def finish(self) -> None:
        """Return when the calls that were given up have come to their end: seconds at most."""
        await self._transport.finish()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()
