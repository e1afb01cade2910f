"""Which requests may be sent again, and when (protocol §8.6)."""

from __future__ import annotations

import random
from collections.abc import Callable

from odps_tui.errors import InternalServerError, OdpsTuiError, ServiceError, Throttled, TransportError
from odps_tui.maxcompute.codec.times import rfc1123
from odps_tui.maxcompute.exchange import Request
from odps_tui.maxcompute.service_clock import ServiceClock

ATTEMPTS = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_LONGEST_RETRY_AFTER = 86_400.0


def may_repeat(request: Request, error: OdpsTuiError) -> bool:
    """Tell whether to ask again: a read after what passes by itself; a write only when it certainly never left."""
    if not request.is_read:
        return isinstance(error, TransportError) and not error.sent
    return isinstance(error, TransportError | Throttled | InternalServerError)


def pause_before(attempt: int, error: OdpsTuiError, jitter: Callable[[], float] = random.random) -> float:
    """Return the seconds before `attempt` (2 for the first repetition): what the service asks, else doubling, ±50 %."""
    if isinstance(error, ServiceError) and error.retry_after is not None:
        return error.retry_after
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (attempt - 2)) * (0.5 + jitter())


def retry_after(text: str | None, clock: ServiceClock) -> float | None:
    """Read a Retry-After header, seconds or a date; None when it is missing or makes no sense."""
    text = (text or "").strip()
    if text.isascii() and text.isdecimal():
        return min(_LONGEST_RETRY_AFTER, float(text[:9]))
    moment = rfc1123(text)
    return None if moment is None else min(_LONGEST_RETRY_AFTER, clock.seconds_until(moment))
