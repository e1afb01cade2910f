"""What is said below a task's stages: how fast workers finish, the last wave, a standstill, and when it may end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from textual.content import Content

from odps_tui.monitor.progress import Estimate, NoEstimate, Stall, TaskSight, is_down_to_one
from odps_tui.widgets.notation import clock_time, exact_duration, short_duration
from odps_tui.widgets.progress.cells import MUTED, PaneLine
from odps_tui.widgets.progress.stage_words import name_of

_LEVELS = "▁▂▃▄▅▆▇█"
_UNWATCHED = "·"
_LONGEST = 30
_LABEL = 10


def task_notes(sight: TaskSight, width: int) -> Iterator[PaneLine]:
    """Yield the notes of a task that lives and has a plan."""
    if sight.is_ended or not sight.has_plan:
        return
    yield from _finished(sight, width)
    yield from _last_wave(sight)
    if sight.stall is not None:
        yield _stall(sight.stall), None
    if sight.estimate is not None:
        yield estimate_line(sight.estimate), None


def sparkline(rates: Sequence[float | None]) -> str:
    """Draw rates as bars of eight heights: `·` was not watched, the lowest bar is none."""
    highest = max((rate for rate in rates if rate is not None), default=0.0)
    return "".join(_UNWATCHED if rate is None else _LEVELS[_level(rate, highest)] for rate in rates)


def _level(rate: float, highest: float) -> int:
    """Anything above none is higher than the lowest bar."""
    return 0 if rate <= 0 or highest <= 0 else max(1, round(rate / highest * (len(_LEVELS) - 1)))


def _label(text: str) -> tuple[str, str]:
    return f"{text:<{_LABEL}}", MUTED


def _finished(sight: TaskSight, width: int) -> Iterator[PaneLine]:
    minutes = max(5, min(_LONGEST, width - _LABEL - 30))
    rates = sight.finished_per_minute(minutes)
    watched = [rate for rate in rates if rate is not None]
    if not watched:
        yield Content.assemble(_label("finished"), ("? watched for less than a minute", MUTED)), None
        return
    latest = f"~{rates[-1]:.0f}" if rates[-1] is not None else "?"
    drawn = sparkline(rates).lstrip(_UNWATCHED)
    words = f" {latest} a minute, most ~{max(watched):.0f}"
    yield Content.assemble(_label("finished"), (drawn, "$text-primary"), (words, MUTED)), None


def _last_wave(sight: TaskSight) -> Iterator[PaneLine]:
    for stage in sight.progress.stages:
        if not is_down_to_one(stage):
            continue
        span = sight.spans.get(stage.name)
        since = f" since {clock_time(span.one_left)}" if span is not None and span.one_left is not None else ""
        words = f"{name_of(stage)}: one worker of {stage.total_workers} left{since}"
        yield Content.assemble(_label("last wave"), (words, "$text-warning"), ("   W shows it", MUTED)), None


def _stall(stall: Stall) -> Content:
    what = "no worker finished and no record moved" if stall.records_told else "no worker finished (records are not told)"
    words = f"{what} for {short_minutes(stall.duration)}"
    idle = stall.running == 0 and stall.pending
    why = f"; none runs, {stall.pending} wait for resources" if idle else ""
    return Content.assemble(_label("stalled"), (f"{words}{why}", "bold $text-error"), (f"  {stall.samples} equal reads", MUTED))


def estimate_line(estimate: Estimate | NoEstimate) -> Content:
    """Say when it ends: a range, or why there is none."""
    if isinstance(estimate, Estimate):
        return Content.assemble(_label("ends in"), (_range(estimate), "bold"), (_if_it_holds(estimate), MUTED))
    stages = estimate.stage_ends
    more = f"; what is at work ends in {_range(stages)}" if stages is not None else ""
    return Content.assemble(_label("ETA"), f"not estimable: {estimate.reason}{more}")


def _range(estimate: Estimate) -> str:
    """`~8–17m`: never one figure."""
    low, high = estimate.low, max(estimate.high, estimate.low + timedelta(seconds=1))
    if high < timedelta(minutes=2):
        return f"~{int(low.total_seconds())}–{int(high.total_seconds()) + 1}s"
    if high < timedelta(hours=2):
        first = int(low / timedelta(minutes=1))
        return f"~{first}–{max(first + 1, -int(-high // timedelta(minutes=1)))}m"
    return f"~{exact_hours(low)}–{exact_hours(high)}"


def _if_it_holds(estimate: Estimate) -> str:
    begin, end = (clock_time(estimate.at + part)[:5] for part in (estimate.low, estimate.high))
    return f"  ({begin}–{end}) if the pace of the last {estimate.minutes} min holds"


def exact_hours(duration: timedelta) -> str:
    """Write a duration of hours: `2h05`."""
    return short_duration(duration)


def short_minutes(duration: timedelta) -> str:
    """`9 min`, or `1h05m00s` from an hour on."""
    minutes = int(duration.total_seconds() // 60)
    return f"{minutes} min" if minutes < 60 else exact_duration(duration)
