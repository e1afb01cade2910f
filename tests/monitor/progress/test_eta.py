"""A range or a refusal with its reason; never one figure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.models import StageProgress, StageStatus, TaskProgress
from odps_tui.monitor.progress import Estimate, NoEstimate, estimate, find_stall
from tests.monitor.progress.telling import histories, progress, sampled, sampled_at, stage, task


def wave(done: int) -> StageProgress:
    """A stage of a thousand workers of which fifty run at once."""
    return stage(done=done, total=1000, running=50)


def test_a_steady_pace_gives_a_range_around_what_it_says() -> None:
    told = estimate(task(), sampled([progress(wave(100 + 10 * number)) for number in range(40)], seconds=10))
    assert isinstance(told, Estimate)
    left = timedelta(minutes=(1000 - 490) / 60)
    assert told.low < left < told.high
    assert told.minutes == 6


@given(st.lists(st.integers(1, 9), min_size=50, max_size=60))
def test_a_range_is_a_range_and_holds_the_mean(steps: list[int]) -> None:
    done, told = 60, []
    for step in steps:
        done += step
        told.append(progress(stage(done=done, total=2000, running=50)))
    found = estimate(task(), sampled(told, seconds=10))
    assert isinstance(found, Estimate)
    recent = steps[-36:]
    mean = timedelta(seconds=(2000 - done) / (sum(recent) / 360))
    assert timedelta(0) < found.low < mean < found.high


@pytest.mark.parametrize(
    ("stages", "reason"),
    [
        ([], "there is no plan yet"),
        ([stage(done=49, total=50, running=1)], "last wave, one worker of M1"),
        ([stage(done=30, total=50, running=20)], "last wave, 20 workers of M1"),
        ([stage(done=10, total=500, running=50)], "M1 has not finished a first wave"),
        ([stage(done=None, total=None)], "M1 does not tell its workers"),
        ([stage(status=StageStatus.WAITING)], "no stage is at work"),
    ],
)
def test_a_refusal_says_why(stages: list[StageProgress], reason: str) -> None:
    told = estimate(task(), sampled([progress(*stages)] * 3, seconds=10))
    assert told == NoEstimate(reason)


def test_later_stages_are_unknown_but_what_is_at_work_is_told() -> None:
    later = stage("R2_1_job_0", status=StageStatus.WAITING)
    last = stage("R3_2_job_0", status=StageStatus.READY)
    told = estimate(task(), sampled([progress(wave(100 + 10 * number), later, last) for number in range(40)], seconds=10))
    assert isinstance(told, NoEstimate)
    assert told.reason == "R2_1 and 1 more not begun, pace unknown"
    assert told.stage_ends is not None


def test_a_short_look_an_uneven_pace_a_standstill_and_cupid_are_refused() -> None:
    short = sampled([progress(wave(100 + number)) for number in range(10)], seconds=5)
    assert estimate(task(), short) == NoEstimate("watched for less than 3 min")
    jumps = [progress(wave(100 + 200 * (number // 30))) for number in range(60)]
    assert estimate(task(), sampled(jumps, seconds=10)) == NoEstimate("workers of M1 finish too unevenly")
    still = sampled([progress(wave(100))] * 40, seconds=10)
    assert estimate(task(), still, find_stall(task(), still)) == NoEstimate("nothing moves")
    assert estimate(task(kind="CUPID"), sampled([progress()])) == NoEstimate("a CUPID task tells no stages")
    assert estimate(task("Failed"), still) == NoEstimate("the task is failed")


@given(histories)
def test_whatever_is_told_there_is_a_range_or_a_reason(history: list[tuple[TaskProgress, float]]) -> None:
    found = estimate(task(), sampled_at(history))
    if isinstance(found, Estimate):
        assert timedelta(0) <= found.low < found.high
        assert found.minutes >= 3
    else:
        assert found.reason
