"""One thing that can go wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from odps_tui.demo.wire.messages import Answer, Request, Response

Disturb = Callable[[Request, Answer], Awaitable[Response]]
"""Answers a request in the place of `answer`, or makes something else of what that says."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`words` say what a client meets. `clock_offset` is in seconds: how far the service's clock is ahead while it lasts.

    While one that `refuses` lasts nothing listens; while one that is `deaf` does connections are never taken up.
    """

    name: str
    words: str
    disturb: Disturb | None = None
    clock_offset: float = 0.0
    refuses: bool = False
    deaf: bool = False


def instead(response: Callable[[Request], Response]) -> Disturb:
    """A fault that answers without asking the service."""

    async def disturb(request: Request, answer: Answer) -> Response:  # noqa: ARG001 - the signature of Disturb
        return response(request)

    return disturb


def afterwards(change: Callable[[Response], Response]) -> Disturb:
    """A fault that makes something else of the service's answer."""

    async def disturb(request: Request, answer: Answer) -> Response:
        return change(await answer(request))

    return disturb
