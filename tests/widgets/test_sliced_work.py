"""Who works when: keys before news, the latest of each kind, and everybody else in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.timer import Timer

from odps_tui.hands import Hands
from odps_tui.monitor.slicing import Steps
from odps_tui.widgets.sliced_work import NEWS, PATIENCE, STILL, SlicedWork

SLICE = 0.02
"""Seconds that each slice takes here: after every one somebody else has a turn."""


class Timers:
    """Timers that go off when the test says so; then it is as late as they said."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waiting: list[tuple[float, Callable[[], None], list[bool]]] = []
        self.pauses: list[float] = []

    def set(self, seconds: float, callback: Callable[[], None]) -> Timer:
        stopped = [False]
        self.waiting.append((self.now + seconds, callback, stopped))
        self.pauses.append(seconds)

        class Stoppable:
            def stop(self) -> None:
                stopped[0] = True

        return cast(Timer, Stoppable())

    def go_off(self) -> bool:
        """Let the next one go off; return whether there was one."""
        while self.waiting:
            at, callback, stopped = self.waiting.pop(0)
            if not stopped[0]:
                self.now = max(self.now, at)
                callback()
                return True
        return False


class Desk:
    """Work that leaves a trace: its name when it is done, a dot for each slice."""

    def __init__(self) -> None:
        self.timers = Timers()
        self.hands = Hands(self.clock)
        self.work = SlicedWork(self.timers.set, hands=self.hands, clock=self.clock)
        self.trace: list[str] = []

    def clock(self) -> float:
        return self.timers.now

    def do(self, kind: str, name: str, slices: int) -> None:
        self.work.do(kind, lambda: self._steps(name, slices))

    def _steps(self, name: str, slices: int) -> Steps[None]:
        for _ in range(slices):
            self.trace.append(".")
            self.timers.now += SLICE
            yield
        self.trace.append(name)

    @property
    def done(self) -> list[str]:
        return [entry for entry in self.trace if entry != "."]

    def to_the_end(self) -> None:
        while self.timers.go_off():
            pass


def test_what_is_small_is_done_at_once() -> None:
    desk = Desk()
    desk.do("filter", "a", 0)
    assert desk.done == ["a"]
    assert desk.work.is_done
    assert not desk.timers.waiting


def test_others_have_a_turn_after_every_slice_and_longer_while_nobody_waits() -> None:
    desk = Desk()
    desk.do(NEWS, "poll", 2)
    assert (desk.trace, desk.work.is_done) == (["."], False)
    desk.timers.go_off()
    assert desk.trace == [".", "."]
    desk.to_the_end()
    assert desk.trace == [".", ".", "poll"]
    desk.do("filter", "a", 1)
    assert desk.timers.pauses[0] > desk.timers.pauses[-1]


def test_of_two_wishes_of_a_kind_only_the_later_is_done() -> None:
    desk = Desk()
    desk.do("filter", "e", 3)
    desk.do("filter", "et", 3)
    desk.do("filter", "etl", 3)
    desk.to_the_end()
    assert desk.done == ["etl"]


def test_a_burst_of_keys_takes_one_turn_and_not_one_each() -> None:
    desk = Desk()
    for name in ("e", "et", "etl", "etl_"):
        desk.do("filter", name, 3)
    assert desk.trace == ["."], "the first one has begun, and the others wait for its rest to end"
    desk.to_the_end()
    assert desk.done == ["etl_"]


def test_news_hold_still_while_a_key_is_on_its_way() -> None:
    desk = Desk()
    desk.do(NEWS, "poll", 2)
    desk.timers.now += 0.001
    desk.hands.moved()
    pressed = desk.timers.now
    while desk.trace == ["."]:
        assert desk.timers.go_off()
    assert STILL <= desk.timers.now - pressed - SLICE < 2 * STILL
    desk.to_the_end()
    assert desk.done == ["poll"]


def test_what_a_key_wants_does_not_hold_still() -> None:
    desk = Desk()
    desk.hands.moved()
    desk.do("filter", "a", 3)
    desk.hands.moved()
    desk.to_the_end()
    assert desk.done == ["a"]
    assert desk.timers.now < 3 * SLICE + STILL


@given(st.floats(0.001, 0.05), st.integers(1, 20))
def test_under_a_key_that_is_held_down_news_get_on(between: float, slices: int) -> None:
    desk = Desk()
    desk.do(NEWS, "poll", slices)
    while not desk.done:
        desk.timers.waiting.append((desk.timers.now + between, desk.hands.moved, [False]))
        desk.timers.waiting.sort(key=lambda timer: timer[0])
        assert desk.timers.go_off(), "they wait for nothing"
        assert desk.timers.now < (slices + 1) * (PATIENCE + SLICE + STILL)
    assert desk.done == ["poll"]


def test_news_give_way_and_are_begun_anew() -> None:
    desk = Desk()
    desk.do(NEWS, "poll", 3)
    desk.do("filter", "a", 2)
    desk.do("order", "b", 1)
    desk.to_the_end()
    assert desk.done == ["a", "b", "poll"]
    assert desk.trace.count(".") == 1 + 2 + 1 + 3


def test_news_that_came_meanwhile_take_the_place_of_those_that_gave_way() -> None:
    desk = Desk()
    desk.do(NEWS, "first", 3)
    desk.do(NEWS, "second", 1)
    desk.do("filter", "a", 1)
    desk.to_the_end()
    assert desk.done == ["a", "second"]


def test_news_wait_for_the_news_before_them() -> None:
    desk = Desk()
    for name in ("first", "second", "third"):
        desk.do(NEWS, name, 2)
    desk.to_the_end()
    assert desk.done == ["first", "third"], "a list that is read without a pause is shown all the same"


def test_work_that_asks_for_work_is_finished_first() -> None:
    desk = Desk()

    def steps() -> Steps[None]:
        desk.timers.now += SLICE
        yield
        desk.do("filter", "asked meanwhile", 1)
        desk.trace.append("asker")

    desk.work.do("filter", steps)
    desk.to_the_end()
    assert desk.done == ["asker", "asked meanwhile"]


def test_what_is_stopped_does_not_go_on() -> None:
    desk = Desk()
    desk.do(NEWS, "poll", 3)
    desk.do("filter", "a", 3)
    desk.work.stop()
    desk.to_the_end()
    assert desk.work.is_done
    assert not desk.done
    desk.do("order", "b", 1)
    desk.to_the_end()
    assert desk.done == ["b"]


def test_work_that_breaks_is_not_begun_again() -> None:
    desk = Desk()

    def steps() -> Steps[None]:
        desk.timers.now += SLICE
        yield
        raise ValueError

    desk.work.do("filter", steps)
    with pytest.raises(ValueError):  # noqa: PT011 - of our own making
        desk.to_the_end()
    desk.do("order", "b", 0)
    assert desk.done == ["b"]


kinds = st.sampled_from(["filter", "order", NEWS])


@given(st.lists(st.tuples(kinds, st.integers(0, 3), st.integers(0, 3))))
def test_the_latest_of_each_kind_is_always_done_and_last(asked: list[tuple[str, int, int]]) -> None:
    desk = Desk()
    for number, (kind, slices, turns) in enumerate(asked):
        desk.do(kind, f"{kind} {number}", slices)
        for _ in range(turns):
            desk.timers.go_off()
    desk.to_the_end()
    assert desk.work.is_done
    assert len(set(desk.done)) == len(desk.done), "nothing is done twice"
    for kind in {kind for kind, *_ in asked}:
        latest = max(number for number, one in enumerate(asked) if one[0] == kind)
        assert [name for name in desk.done if name.startswith(kind)][-1] == f"{kind} {latest}"
