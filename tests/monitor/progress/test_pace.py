"""How fast: counted from differences, with holes left out."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from hypothesis import given

from odps_tui.models import TaskProgress
from odps_tui.monitor.progress import finished_per_minute, recent_pace
from tests.clock import START
from tests.monitor.progress.telling import histories, progress, sampled, sampled_at, stage


def test_a_steady_pace_is_found() -> None:
    samples = sampled([progress(stage(done=number, total=1000, records=number * 600)) for number in range(100)], seconds=6)
    end = START + timedelta(seconds=99 * 6)
    rates = finished_per_minute(samples, end, 5)
    assert rates == pytest.approx([10.0] * 5)
    pace = recent_pace(samples, "M1_job_0")
    assert pace.workers_per_minute == pytest.approx(10.0)
    assert pace.records_per_second == pytest.approx(100.0)


def test_a_minute_nobody_watched_is_not_a_minute_without_a_finish() -> None:
    samples = sampled([progress(stage(done=number)) for number in range(13)], seconds=5)
    rates = finished_per_minute(samples, START + timedelta(minutes=1), 3)
    assert rates[:2] == (None, None)
    assert rates[2] == pytest.approx(12.0)


def test_a_hole_is_left_out() -> None:
    samples = sampled([progress(stage(done=0))]).taken(START + timedelta(minutes=10), progress(stage(done=9)))
    assert set(finished_per_minute(samples, START + timedelta(minutes=10), 10)) == {None}
    assert recent_pace(samples, "M1_job_0").workers_per_minute is None


@given(histories)
def test_no_rate_is_negative_and_none_exceeds_what_finished(history: list[tuple[TaskProgress, float]]) -> None:
    samples = sampled_at(history)
    assert samples.last is not None
    rates = finished_per_minute(samples, samples.last.until, 30)
    assert len(rates) == 30
    assert all(rate is None or rate >= 0 for rate in rates)
    runs = list(samples)
    finished = sum(max(0, after.done - before.done) for before, after in itertools.pairwise(runs) if not after.gap)
    assert sum(rate or 0 for rate in rates) <= 2 * finished + 1e-6, "a minute half watched is scaled to twice at most"


def test_a_rerun_moves_nothing_forward() -> None:
    samples = sampled([progress(stage(done=9)), progress(stage(done=2)), progress(stage(done=2))], seconds=20)
    assert recent_pace(samples, "M1_job_0").workers_per_minute == 0


def test_too_short_a_look_tells_no_pace() -> None:
    samples = sampled([progress(stage(done=1)), progress(stage(done=2))], seconds=2)
    assert recent_pace(samples, "M1_job_0").workers_per_minute is None
    assert recent_pace(samples, "R9_9").workers_per_minute is None
