"""The workers of a stage: their spread in a few figures, or each one, slowest first; what is far from the mean is marked.

Far is three times the mean: the vendor's rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from odps_tui.models import StageStatus, Worker

MARKED_FROM = 3.0
"""Times the mean: from here on a worker is marked."""
_MEAN_WORTH_MARKING = timedelta(seconds=30)
"""Three times a mean of two seconds is nobody's problem."""


@dataclass(frozen=True, slots=True)
class WorkerTime:
    """A worker with its run time: until its end, or so far. Ratios are to the mean of the stage; None when not told."""

    worker: Worker
    elapsed: timedelta | None
    is_running: bool
    time_ratio: float | None = None
    records_ratio: float | None = None
    is_slow: bool = False
    is_heavy: bool = False

    @property
    def short_id(self) -> str:
        """`M1#0_0`: the end of its id."""
        return self.worker.id.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Spread:
    """How long the workers of a stage take; None where nobody told enough. `is_running`: the slowest has not ended."""

    mean: timedelta | None = None
    maximum: timedelta | None = None
    is_running: bool = False

    @property
    def ratio(self) -> float | None:
        """The slowest through the mean."""
        return _ratio(self.maximum, self.mean)

    @property
    def is_skewed(self) -> bool:
        """True when the slowest is far from a mean that is worth a mark."""
        return _is_far(self.ratio, self.mean)


@dataclass(frozen=True, slots=True)
class WorkerTimes:
    """The workers of a stage, the slowest first, those without a time last. None where nobody told enough."""

    workers: tuple[WorkerTime, ...] = ()
    mean: timedelta | None = None
    maximum: timedelta | None = None
    mean_records: float | None = None
    max_records: int | None = None

    @property
    def ratio(self) -> float | None:
        """The slowest through the mean."""
        return _ratio(self.maximum, self.mean)


def spread(workers: Iterable[Worker], at: datetime) -> Spread:
    """Measure the workers of a stage together, as of `at`, when they were read."""
    total, count, longest = timedelta(0), 0, (timedelta(-1), False)
    for worker in workers:
        elapsed, is_running = _elapsed(worker, at)
        if elapsed is not None and worker.status != StageStatus.CANCELLED:
            total, count, longest = total + elapsed, count + 1, max(longest, (elapsed, is_running))
    return Spread(total / count, *longest) if count else Spread()


def worker_times(workers: Iterable[Worker], at: datetime) -> WorkerTimes:
    """Measure workers as of `at`, when they were read. A backup worker that was called off counts in no mean."""
    times = [_timed(worker, at) for worker in workers]
    counted = [time for time in times if time.worker.status != StageStatus.CANCELLED]
    spans = [time.elapsed for time in counted if time.elapsed is not None]
    records = [time.worker.input_records for time in counted if time.worker.input_records is not None]
    mean = sum(spans, timedelta(0)) / len(spans) if spans else None
    mean_records = sum(records) / len(records) if records else None
    marked = [_marked(time, mean, mean_records) for time in times]
    marked.sort(key=lambda time: (time.elapsed is not None, time.elapsed or timedelta(0)), reverse=True)
    return WorkerTimes(tuple(marked), mean, max(spans, default=None), mean_records, max(records, default=None))


def _timed(worker: Worker, at: datetime) -> WorkerTime:
    return WorkerTime(worker, *_elapsed(worker, at))


def _elapsed(worker: Worker, at: datetime) -> tuple[timedelta | None, bool]:
    """How long a worker took, or takes so far, and whether it still runs."""
    if worker.end_time is None and worker.start_time is not None:
        return max(timedelta(0), at - worker.start_time), True
    return worker.elapsed, False


def _marked(time: WorkerTime, mean: timedelta | None, mean_records: float | None) -> WorkerTime:
    if time.worker.status == StageStatus.CANCELLED:
        return time
    time_ratio = _ratio(time.elapsed, mean)
    records = time.worker.input_records
    records_ratio = records / mean_records if records is not None and mean_records else None
    return WorkerTime(
        time.worker,
        time.elapsed,
        time.is_running,
        time_ratio,
        records_ratio,
        is_slow=_is_far(time_ratio, mean),
        is_heavy=records_ratio is not None and records_ratio >= MARKED_FROM,
    )


def _is_far(ratio: float | None, mean: timedelta | None) -> bool:
    return ratio is not None and ratio >= MARKED_FROM and mean is not None and mean > _MEAN_WORTH_MARKING


def _ratio(part: timedelta | None, whole: timedelta | None) -> float | None:
    return part / whole if part is not None and whole else None
