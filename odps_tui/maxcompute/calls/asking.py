"""What every call stands on: send one request, decode one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from copy import copy
from typing import TYPE_CHECKING, Self, TypeVar

from odps_tui.maxcompute.call_budget import Urgency
from odps_tui.maxcompute.codec.xml import READ_ASIDE
from odps_tui.maxcompute.exchange import Request, Response
from odps_tui.maxcompute.transport import Transport

if TYPE_CHECKING:
    from odps_tui.models import CallRate, RawAnswer

Answer = TypeVar("Answer")


class Asking:
    """A transport, the project that is asked unless a call names another, and the ways to wait."""

    def __init__(
        self,
        transport: Transport,
        project: str,
        *,
        sleep: Callable[[float], Awaitable[object]],
        monotonic: Callable[[], float],
    ) -> None:
        self.project = project
        self._transport = transport
        self._sleep = sleep
        self._monotonic = monotonic
        self._urgency = Urgency.LOOK

    @property
    def rate(self) -> CallRate | None:
        """What is asked of the service by this client and those that share its budget; None where nobody counts."""
        return self._transport.rate

    def knock(self) -> None:
        """An operator wants to know now: one call may find out whether the service still wants the long quiet it asked for."""
        self._transport.knock()

    @property
    def acts(self) -> Self:
        """The same client for what an operator does: its calls wait for no other."""
        return self._at(Urgency.ACT)

    @property
    def background(self) -> Self:
        """The same client for what goes on by itself: its calls let others go first."""
        return self._at(Urgency.BACKGROUND)

    def _at(self, urgency: Urgency) -> Self:
        other = copy(self)
        other._urgency = urgency  # noqa: SLF001 - one of us
        return other

    def keep_answers(self, instance_id: str) -> None:
        """From now on remember what the service answers about this instance, and forget about any other."""
        self._transport.transcript.keep(instance_id)

    async def read_answers(self, instance_id: str) -> tuple[RawAnswer, ...]:
        """Return the last answer to each question asked about an instance since it is kept. Asks nothing."""
        return await self._transport.transcript.answers(instance_id)

    async def _ask(self, request: Request, decode: Callable[[Response], Answer]) -> Answer:
        """Send a request and decode its answer. Raises what `Transport.send` raises, and `DecodeError`."""
        if self.project:
            request = request.with_query("curr_project", self.project)  # protocol §1.3: always the default one
        response = await self._transport.send(request, self._urgency)
        if len(response.body) > READ_ASIDE:
            return await asyncio.to_thread(decode, response)
        return decode(response)
