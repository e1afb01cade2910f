"""How rules are written and read."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.monitor.watching import Kind, Rule, RuleError, next_time, parse_rule
from tests.monitor.watching.worlds import NOW, ended, minutes, running


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ends", "ends"),
        ("  fails   owner:etl ", "fails owner:etl"),
        ("waits>20m", "waits>20m"),
        ("waits > 90", "waits>1h30m"),
        ("waits 1h30m owner:etl", "waits>1h30m owner:etl"),
        ("stalls>10m pinned", "stalls>10m pinned"),
        ("ends this", "ends @20251124g"),
        ("ends @abc", "ends @abc"),
        ("deadline 9:05", "deadline 09:05"),
        ("deadline 10:00 job:dws pinned", "deadline 10:00 job:dws pinned"),
    ],
)
def test_written_and_read(text: str, written: str) -> None:
    rule = parse_rule(text, now=NOW, this="20251124g")
    assert str(rule) == written
    assert parse_rule(written, now=NOW) == rule


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "An empty rule"),
        ("fail owner:etl", "Did you mean fails?"),
        ("fails ownr:etl", "did you mean owner"),
        ("waits>soon", "soon is no time"),
        ("waits>400d", "400d is no time"),
        ("waits>0m", "0m is no time"),
        ("deadline 25:00", "no time of day"),
        ("deadline", "Write ends"),
        ("endsnow", "No such rule"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule(text, now=NOW)
    assert words in str(caught.value)


def test_this_needs_an_instance() -> None:
    with pytest.raises(RuleError, match="no instance at hand"):
        parse_rule("ends this", now=NOW)


def test_the_deadline_of_this_one_is_the_next_such_time() -> None:
    clock = f"{(NOW + minutes(19)).astimezone():%H:%M}"
    rule = parse_rule(f"deadline {clock} this", now=NOW, this="a")
    assert rule.moment == NOW + minutes(19)
    assert parse_rule(str(rule), now=NOW + timedelta(days=3)) == rule, "a file keeps the moment, not the time of day"
    assert rule.deadline(running("a", start=NOW - timedelta(days=1))) == rule.moment


def test_the_deadline_of_a_filter_counts_from_each_start() -> None:
    rule = parse_rule(f"deadline {NOW.astimezone():%H:%M} owner:etl", now=NOW)
    assert rule.deadline(running("a", start=NOW - minutes(100))) == NOW
    assert rule.deadline(running("a", start=NOW + minutes(1))) == NOW + timedelta(days=1)


def test_whom_it_concerns() -> None:
    pinned = frozenset({"a"})
    for text, ids in (("fails", "abc"), ("fails pinned", "a"), ("fails @b", "b"), ("fails owner:bi", "c")):
        rows = [ended("a"), ended("b"), ended("c", owner="bi")]
        whom = parse_rule(text, now=NOW).whom
        assert "".join(row.id for row in rows if whom.concerns(row, NOW, pinned)) == ids


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - they get theirs


@given(st.times().map(lambda clock: clock.replace(second=0, microsecond=0)), MOMENTS)
def test_the_next_time_of_day_is_within_a_day_and_shows_it(clock: time, after: datetime) -> None:
    found = next_time(clock, after)
    assert after <= found <= after + timedelta(hours=25)
    assert found.astimezone().time() == clock


@given(st.sampled_from([Kind.WAITS, Kind.STALLS]), st.integers(1, 31 * 86_400))
def test_every_span_is_read_back(kind: Kind, seconds: int) -> None:
    rule = Rule(kind, span=timedelta(seconds=seconds))
    assert parse_rule(str(rule), now=NOW) == rule
