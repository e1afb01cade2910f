from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odps_tui.models import Instance, Outcome, QueueingInfo
from odps_tui.monitor import Ending, InstanceState, Roster

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def running(id_: str) -> Instance:
    return Instance(id_, "owner", "Running", START, None)


def ended(id_: str) -> Instance:
    return Instance(id_, "owner", "Terminated", START, START + timedelta(minutes=1))


def info(id_: str, progress: float = 0.0) -> QueueingInfo:
    return QueueingInfo(id_, status="Running", task_type="SQL", progress=progress, start_time=START)


def test_queue_and_history_join_by_id() -> None:
    roster = Roster()
    roster.note_queue([info("a")])
    roster.note_instances([running("a"), ended("b")])
    rows = roster.rows
    assert set(rows) == {"a", "b"}
    assert (rows["a"].owner, rows["a"].task_type) == ("owner", "SQL")
    assert roster.counts == {InstanceState.RUNNING: 1, InstanceState.ENDED: 1}


def test_unchanged_rows_stay_the_same_objects() -> None:
    roster = Roster()
    roster.note_queue([info("a"), info("b")])
    before = roster.rows
    roster.note_queue([info("a"), info("b", 0.5)])
    after = roster.rows
    assert after["a"] is before["a"]
    assert after["b"] is not before["b"]


def test_what_left_the_queue_is_unaccounted_until_its_end_is_known() -> None:
    roster = Roster()
    roster.note_queue([info("a"), info("b")])
    assert roster.unaccounted == frozenset()
    roster.note_queue([info("b")])
    assert roster.unaccounted == {"a"}
    assert roster.rows["a"].task_type == "SQL", "its type is remembered"
    roster.note_instances([ended("a")])
    assert roster.unaccounted == frozenset()


def test_a_late_running_does_not_bring_an_ended_instance_back() -> None:
    roster = Roster()
    roster.note_instances([ended("a")])
    roster.note_instances([running("a")])
    assert not roster.rows["a"].is_live


def test_outcome_and_stop_request_are_remembered() -> None:
    roster = Roster()
    roster.note_instances([running("a")])
    roster.note_stop_requested("a", START)
    assert roster.counts == {InstanceState.STOPPING: 1}
    roster.note_instances([ended("a")])
    roster.note_ending("a", Ending(Outcome.CANCELLED, "SQL"))
    assert roster.rows["a"].task_type == "SQL"
    assert roster.counts == {InstanceState.CANCELLED: 1}


def test_the_window_drops_what_ended_and_keeps_what_lives() -> None:
    roster = Roster()
    roster.note_instances([ended("old"), running("alive"), replace(ended("new"), start_time=START + timedelta(hours=1))])
    roster.forget_before(START + timedelta(minutes=30))
    assert set(roster.rows) == {"alive", "new"}
    roster.forget("alive")
    assert roster.counts == {InstanceState.ENDED: 1}


ids = st.sampled_from("abcdef")
answers = st.one_of(
    st.tuples(st.just("queue"), st.sets(ids)),
    st.tuples(st.just("running"), st.sets(ids)),
    st.tuples(st.just("ended"), st.sets(ids)),
    st.tuples(st.just("forget"), st.sets(ids, max_size=1)),
)


@given(st.lists(answers))
def test_counts_always_match_the_rows(steps: list[tuple[str, set[str]]]) -> None:
    roster = Roster()
    for kind, names in steps:
        match kind:
            case "queue":
                roster.note_queue([info(name) for name in names])
            case "running":
                roster.note_instances([running(name) for name in names])
            case "ended":
                roster.note_instances([ended(name) for name in names])
            case _:
                for name in names:
                    roster.forget(name)
        states = [row.state for row in roster.rows.values()]
        assert roster.counts == {state: states.count(state) for state in set(states)}
        live = {row.id for row in roster.rows.values() if row.is_live}
        queued = {row.id for row in roster.rows.values() if row.is_queued}
        assert roster.unaccounted == live - queued


@given(st.lists(answers), st.sets(st.sampled_from("abcd")))
def test_a_step_names_everything_that_differs(steps: list[tuple[str, set[str]]], stopped: set[str]) -> None:
    roster = Roster()
    before, end = dict(roster.rows), roster.step().end
    for kind, names in steps:
        match kind:
            case "queue":
                roster.note_queue([info(name) for name in names])
            case "running":
                roster.note_instances([running(name) for name in names])
            case "ended":
                roster.note_instances([ended(name) for name in names])
            case _ if names & stopped:
                for name in names:
                    roster.note_stop_requested(name, START)
            case _:
                for name in names:
                    roster.forget(name)
                roster.forget_before(START + timedelta(seconds=1))
        step, after = roster.step(), dict(roster.rows)
        assert step.begin == end, "a chain without a gap"
        applied = {id_: row for id_, row in before.items() if id_ not in step.touched}
        applied |= {id_: after[id_] for id_ in step.touched if id_ in after}
        assert applied == after
        assert all(applied[id_] is after[id_] for id_ in after)
        before, end = after, step.end
