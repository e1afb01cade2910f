"""What a task's progress was over time, as we saw it: our own samples, with the holes between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from odps_tui.models import StageProgress, TaskProgress

GAP = timedelta(seconds=150)
"""Two reads farther apart than this leave a hole: nobody watched. The longest polling interval fits in."""
_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Sample:
    """`count` reads from `at` to `until` that all said the same. `gap` means that nobody watched just before `at`."""

    at: datetime
    until: datetime
    progress: TaskProgress
    count: int = 1
    gap: bool = False

    @property
    def done(self) -> int:
        """Workers that have finished, over all stages."""
        return sum(stage.terminated_workers or 0 for stage in self.progress.stages)

    @property
    def records(self) -> tuple[tuple[int | None, int | None], ...]:
        """(in, out) of every stage."""
        return tuple((stage.input_records, stage.output_records) for stage in self.progress.stages)


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples of one task, oldest first. Bounded: of the older half every other one goes when there are too many."""

    runs: tuple[Sample, ...] = ()

    def __iter__(self) -> Iterator[Sample]:
        return iter(self.runs)

    def __len__(self) -> int:
        return len(self.runs)

    def __bool__(self) -> bool:
        return bool(self.runs)

    @property
    def first(self) -> Sample | None:
        """The oldest sample."""
        return self.runs[0] if self.runs else None

    @property
    def last(self) -> Sample | None:
        """The newest sample."""
        return self.runs[-1] if self.runs else None

    @property
    def last_with_stages(self) -> Sample | None:
        """The newest sample that has stages: what is left to show when the service has forgotten an ended task's."""
        return next((sample for sample in reversed(self.runs) if sample.progress.stages), None)

    def taken(self, at: datetime, progress: TaskProgress) -> Samples:
        """Return these samples and one more. One that is not newer than the last is dropped: it would run backwards."""
        last = self.last
        if last is None:
            return Samples((Sample(at, at, progress),))
        if at <= last.until:
            return self
        gap = at - last.until > GAP
        if progress == last.progress and not gap:
            return Samples((*self.runs[:-1], replace(last, until=at, count=last.count + 1)))
        return Samples(_bounded((*self.runs, Sample(at, at, progress, gap=gap))))

    def since(self, moment: datetime) -> Samples:
        """Return the samples that reach beyond `moment`."""
        return Samples(self.runs[bisect_right(self.runs, moment, key=lambda sample: sample.until) :])


def _bounded(runs: tuple[Sample, ...]) -> tuple[Sample, ...]:
    if len(runs) <= _KEPT:
        return runs
    kept: list[Sample] = [runs[0]]
    older, newer = runs[1 : _KEPT // 2], runs[_KEPT // 2 :]
    hole = False
    for place, sample in enumerate(older):
        hole = hole or sample.gap
        if place % 2:
            kept.append(replace(sample, gap=hole))
            hole = False
    # A hole before a sample that goes is still a hole before the one that stays.
    return (*kept, replace(newer[0], gap=newer[0].gap or hole), *newer[1:])


def stage_of(progress: TaskProgress, name: str) -> StageProgress | None:
    """Return a stage by its name."""
    return next((stage for stage in progress.stages if stage.name == name), None)
