"""How fast workers finish and records move, from the differences between samples. Holes are not counted as standstill."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from odps_tui.models import StageProgress
from odps_tui.monitor.progress.samples import Sample, Samples, stage_of

MINUTE = timedelta(minutes=1)
_RECENT = timedelta(minutes=5)
_SHORTEST = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Step:
    """What changed from `begin` to `end`, spread evenly: nobody knows when in between."""

    begin: datetime
    end: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a stage is now, over the last minutes watched. None: not told, or watched for too short a time."""

    workers_per_minute: float | None = None
    records_per_second: float | None = None


def finished_per_minute(samples: Samples, end: datetime, minutes: int) -> tuple[float | None, ...]:
    """Return how many workers finished in each of the `minutes` minutes up to `end`, the oldest first.

    None for a minute of which less than half was watched; the rest are scaled to a whole minute.
    """
    begin = end - minutes * MINUTE
    amounts, watched = [0.0] * minutes, [timedelta(0)] * minutes
    for step in _steps(samples.since(begin), lambda sample: sample.done):
        for place in range(max(0, (step.begin - begin) // MINUTE), min(minutes, (step.end - begin) // MINUTE + 1)):
            shared = min(step.end, begin + (place + 1) * MINUTE) - max(step.begin, begin + place * MINUTE)
            if shared > timedelta(0):
                watched[place] += shared
                amounts[place] += step.amount * (shared / (step.end - step.begin))
    return tuple(amount * (MINUTE / seen) if seen * 2 >= MINUTE else None for amount, seen in zip(amounts, watched, strict=True))


def recent_pace(samples: Samples, stage: str) -> Pace:
    """Return how fast a stage went in the last five minutes that were watched without a hole."""
    return Pace(
        _per_minute(samples, _figure(stage, lambda found: found.terminated_workers)),
        _per_second(samples, _figure(stage, lambda found: found.input_records)),
    )


def _figure(stage: str, figure: Callable[[StageProgress], int | None]) -> Callable[[Sample], int | None]:
    def read(sample: Sample) -> int | None:
        found = stage_of(sample.progress, stage)
        return figure(found) if found is not None else None

    return read


def _per_minute(samples: Samples, figure: Callable[[Sample], int | None]) -> float | None:
    rate = _per_second(samples, figure)
    return None if rate is None else rate * 60


def _per_second(samples: Samples, figure: Callable[[Sample], int | None]) -> float | None:
    last = samples.last
    if last is None:
        return None
    steps = [step for step in _steps(samples.since(last.until - _RECENT), figure) if step.end > last.until - _RECENT]
    watched = sum(((step.end - step.begin) for step in steps), timedelta(0))
    if watched < _SHORTEST:
        return None
    return sum(step.amount for step in steps) / watched.total_seconds()


def _steps(samples: Samples, figure: Callable[[Sample], int | None]) -> Iterator[Step]:
    """Yield the changes that were watched. A figure that fell (a rerun) has not moved forward."""
    for sample in samples:
        if sample.until > sample.at and figure(sample) is not None:
            yield Step(sample.at, sample.until, 0)
    for before, after in pairwise(samples):
        old, new = figure(before), figure(after)
        if not after.gap and old is not None and new is not None:
            yield Step(before.until, after.at, max(0, new - old))
