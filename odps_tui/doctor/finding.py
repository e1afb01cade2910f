"""What a check found."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import Enum

from odps_tui.errors import OdpsTuiError

LIMIT = 8.0
"""Seconds that a check may take: a name server that is away answers after five."""


class State(Enum):
    """How a check went; the value is the sign for it."""

    GOOD = "✓"
    DOUBTFUL = "!"
    """It works, and somebody should know."""
    BAD = "✗"
    SKIPPED = "–"


@dataclass(frozen=True, slots=True)
class Finding:
    """`words` say what was found; `remedy` what to do where that is not good. `error` is what the service or we raised."""

    check: str
    state: State
    words: str
    remedy: str = ""
    error: OdpsTuiError | None = None


def good(check: str, words: str) -> Finding:
    """Everything is as it should be."""
    return Finding(check, State.GOOD, words)


def skipped(check: str, reason: str) -> Finding:
    """There was nothing to look at."""
    return Finding(check, State.SKIPPED, reason)


def bad(check: str, error: OdpsTuiError) -> Finding:
    """An error of ours says it all: cause, remedy, request id."""
    return Finding(check, State.BAD, str(error), error=error)


async def bounded(check: str, examination: Awaitable[Finding]) -> Finding:
    """Return what an examination finds; what it raises or never says is a finding, too."""
    try:
        async with asyncio.timeout(LIMIT):
            return await examination
    except TimeoutError:
        return Finding(check, State.BAD, f"no answer in {LIMIT:g} s", "Is a firewall in between? It drops what it does not like.")
    except OdpsTuiError as error:
        return bad(check, error)
