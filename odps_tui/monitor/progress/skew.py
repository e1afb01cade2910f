"""The workers of one stage, slowest first, and which of them are far from the mean (the vendor's rule: three times)."""

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
    is_running = worker.end_time is None and worker.start_time is not None
    elapsed = max(timedelta(0), at - worker.start_time) if is_running and worker.start_time is not None else worker.elapsed
    return WorkerTime(worker, elapsed, is_running)


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
        is_slow=time_ratio is not None and time_ratio >= MARKED_FROM and mean is not None and mean > _MEAN_WORTH_MARKING,
        is_heavy=records_ratio is not None and records_ratio >= MARKED_FROM,
    )


def _ratio(part: timedelta | None, whole: timedelta | None) -> float | None:
    return part / whole if part is not None and whole else None
