"""Workers, slowest first, and the vendor's three times."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odps_tui.models import StageStatus, Worker
from odps_tui.monitor.progress import Spread, spread, worker_times
from tests.clock import START

NOW = START + timedelta(hours=1)


def worker(
    number: int, seconds: float | None, records: int | None = 100, *, runs: bool = False, status: str = StageStatus.TERMINATED
) -> Worker:
    start = None if seconds is None else NOW - timedelta(seconds=seconds) if runs else START
    end: datetime | None = None if seconds is None or runs else START + timedelta(seconds=seconds)
    return Worker(f"Odps/job/M1#{number}_0", None, status, start, end, records)


def test_a_running_straggler_is_first_and_marked_so_far() -> None:
    times = worker_times([*(worker(n, 40) for n in range(49)), worker(49, 2400, 9000, runs=True, status="Running")], NOW)
    first = times.workers[0]
    assert first.short_id == "M1#49_0"
    assert first.is_running
    assert first.is_slow
    assert first.is_heavy
    assert first.elapsed == timedelta(minutes=40)
    assert times.mean == timedelta(seconds=(49 * 40 + 2400) / 50)
    assert times.max_records == 9000
    assert not any(time.is_slow for time in times.workers[1:])


def test_three_times_two_seconds_is_nobodys_problem() -> None:
    times = worker_times([*(worker(n, 2) for n in range(9)), worker(9, 60)], NOW)
    assert times.ratio is not None
    assert times.ratio > 3
    assert not any(time.is_slow for time in times.workers)


def test_a_backup_that_was_called_off_counts_in_no_mean() -> None:
    cancelled = worker(1, 4000, 0, status=StageStatus.CANCELLED)
    times = worker_times([worker(0, 100), cancelled], NOW)
    assert times.mean == timedelta(seconds=100)
    assert len(times.workers) == 2


seconds = st.none() | st.floats(0, 5000)
workers = st.lists(st.builds(worker, st.integers(0, 99), seconds, st.none() | st.integers(0, 10**9), runs=st.booleans()))


@given(workers)
def test_the_slowest_is_first_and_nothing_is_lost_or_made_up(found: list[Worker]) -> None:
    times = worker_times(found, NOW)
    assert sorted(time.worker.id for time in times.workers) == sorted(one.id for one in found)
    elapsed = [time.elapsed for time in times.workers]
    known = [one for one in elapsed if one is not None]
    assert elapsed == [*sorted(known, reverse=True), *[None] * (len(elapsed) - len(known))]
    assert (times.mean is None) == (not known)
    if times.mean is not None and times.maximum is not None:
        assert times.mean <= times.maximum + timedelta(microseconds=1)
    for time in times.workers:
        if time.is_heavy:
            assert time.worker.input_records is not None
            assert times.mean_records is not None
            assert time.worker.input_records >= 3 * times.mean_records * 0.999


@given(workers)
def test_the_spread_of_a_stage_is_that_of_its_workers(found: list[Worker]) -> None:
    times, told = worker_times(found, NOW), spread(found, NOW)
    assert told.maximum == times.maximum
    assert (told.mean is None) == (times.mean is None)
    if told.mean is not None and times.mean is not None:
        assert abs(told.mean - times.mean) <= timedelta(microseconds=1)
        slowest = times.workers[0]
        assert told.is_running or not slowest.is_running
    assert told.is_skewed == any(time.is_slow for time in times.workers)


def test_the_spread_of_nobody_is_unknown() -> None:
    assert spread([], NOW) == spread([worker(1, None)], NOW) == Spread()
    assert spread([], NOW).ratio is None
