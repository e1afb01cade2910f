from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.widgets.notation import (
    age_of,
    bar,
    clock_time,
    exact_duration,
    going_duration,
    id_tail,
    live_percent,
    plain,
    short_bytes,
    short_count,
    short_duration,
    short_owner,
)


@pytest.mark.parametrize(
    ("seconds", "short", "exact"),
    [
        (0, "0s", "0s"),
        (59, "59s", "59s"),
        (60, "1m", "1m00s"),
        (3599, "59m", "59m59s"),
        (3900, "1h05", "1h05m00s"),
        (86_399, "23h59", "23h59m59s"),
        (273_600, "3d04h", "76h00m00s"),
    ],
)
def test_durations(seconds: int, short: str, exact: str) -> None:
    assert short_duration(timedelta(seconds=seconds)) == short
    assert exact_duration(timedelta(seconds=seconds)) == exact


@pytest.mark.parametrize(
    ("seconds", "written", "age"),
    [
        (0, "0s", "<10s"),
        (9.9, "9s", "<10s"),
        (10, "10s", "10s"),
        (59, "59s", "50s"),
        (65, "1m00s", "1m00s"),
        (419, "6m50s", "6m50s"),
        (600, "10m", "10m"),
        (3599, "59m", "59m"),
        (3600, "1h00m", "1h00m"),
        (273_600, "76h00m", "76h00m"),
    ],
)
def test_what_goes_on_is_cut_and_the_coarser_the_longer(seconds: float, written: str, age: str) -> None:
    now = datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert going_duration(timedelta(seconds=seconds)) == written
    assert age_of(now - timedelta(seconds=seconds), now) == age


def test_a_reading_of_the_future_is_new() -> None:
    now = datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert age_of(now + timedelta(seconds=30), now) == "<10s"


def test_unknown_is_a_question_mark_and_never_zero() -> None:
    assert {
        short_duration(None),
        exact_duration(None),
        going_duration(None),
        short_count(None),
        short_bytes(None),
        clock_time(None),
        plain(None),
    } == {"?"}
    assert plain(0) == "0"
    assert plain("") == "?"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.0k"),
        (9949, "9.9k"),
        (9950, "10k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
        (5_200_000_000, "5.2B"),
    ],
)
def test_counts(count: int, text: str) -> None:
    assert short_count(count) == text


@given(st.integers(min_value=0, max_value=10**17))
def test_a_count_takes_at_most_five_cells(count: int) -> None:
    assert len(short_count(count)) <= 5


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (96_512_330, "92 MB"), (5 * 1024**4, "5.0 TB")]
)
def test_sizes(size: int, text: str) -> None:
    assert short_bytes(size) == text


def test_a_time_of_another_day_carries_its_date() -> None:
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert "-" not in clock_time(now - timedelta(minutes=1), now=now)
    assert "-" in clock_time(now - timedelta(days=2), now=now)


def test_ids_are_cut_at_their_head() -> None:
    assert id_tail("20250703004903120g9g5k2p7i2") == "…g9g5k2p7i2"
    assert id_tail("short") == "short"


@pytest.mark.parametrize(
    ("owner", "text"),
    [
        ("ALIYUN$etl@example.com", "etl"),
        ("RAM$main@example.com:bi_reader", "bi_reader"),
        ("plain", "plain"),
        (None, "?"),
        ("ALIYUN$", "ALIYUN$"),
    ],
)
def test_owners(owner: str | None, text: str) -> None:
    assert short_owner(owner) == text


@given(st.floats(min_value=-1, max_value=2), st.integers(min_value=1, max_value=40))
def test_a_bar_fills_its_cells(fraction: float, width: int) -> None:
    assert len(bar(fraction, width)) == width


def test_bar() -> None:
    assert bar(0, 4) == "····"
    assert bar(1, 4) == "████"
    assert bar(0.5, 4) == "██··"
    assert bar(1 / 32, 4) == "▏···"


def test_a_bar_is_full_only_when_all_is_done_and_empty_only_when_nothing_is() -> None:
    assert bar(1999 / 2000, 4) == "███▉"
    assert bar(1 / 2000, 4) == "▏···"
    assert bar(0.5, 0) == ""


@given(st.floats(allow_nan=False))
def test_what_runs_is_never_at_100(fraction: float) -> None:
    assert 0 <= live_percent(fraction) <= 99
