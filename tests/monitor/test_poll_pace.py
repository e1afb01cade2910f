"""What slows the polls, by how much, and how that ends."""

from __future__ import annotations

import pytest

from odps_tui.monitor import Pace, PollPace, Why
from odps_tui.monitor.poll_pace import LONGEST


def test_as_it_is_wished_when_nothing_is_the_matter() -> None:
    pace = PollPace(5.0)
    for _ in range(10):
        pace.read(0.4)
    assert pace.now == Pace(5.0)
    pace.wished = 1.0
    assert pace.now == Pace(1.6, Why.SLOW, 0.4), "a fifth of the time at most"


def test_throttling_doubles_and_is_forgiven_by_halves() -> None:
    pace = PollPace(5.0)
    for seconds in (10, 20, 40, 80, 120, 120):
        pace.throttled()
        assert pace.now == Pace(seconds, Why.THROTTLED)
    seen = []
    for _ in range(15):
        pace.read(0.1)
        seen.append(pace.now.seconds)
    assert seen == [120, 120, 80, 80, 80, 40, 40, 40, 20, 20, 20, 10, 10, 10, 5]
    assert pace.now == Pace(5.0)


def test_throttled_again_on_the_way_back() -> None:
    pace = PollPace(5.0)
    pace.throttled()
    pace.read(0.1)
    pace.read(0.1)
    pace.throttled()
    for seconds in (20, 20, 10):
        pace.read(0.1)
        assert pace.now.seconds == seconds


def test_one_slow_poll_is_no_slow_service() -> None:
    pace = PollPace(5.0)
    for took in (0.1, 30.0, 0.1, 0.1):
        pace.read(took)
        assert pace.now.seconds == 5
    for took in (3.0, 3.0):
        pace.read(took)
    assert pace.now == Pace(12.0, Why.SLOW, 3.0)


@pytest.mark.parametrize(("wished", "seconds", "why"), [(5.0, 60.0, Why.BEHIND), (120.0, 120.0, Why.WISHED)])
def test_nobody_looks(wished: float, seconds: float, why: Why) -> None:
    pace = PollPace(wished)
    pace.look_away(60.0)
    assert pace.now == Pace(seconds, why)
    pace.look()
    assert pace.now == Pace(wished)


def test_the_longest_reason_counts_and_nothing_is_longer_than_the_longest() -> None:
    pace = PollPace(5.0)
    pace.look_away(15.0)
    for _ in range(3):
        pace.read(100.0)
    assert pace.now == Pace(LONGEST, Why.SLOW, 100.0)
