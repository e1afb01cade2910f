"""The time to sign with: ours, corrected by what the service says of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from odps_tui.maxcompute.codec.times import queue_time, rfc1123
from odps_tui.maxcompute.exchange import Response

_NOW_IN_MESSAGE = re.compile(r"now_date:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)")


# A Date is written in whole seconds and is on its way for a while: less than this is no drift.
_SMALLEST_DRIFT = timedelta(seconds=3)


class ServiceClock:
    """Tells the service's time.

    `offset` is what we correct our dates by: None until the service refused one. `drift` is how far our clock is behind as every
    answer's `Date` tells it: good for telling ages, and no reason to sign with anything but our own time.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.offset: timedelta | None = None
        self.drift: timedelta | None = None

    def now(self) -> datetime:
        """Return the service's time as far as we know it."""
        return self._own_now() + (self.offset or timedelta())

    def learn(self, response: Response, message: str) -> timedelta | None:
        """Take the offset from an answer that refused our date: its `Date` header, else the time that its message tells."""
        service_now = rfc1123(response.headers.get("date")) or _now_in(message)
        if service_now is not None:
            self.offset = service_now - self._own_now()
        return self.offset

    def observe(self, response: Response) -> None:
        """Compare the clocks. A drift that seems to change by less than can be measured stays as it was."""
        service_now = rfc1123(response.headers.get("date"))
        if service_now is None:
            return
        seen = service_now - self._own_now()
        if abs(seen - (self.drift or timedelta())) > _SMALLEST_DRIFT or self.drift is None:
            self.drift = seen if abs(seen) > _SMALLEST_DRIFT else timedelta()

    def seconds_until(self, moment: datetime) -> float:
        """Return how long it is until a moment of the service's; never negative."""
        return max(0.0, (moment - self.now()).total_seconds())

    def _own_now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def _now_in(message: str) -> datetime | None:
    match = _NOW_IN_MESSAGE.search(message)
    return None if match is None else queue_time(match[1])
