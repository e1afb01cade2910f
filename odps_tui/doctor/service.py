"""What the service says of us: our clock, our signature, our rights."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta

from odps_tui.doctor.finding import Finding, State, bad, bounded, good, skipped
from odps_tui.errors import CredentialsRefused, NoPermission, OdpsTuiError
from odps_tui.maxcompute.client import MaxComputeClient

_DRIFT = timedelta(seconds=5)
_MOST_DRIFT = timedelta(minutes=15)
"""A request that was signed further from the service's time is refused (protocol §2.1)."""

CHECKS = ("signature", "clock", "project", "list", "queue")


async def findings_of(client: MaxComputeClient) -> Sequence[Finding]:
    """Ask who we are; the rest only if we are somebody."""
    signature = await bounded("signature", _signature(client))
    clock = _clock(client)
    if signature.state is State.BAD:
        return [signature, clock, *(skipped(check, "not asked without a good signature") for check in CHECKS[2:])]
    rights: list[tuple[str, Callable[[], Awaitable[str]]]] = [
        ("project", lambda: _project(client)),
        ("list", lambda: _first(client.list_instance_pages(), "the instances may be listed")),
        ("queue", lambda: _first(client.list_instance_queueing_pages(), "the live queue may be read")),
    ]
    return [signature, clock, *[await bounded(check, _right(check, ask)) for check, ask in rights]]


async def _signature(client: MaxComputeClient) -> Finding:
    try:
        identity = await client.whoami()
    except NoPermission as error:
        return Finding("signature", State.DOUBTFUL, f"accepted, but who we are may not be asked ({error})", error=error)
    return good("signature", f"accepted: {identity.display_name}")


def _clock(client: MaxComputeClient) -> Finding:
    offset = client.clock_offset
    if offset is None:
        return skipped("clock", "the service has told no time")
    side = "behind" if offset > timedelta(0) else "ahead of"
    words = f"this machine is {abs(offset).total_seconds():.0f} s {side} the service"
    if abs(offset) > _MOST_DRIFT:
        return Finding("clock", State.BAD, words, "Set the clock (NTP): without our correction nothing we sign is accepted.")
    if abs(offset) > _DRIFT:
        return Finding("clock", State.DOUBTFUL, words, "Set the clock (NTP).")
    return good("clock", "as the service's, within 5 s")


async def _right(check: str, ask: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return good(check, await ask())
    except CredentialsRefused as error:
        return bad(check, error)
    except OdpsTuiError as error:
        return bad(check, error)


async def _project(client: MaxComputeClient) -> str:
    return f"{(await client.get_project()).name} is there"


async def _first(pages: AsyncIterator[object], words: str) -> str:
    async for _ in pages:
        break
    return words
