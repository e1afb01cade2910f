"""A stage and its workers, by arithmetic: how many have started and ended at any second, without a list of them.

Workers are ranked by the order in which they end. The many ("bulk") end along a curve between the first end and `bulk_end`;
the `laggards` behind them end evenly between `bulk_end` and the stage's end. A laggard gets a backup worker half way between
`bulk_end` and its own end, or after a minute. So every count is a formula, a stage of 2,000 workers costs no more than one of
two, and the list (which is asked for one instance at a time) agrees with the counts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from math import gcd

BACKUP_PATIENCE = 60.0
"""Seconds that a laggard may lag, at most, before it gets a backup worker."""
_FIRST_END = 0.35
_RAMP = 0.3


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a task. Times are epoch seconds; `curve` > 1 means that most of the bulk ends late."""

    name: str
    start: float
    end: float
    workers: int
    bulk_end: float
    laggards: int
    curve: float
    slots: int = 0
    """So many workers run at once, the others begin as those end; 0: as many as there are."""

    @property
    def id(self) -> str:
        """Its name in a progress document, like `R2_1_job_0` (Protocol §4.5)."""
        return f"{self.name}_job_0"

    @property
    def upstream(self) -> tuple[int, ...]:
        """The numbers of the stages it reads from: `J3_1_2` reads from 1 and 2."""
        return tuple(int(number) for number in self.name.split("_")[1:])

    @property
    def _bulk(self) -> int:
        return self.workers - self.laggards

    @property
    def _ramp_end(self) -> float:
        return self.start + (self.bulk_end - self.start) * _RAMP

    @property
    def _first_end(self) -> float:
        return self.start + (self.bulk_end - self.start) * _FIRST_END

    def starts(self, rank: int) -> float:
        """When the worker of this rank starts: along the ramp, or when a slot becomes free."""
        slots = self.slots or self.workers
        if rank >= slots:
            return self.ends(rank - slots)
        return self.start + (self._ramp_end - self.start) * (rank / slots)

    def ends(self, rank: int) -> float:
        """When the worker of this rank ends."""
        if rank < self._bulk:
            part = ((rank + 1) / self._bulk) ** (1 / self.curve)
            return self._first_end + (self.bulk_end - self._first_end) * float(part)
        return self.bulk_end + (self.end - self.bulk_end) * ((rank - self._bulk + 1) / self.laggards)

    def backup_starts(self, rank: int) -> float | None:
        """When the worker of this rank gets a backup worker; None for one of the bulk."""
        if rank < self._bulk:
            return None
        return self.bulk_end + min((self.ends(rank) - self.bulk_end) / 2, BACKUP_PATIENCE)

    def rank(self, index: int) -> int:
        """The rank of the worker numbered `index` (0 … workers-1): a fixed shuffle, so that anyone may lag."""
        step = max(1, round(self.workers * 0.618))
        while gcd(step, self.workers) != 1:
            step += 1
        return (index * step + self.workers // 3) % self.workers

    def started_count(self, at: float) -> int:
        """Workers that have started by `at`."""
        if at < self.start:
            return 0
        return _count(self.workers, self.starts, at)

    def ended_count(self, at: float) -> int:
        """Workers that have ended by `at`."""
        if at < self._first_end:
            return 0
        if at >= self.end:
            return self.workers
        return _count(self.workers, self.ends, at)

    def backup_count(self, at: float) -> int:
        """Backup workers that are running at `at`."""
        if at < self.bulk_end:
            return 0
        lagging = range(self.ended_count(at), self.workers)
        return sum(1 for rank in lagging if (begins := self.backup_starts(rank)) is not None and begins <= at)

    @property
    def worker_seconds(self) -> float:
        """The seconds of all workers together, near enough for a bill."""
        bulk = self._bulk * (self.bulk_end - self.start) * 0.6
        return bulk + self.laggards * (self.end - self.start) * 0.8

    def worker_seconds_at(self, at: float) -> float:
        """The part of `worker_seconds` spent by `at`; it never shrinks."""
        if at <= self.start or self.end <= self.start:
            return 0.0 if at <= self.start else self.worker_seconds
        return self.worker_seconds * min(1.0, (at - self.start) / (self.end - self.start))


def _count(workers: int, moment: Callable[[int], float], at: float) -> int:
    """How many ranks have `moment(rank) <= at`, for a moment that grows with the rank."""
    return bisect_right(range(workers), at, key=moment)
