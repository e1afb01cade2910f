"""What is said to have happened between two snapshots."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.models import Outcome
from odps_tui.monitor import InstanceRow, Roster
from odps_tui.monitor.snapshot import Step
from odps_tui.monitor.watching import Change, Comparison, Transition
from tests.monitor.watching.worlds import NOW, ended, minutes, running, snapshot, suspended, waiting


def between(before: list[InstanceRow], after: list[InstanceRow]) -> list[tuple[str, Change]]:
    comparison = Comparison()
    comparison.look(snapshot(before))
    look = comparison.look(snapshot(after, NOW + minutes(1)))
    assert look is not None
    return [(one.row.id, one.change) for one in look.transitions]


STOPPING = replace(running("a"), stop_requested_at=NOW)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (None, running("a"), [Change.NEW]),
        (None, ended("a", Outcome.FAILED), [Change.NEW, Change.ENDED]),
        (waiting("a"), running("a"), [Change.STARTED]),
        (running("a"), waiting("a"), [Change.WAITS]),
        (running("a"), suspended("a"), [Change.SUSPENDED]),
        (suspended("a"), running("a"), [Change.RESUMED]),
        (running("a"), STOPPING, [Change.STOP_REQUESTED]),
        (STOPPING, replace(ended("a", Outcome.CANCELLED), stop_requested_at=NOW), [Change.ENDED]),
        (running("a"), ended("a"), [Change.ENDED]),
        (ended("a"), ended("a", Outcome.FAILED), [Change.LEARNED]),
        (running("a", progress=0.1), running("a", progress=0.9), []),
        (running("a"), None, []),
    ],
)
def test_one_instance(before: InstanceRow | None, after: InstanceRow | None, changes: list[Change]) -> None:
    found = between([before] if before else [], [after] if after else [])
    assert found == [("a", change) for change in changes]


def test_what_comes_into_sight_because_the_window_grew_is_not_new() -> None:
    assert between([], [running("a", start=NOW - minutes(30)), ended("b", Outcome.FAILED, start=NOW - minutes(300))]) == []


def test_after_a_gap_in_polling_everything_that_began_in_it_is_new() -> None:
    comparison = Comparison()
    comparison.look(snapshot([], NOW))
    look = comparison.look(snapshot([running("a", start=NOW + minutes(1))], NOW + minutes(40)))
    assert look is not None
    assert [one.change for one in look.transitions] == [Change.NEW]


def test_a_list_that_is_not_whole_yet_is_no_beginning() -> None:
    comparison = Comparison()
    assert comparison.look(snapshot([running("a")], complete=False)) is None
    first = comparison.look(snapshot([running("a"), running("b")]))
    assert first is not None
    assert first.is_first
    assert first.transitions == ()
    assert set(first.touched) == {"a", "b"}


KINDS = st.sampled_from([running, waiting, ended, lambda id_: ended(id_, Outcome.FAILED), lambda _: None])


@given(st.lists(st.tuples(st.dictionaries(st.sampled_from("abcdef"), KINDS), st.booleans()), max_size=8))
def test_the_short_cut_finds_what_a_whole_comparison_finds(polls: list[tuple[dict[str, object], bool]]) -> None:
    """Some snapshots get lost on their way to the reader who goes by steps; the other compares everything."""
    short, whole = Comparison(), Comparison()
    rows: dict[str, InstanceRow] = {}
    for number, (changes, is_lost) in enumerate(polls):
        for id_, make in changes.items():
            row = make(id_)  # type: ignore[operator]
            rows.pop(id_, None)
            if row is not None:
                rows[id_] = row
        if is_lost:
            continue
        at = NOW + minutes(number)
        by_step = short.look(snapshot(rows.values(), at, step=Step(number, number + 1, set(changes))))
        by_value = whole.look(snapshot(rows.values(), at))
        assert _found(by_step) == _found(by_value)


def _found(look: object) -> set[Transition]:
    return set(getattr(look, "transitions", ()))


def test_a_poll_over_many_rows_looks_at_what_was_touched_only() -> None:
    roster = Roster()
    roster.note_instances(running(f"i{number}").instance for number in range(1000))  # type: ignore[misc]
    comparison = Comparison()
    comparison.look(snapshot(roster.rows.values(), step=roster.step()))
    roster.note_instances([ended("i7").instance])  # type: ignore[list-item]
    look = comparison.look(snapshot(roster.rows.values(), step=roster.step()))
    assert look is not None
    assert set(look.touched) == {"i7"}
    assert [one.change for one in look.transitions] == [Change.ENDED]
