"""When each stage ran, as far as samples can tell: between which two reads it began and ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from odps_tui.models import StageDetail, StageProgress
from odps_tui.monitor.progress.samples import Sample, Samples
from odps_tui.monitor.progress.stage_graph import parse_stage_name
from odps_tui.monitor.progress.stage_state import has_begun, is_down_to_one, is_over


@dataclass(frozen=True, slots=True)
class Moment:
    """Something happened after `earliest` (None: before anybody watched) and not after `latest`. Equal: the service told."""

    earliest: datetime | None
    latest: datetime

    @property
    def is_told(self) -> bool:
        """True when the moment is known exactly."""
        return self.earliest == self.latest


@dataclass(frozen=True, slots=True)
class Span:
    """When a stage began, ended and came down to its last worker; None for what has not happened, or nobody saw."""

    stage: str
    began: Moment | None = None
    ended: Moment | None = None
    one_left: datetime | None = None

    def elapsed(self, at: datetime) -> timedelta | None:
        """Return how long it ran up to `at` or its end, at least; None when it has not begun."""
        if self.began is None:
            return None
        return max(timedelta(0), (self.ended.latest if self.ended else at) - self.began.latest)

    @property
    def is_exact(self) -> bool:
        """True when the service told both ends."""
        return self.began is not None and self.began.is_told and (self.ended is None or self.ended.is_told)

    @property
    def is_open(self) -> bool:
        """True when it began, or ended, before anybody watched: it ran longer than `elapsed`."""
        return self.began is not None and self.began.earliest is None


def spans(samples: Samples, told: Iterable[StageDetail] = ()) -> Mapping[str, Span]:
    """Return when each stage ran, by name. What the service told (in a detail) is taken over what was seen."""
    seen: dict[str, Span] = {}
    before: Sample | None = None
    for sample in samples:
        for stage in sample.progress.stages:
            seen[stage.name] = _seen(seen.get(stage.name) or Span(stage.name), stage, sample, before)
        before = sample
    exact = {parse_stage_name(stage.name).short: stage for stage in told}
    return {name: _with(span, exact.get(parse_stage_name(name).short)) for name, span in seen.items()}


def _seen(span: Span, stage: StageProgress, sample: Sample, before: Sample | None) -> Span:
    """Return what is known of a stage's span once `sample` is."""
    if not has_begun(stage):
        return span if span.began is None else Span(stage.name)  # a rerun begins anew
    is_ended = is_over(stage)
    one_left = span.one_left if is_ended else None
    if is_down_to_one(stage):
        one_left = span.one_left or sample.at
    if span.began is not None and (span.ended is not None) == is_ended and span.one_left == one_left:
        return span  # nothing new, as in nearly every sample
    moment = Moment(before.until if before is not None else None, sample.at)
    return Span(stage.name, span.began or moment, (span.ended or moment) if is_ended else None, one_left)


def _with(seen: Span, told: StageDetail | None) -> Span:
    if told is None or told.start_time is None:
        return seen
    began = Moment(told.start_time, told.start_time)
    # A detail is older than the last sample: an end that it does not tell may have been seen since.
    ended = Moment(told.end_time, told.end_time) if told.end_time is not None and seen.ended is not None else seen.ended
    return Span(seen.stage, began, ended, seen.one_left)
