"""When stages ran, between which looks."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from odps_tui.models import StageDetail, StageStatus, TaskProgress
from odps_tui.monitor.progress import spans
from tests.clock import START
from tests.monitor.progress.telling import histories, progress, sampled, sampled_at, stage

WAITS = stage(status=StageStatus.WAITING)
OVER = stage(done=10, status=StageStatus.TERMINATED)


def at(seconds: float) -> object:
    return START + timedelta(seconds=seconds)


def test_a_stage_began_and_ended_between_looks() -> None:
    span = spans(sampled([progress(WAITS), progress(stage(done=2)), progress(stage(done=9, running=1)), progress(OVER)]))[
        "M1_job_0"
    ]
    assert span.began is not None
    assert span.ended is not None
    assert (span.began.earliest, span.began.latest) == (at(0), at(5))
    assert (span.ended.earliest, span.ended.latest) == (at(10), at(15))
    assert span.one_left == at(10)
    assert span.elapsed(START) == timedelta(seconds=10)
    assert not span.is_exact
    assert not span.is_open


def test_what_ran_before_the_first_look_is_open() -> None:
    span = spans(sampled([progress(stage(done=2)), progress(stage(done=3))]))["M1_job_0"]
    assert span.is_open
    assert span.began is not None
    assert span.began.earliest is None


def test_what_the_service_told_is_exact() -> None:
    begin, end = START - timedelta(minutes=3), START + timedelta(seconds=2)
    told = StageDetail("M1", (), start_time=begin, end_time=end)
    span = spans(sampled([progress(stage(done=2)), progress(OVER)]), [told])["M1_job_0"]
    assert span.is_exact
    assert span.elapsed(START) == end - begin


def test_a_rerun_begins_anew() -> None:
    span = spans(sampled([progress(OVER), progress(WAITS), progress(stage(done=0))]))["M1_job_0"]
    assert span.ended is None
    assert span.began is not None
    assert span.began.latest == at(10)


@given(histories)
def test_moments_lie_where_somebody_looked_and_in_order(history: list[tuple[TaskProgress, float]]) -> None:
    samples = sampled_at(history)
    looks = {sample.at for sample in samples}
    for span in spans(samples).values():
        for moment in (span.began, span.ended):
            if moment is not None:
                assert moment.latest in looks
                assert moment.earliest is None or moment.earliest < moment.latest
        if span.ended is not None:
            assert span.began is not None
            assert span.began.latest <= span.ended.latest
