"""Which rules come true, when, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odps_tui.models import Outcome, StageProgress, SubStatus, TaskProgress
from odps_tui.monitor import InstanceRow
from odps_tui.monitor.snapshot import Step
from odps_tui.monitor.watching import Comparison, Firing, Firings, Pins, RuleBook, Verdict, parse_rule, waiting_since
from tests.monitor.watching.worlds import NOW, ended, minutes, running, snapshot, suspended, waiting


class Watched:
    """A list that goes on, and the rules at work on it."""

    def __init__(self, *rules: str, pinned: Iterable[str] = (), firings: Firings | None = None) -> None:
        self.book = RuleBook([parse_rule(rule, now=NOW) for rule in rules], firings)
        self.pinned = frozenset(pinned)
        self.comparison = Comparison()

    def look(self, *rows: InstanceRow, after: float = 0, unseen: Iterable[InstanceRow] = ()) -> list[Firing]:
        look = self.comparison.look(snapshot(rows, NOW + minutes(after)))
        assert look is not None
        fired = self.book.look(look, self.pinned, unseen)
        while self.book.is_behind:
            fired += self.book.examine()
        return fired

    def words(self, *rows: InstanceRow, after: float = 0) -> list[str]:
        return [f"{firing.row.id} {firing.words}" for firing in self.look(*rows, after=after)]


def test_an_end_waits_for_its_outcome() -> None:
    watched = Watched("ends")
    watched.look(running("a"))
    assert watched.words(ended("a"), after=1) == []
    assert watched.book.awaited == {"a"}
    assert watched.words(ended("a", Outcome.FAILED), after=2) == ["a has failed"]
    assert watched.words(ended("a", Outcome.FAILED), after=3) == []


def test_an_end_whose_outcome_nobody_tells_is_told_without() -> None:
    watched = Watched("ends", "fails")
    watched.look(running("a"))
    told = [words for number in range(8) for words in watched.words(ended("a"), after=number)]
    assert told == ["a has ended, nobody told how"]
    assert watched.words(ended("a", Outcome.FAILED), after=9) == ["a has failed"], "the other rule, which waited on"


@pytest.mark.parametrize(
    ("outcome", "told"),
    [(Outcome.FAILED, ["a has failed"]), (Outcome.SUCCESS, []), (Outcome.CANCELLED, [])],
)
def test_only_failures(outcome: Outcome, told: list[str]) -> None:
    watched = Watched("fails owner:etl")
    watched.look(running("a"), running("b", owner="bi"))
    assert watched.words(ended("a", outcome), ended("b", Outcome.FAILED, owner="bi"), after=1) == told


def test_what_had_ended_before_is_no_news() -> None:
    watched = Watched("ends", "fails")
    assert watched.words(ended("a", Outcome.FAILED)) == []
    assert watched.words(ended("a", Outcome.FAILED), ended("old", Outcome.FAILED, start=NOW - minutes(300)), after=1) == []


def test_learning_how_an_old_one_ended_is_no_news() -> None:
    watched = Watched("fails")
    watched.look(ended("a"))
    assert watched.words(ended("a", Outcome.FAILED), after=1) == []


def test_a_pinned_one_that_ended_while_nobody_looked_is_told() -> None:
    pins = Pins().toggled(running("a")).toggled(ended("b", Outcome.SUCCESS))
    rows = {"a": ended("a", Outcome.FAILED), "b": ended("b", Outcome.SUCCESS)}
    watched = Watched("ends pinned", pinned=pins.ids)
    fired = watched.look(*rows.values(), unseen=pins.ended_unseen(rows))
    assert [firing.row.id for firing in fired] == ["a"]
    assert pins.seen(rows).ended_unseen(rows) == []


def test_waiting_is_told_once_it_is_longer_than_that() -> None:
    watched = Watched("waits>20m")
    rows = waiting("a"), waiting("b", start=NOW + minutes(2)), running("c")
    assert watched.words(*rows) == []
    assert watched.words(*rows, after=20) == [], "exactly twenty is not longer"
    assert watched.words(*rows, after=21) == ["a has waited 21m"]
    assert watched.words(*rows, after=23) == ["b has waited 21m"]
    assert watched.words(*rows, after=60) == []


def test_who_no_longer_waits_when_it_is_due_is_not_told() -> None:
    watched = Watched("waits>20m")
    watched.look(waiting("a"))
    assert watched.words(running("a"), after=19) == []
    assert watched.words(running("a"), after=40) == []


def test_a_filter_about_time_is_asked_again() -> None:
    watched = Watched("waits>10m age>30m")
    watched.look(waiting("a"))
    assert watched.words(waiting("a"), after=11) == []
    assert watched.words(waiting("a"), after=31) == ["a has waited 31m"]


def test_who_went_back_to_waiting_waits_since_then() -> None:
    history = (
        SubStatus("Waiting", 1010, NOW),
        SubStatus("Running", 1042, NOW + minutes(1)),
        SubStatus("W", 1010, NOW + minutes(9)),
    )
    assert waiting_since(waiting("a", history=history)) == NOW + minutes(9)
    assert waiting_since(waiting("a")) == NOW
    assert waiting_since(running("a")) is None


def test_a_rule_given_later_looks_at_what_is_there() -> None:
    watched = Watched()
    watched.look(waiting("a"))
    assert watched.book.add(parse_rule("waits>5m", now=NOW))
    assert not watched.book.add(parse_rule("waits>5m", now=NOW))
    assert watched.words(waiting("a"), after=6) == ["a has waited 6m"]


def test_a_rule_taken_away_is_silent_and_may_come_again() -> None:
    watched = Watched("waits>5m")
    watched.look(waiting("a"))
    rule = watched.book.rules[0]
    watched.book.remove(rule)
    assert watched.words(waiting("a"), after=6) == []
    watched.book.add(rule)
    assert watched.words(waiting("a"), after=7) == ["a has waited 7m"]


def test_progress_that_stands() -> None:
    watched = Watched("stalls>10m")
    watched.look(running("a", progress=0.3))
    assert watched.words(running("a", progress=0.4), after=5) == []
    assert watched.words(running("a", progress=0.4), after=11) == []
    assert watched.words(running("a", progress=0.4), after=16) == ["a ~progress has stood at 40% for 11m"]


def finished(count: int) -> dict[str, TaskProgress]:
    return {"t": TaskProgress((StageProgress("M1", "RUNNING", 40, terminated_workers=count, running_workers=2),))}


@pytest.mark.parametrize("rule", ["stalls>10m @a", "stalls>10m pinned"])
def test_workers_that_were_asked_know_better_than_the_queue(rule: str) -> None:
    watched = Watched(rule, pinned=["a"])
    watched.look(running("a", progress=0.4), running("b"))
    assert watched.book.to_ask() == ["a"]
    for after, count in ((0, 7), (6, 8), (12, 8), (16, 8)):
        watched.book.take_workers("a", NOW + minutes(after), finished(count))
        assert watched.words(running("a", progress=0.4), after=after) == [], "what has not been looked at for long is not told"
    watched.book.take_workers("a", NOW + minutes(17), finished(8))
    assert watched.words(running("a", progress=0.4), after=18) == ["a no worker has finished for 11m (2 at work)"]
    assert watched.book.to_ask() == [], "told: nobody wants to know any more"


def test_workers_of_one_that_does_not_run_are_neither_asked_nor_remembered() -> None:
    watched = Watched("stalls>10m @a", "stalls>5m owner:etl")
    watched.look(waiting("a"), running("b"))
    assert watched.book.to_ask() == []
    watched.look(running("a", progress=None), running("b"), after=1)
    watched.book.take_workers("a", NOW + minutes(1), finished(3))
    watched.look(suspended("a"), after=2)
    assert watched.book.standstill("a") is None
    watched.book.take_workers("a", NOW + minutes(3), finished(3))
    assert watched.book.standstill("a") is None


def test_a_wide_rule_takes_the_word_of_workers_too_where_they_are_asked() -> None:
    watched = Watched("stalls>10m", "stalls>30m @a")
    for after in (0, 5, 11):
        watched.look(running("a", progress=0.4), running("b", progress=0.4), after=after)
        watched.book.take_workers("a", NOW + minutes(after), finished(int(after)))
    told = watched.words(running("a", progress=0.4), running("b", progress=0.4), after=12)
    assert told == [], "b was told at eleven, and a's workers finish"
    for after in (11, 16, 22):
        watched.book.take_workers("a", NOW + minutes(after), finished(99))
    assert watched.words(running("a", progress=0.4), running("b", progress=0.4), after=23) == [
        "a no worker has finished for 11m (2 at work)"
    ]


def test_a_hidden_progress_says_nothing() -> None:
    watched = Watched("stalls>10m", "deadline 23:59 @a")
    for after in (0, 10, 20, 30):
        assert watched.words(running("a", progress=-1.0), after=after) == []


def test_what_has_fired_in_another_session_is_not_told_again() -> None:
    watched = Watched("waits>5m", firings=Firings([("waits>5m", "a", "")]))
    assert watched.words(waiting("a", start=NOW - minutes(30)), waiting("b", start=NOW - minutes(30))) == ["b has waited 30m"]


def test_acknowledged() -> None:
    watched = Watched("waits>5m")
    watched.look(waiting("a", start=NOW - minutes(30)), waiting("b", start=NOW - minutes(30)))
    firings = watched.book.firings
    assert len(firings.unacknowledged) == 2
    assert firings.acknowledge([("waits>5m", "a", "")]) == 1
    assert firings.acknowledge() == 1
    assert firings.acknowledge() == 0
    assert len(firings.keys) == 2, "acknowledged is not forgotten"


def test_thousands_are_told_once_each() -> None:
    watched = Watched("waits>5m")
    many = [waiting(f"i{number}", start=NOW - minutes(30)) for number in range(12_000)]
    assert len(watched.look(*many)) == 12_000
    assert watched.look(*many, after=1) == []
    assert len(watched.book.firings.keys) == 2000, "so many are kept for the next session"
    watched.book.firings.acknowledge()
    watched.look(*many[:3], after=2)
    assert watched.book.firings.count(watched.book.rules[0]) == 3
    for number in range(3000):
        watched.book.firings.add(Firing(watched.book.rules[0], waiting(f"n{number}"), NOW, ""))
    assert watched.look(*many[:3], after=3) == []


# Deadlines -----------------------------------------------------------------------------------------------------------------


def deadline(after: float) -> str:
    return f"deadline {(NOW + minutes(after)).astimezone():%H:%M} @a"


def verdict(watched: Watched, row: InstanceRow, after: float) -> Verdict:
    return watched.book.judgement(watched.book.rules[0], row, NOW + minutes(after)).verdict


@pytest.mark.parametrize(("until", "expected"), [(60, Verdict.ON_TIME), (15, Verdict.AT_RISK)])
def test_a_steady_pace_gives_a_verdict(until: float, expected: Verdict) -> None:
    """A tenth in two minutes: done after twenty."""
    watched = Watched(deadline(until))
    fired = [firing for step in range(5) for firing in watched.look(running("a", progress=step / 10), after=2 * step)]
    assert verdict(watched, running("a", progress=0.4), 8) is expected
    assert [firing.words.split(":")[0] for firing in fired] == (["at risk for 09"] if expected is Verdict.AT_RISK else [])


def test_without_a_pace_nothing_is_said() -> None:
    watched = Watched(deadline(60))
    watched.look(running("a", progress=0.1))
    assert verdict(watched, running("a", progress=0.1), 0) is Verdict.UNKNOWN
    assert verdict(watched, waiting("a"), 0) is Verdict.UNKNOWN
    assert verdict(watched, suspended("a"), 0) is Verdict.UNKNOWN


def test_a_pace_that_has_stopped_is_no_pace() -> None:
    """The last wave: what came before says nothing about the one worker that is left."""
    watched = Watched(deadline(60))
    for step in range(5):
        watched.look(running("a", progress=step / 5), after=step)
    assert verdict(watched, running("a", progress=0.8), 4) is Verdict.ON_TIME
    assert verdict(watched, running("a", progress=0.8), 14) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (running("a"), Verdict.LATE),
        (waiting("a"), Verdict.LATE),
        (ended("a", Outcome.SUCCESS, end=NOW + minutes(29)), Verdict.ON_TIME),
        (ended("a", Outcome.SUCCESS, end=NOW + minutes(31)), Verdict.LATE),
        (ended("a", Outcome.FAILED, end=NOW + minutes(5)), Verdict.LATE),
        (ended("a", end=NOW + minutes(5)), Verdict.UNKNOWN),
    ],
)
def test_after_the_time(row: InstanceRow, expected: Verdict) -> None:
    assert verdict(Watched(deadline(30)), row, 32) is expected


def test_late_is_told_once() -> None:
    watched = Watched(deadline(10))
    assert watched.words(waiting("a")) == []
    (told,) = watched.words(waiting("a"), after=11)
    assert told.startswith("a late for ")
    assert watched.words(waiting("a"), after=12) == []


@pytest.mark.parametrize("whom", ["@a", "owner:etl"])
def test_at_risk_is_told_and_late_is_told_too(whom: str) -> None:
    watched = Watched(deadline(15).replace("@a", whom))
    told = [words for step in range(5) for words in watched.words(running("a", progress=step / 10), after=2 * step)]
    assert [words[:14] for words in told] == ["a at risk for "]
    assert len(watched.book.firings.unacknowledged) == 1
    (late,) = watched.words(running("a", progress=0.7), after=16)
    assert late.startswith("a late for ")
    assert [firing.verdict for firing in watched.book.firings.unacknowledged.values()] == ["late"], "one alert, the newest"
    assert watched.words(running("a", progress=0.8), after=18) == []
    assert watched.book.firings.count(watched.book.rules[0]) == 1, "one instance"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ended("a", Outcome.SUCCESS, end=NOW + minutes(16)), ["a late for 09:56: it ended 09:57"]),
        (ended("a", Outcome.FAILED, end=NOW + minutes(3)), ["a late for 09:56: it has ended Failed"]),
        (ended("a", Outcome.SUCCESS, end=NOW + minutes(14)), []),
    ],
)
def test_one_that_ended_between_two_looks_may_be_late_too(row: InstanceRow, words: list[str]) -> None:
    watched = Watched("deadline 09:56 owner:etl", "deadline 09:56 pinned", pinned=["b"])
    watched.look(running("a"), ended("c", Outcome.SUCCESS, end=NOW + minutes(20)))
    assert watched.words(row, after=18) == words
    assert watched.words(row, after=19) == []


def test_late_is_told_after_a_restart_when_only_the_risk_was_before() -> None:
    rule = deadline(15)
    firings = Firings([(rule, "a", "at risk")])
    watched = Watched(rule, firings=firings)
    assert watched.words(running("a")) == []
    assert [words[:7] for words in watched.words(running("a"), after=16)] == ["a late "]


def test_a_deadline_for_many_is_due_by_itself() -> None:
    watched = Watched(f"deadline {(NOW + minutes(10)).astimezone():%H:%M} owner:etl")
    watched.look(waiting("a"), waiting("b", owner="bi"))
    assert [words[:6] for words in watched.words(waiting("a"), waiting("b", owner="bi"), after=11)] == ["a late"]


# A great many --------------------------------------------------------------------------------------------------------------


def test_a_great_many_are_looked_at_a_part_at_a_time() -> None:
    """The first look, and a rule given later: no part is larger than some thousands of questions, and every one is asked."""
    watched = Watched("waits>5m", "stalls>1h")
    many = [waiting(f"i{number}", start=NOW - minutes(30)) for number in range(5000)]
    look = watched.comparison.look(snapshot(many))
    assert look is not None
    assert watched.book.look(look, frozenset()) == []
    parts = []
    while watched.book.is_behind:
        parts.append(len(watched.book.examine()))
    assert parts == [1000] * 5
    watched.book.add(parse_rule("waits>9m", now=NOW))
    look = watched.comparison.look(snapshot(many, NOW + minutes(1)))
    assert look is not None
    watched.book.look(look, frozenset())
    parts = []
    while watched.book.is_behind:
        parts.append(len(watched.book.examine()))
    assert (sum(parts), max(parts)) == (5000, 666)


def test_what_becomes_due_at_once_is_looked_at_a_part_at_a_time() -> None:
    watched = Watched("waits>20m")
    many = [waiting(f"i{number}") for number in range(5000)]
    watched.look(*many)
    look = watched.comparison.look(snapshot(many, NOW + minutes(21), step=None))
    assert look is not None
    watched.book.look(look, frozenset())
    parts = []
    while watched.book.is_behind:
        parts.append(len(watched.book.examine()))
    assert (sum(parts), max(parts)) == (5000, 2000)


def test_a_poll_that_comes_in_between_is_what_the_rest_is_looked_at_by() -> None:
    watched = Watched("waits>5m")
    many = [waiting(f"i{number:04}", start=NOW - minutes(30)) for number in range(3000)]
    look = watched.comparison.look(snapshot(many))
    assert look is not None
    watched.book.look(look, frozenset())
    assert len(watched.book.examine()) == 2000
    told = watched.look(*many[:2500], running("i2999"), after=1)
    assert sorted(firing.row.id for firing in told) == [f"i{number:04}" for number in range(2000, 2500)]


# Whatever happens ----------------------------------------------------------------------------------------------------------

STATES = st.sampled_from(["wait", "run", "gone"])


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.1, 9), st.dictionaries(st.sampled_from("abcd"), STATES), st.booleans()), max_size=12),
    st.integers(1, 20),
)
def test_the_heap_tells_what_a_look_at_every_row_would_tell(polls: list[tuple[float, dict[str, str], bool]], span: int) -> None:
    watched = Watched(f"waits>{span}m")
    rows: dict[str, InstanceRow] = {}
    told: set[str] = set()
    at = 0.0
    for number, (pause, changes, _) in enumerate(polls):
        at += pause
        for id_, state in changes.items():
            before = rows.pop(id_, None)
            start = before.start_time if before is not None and before.start_time else NOW + minutes(at)
            if state != "gone":
                rows[id_] = waiting(id_, start=start) if state == "wait" else running(id_, start=start)
        look = watched.comparison.look(snapshot(rows.values(), NOW + minutes(at), step=Step(number, number + 1, set(changes))))
        assert look is not None
        firings = watched.book.look(look, frozenset())
        while watched.book.is_behind:
            firings += watched.book.examine()
        fired = [firing.row.id for firing in firings]
        since = {id_: waiting_since(row) for id_, row in rows.items()}
        long = {id_ for id_, moment in since.items() if moment and NOW + minutes(at) - moment > timedelta(minutes=span)}
        assert sorted(fired) == sorted(long - told)
        told |= long
