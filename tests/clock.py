"""The one thing that tests put in place of the real one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

START = datetime(2026, 11, 24, 9, 41, 7, tzinfo=UTC)


@dataclass
class Clock:
    """World time, service time and screen time are one, and move only when a test says so."""

    now: float = START.timestamp()

    def time(self) -> float:
        return self.now

    def utc_now(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    def advance(self, seconds: float) -> None:
        self.now += seconds
