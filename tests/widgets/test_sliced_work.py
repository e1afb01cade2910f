"""Who works when: keys before news, the latest of each kind, and everybody else in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.timer import Timer

from odps_tui.monitor.slicing import Steps
from odps_tui.widgets import sliced_work
from odps_tui.widgets.sliced_work import NEWS, SlicedWork


class Timers:
    """Timers that go off when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], None], list[bool]]] = []
        self.pauses: list[float] = []

    def set(self, seconds: float, callback: Callable[[], None]) -> Timer:
        stopped = [False]
        self.waiting.append((callback, stopped))
        self.pauses.append(seconds)

        class Stoppable:
            def stop(self) -> None:
                stopped[0] = True

        return cast(Timer, Stoppable())

    def go_off(self) -> bool:
        """Let the next one go off; return whether there was one."""
        while self.waiting:
            callback, stopped = self.waiting.pop(0)
            if not stopped[0]:
                callback()
                return True
        return False


class Desk:
    """Work that leaves a trace: its name when it is done, a dot for each slice."""

    def __init__(self) -> None:
        self.timers = Timers()
        self.work = SlicedWork(self.timers.set)
        self.trace: list[str] = []

    def do(self, kind: str, name: str, slices: int) -> None:
        self.work.do(kind, lambda: self._steps(name, slices))

    def _steps(self, name: str, slices: int) -> Steps[None]:
        for _ in range(slices):
            self.trace.append(".")
            yield
        self.trace.append(name)

    @property
    def done(self) -> list[str]:
        return [entry for entry in self.trace if entry != "."]

    def to_the_end(self) -> None:
        while self.timers.go_off():
            pass


@pytest.fixture(autouse=True, scope="module")
def _each_slice_is_long() -> Iterator[None]:
    """After every slice somebody else has a turn."""
    ticks = iter(range(10**9))
    with patch.object(sliced_work, "perf_counter", lambda: next(ticks)):
        yield


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
        yield
        desk.do("filter", "asked meanwhile", 1)
        desk.trace.append("asker")

    desk.work.do("filter", steps)
    desk.to_the_end()
    assert desk.done == ["asker", "asked meanwhile"]


def test_work_that_breaks_is_not_begun_again() -> None:
    desk = Desk()

    def steps() -> Steps[None]:
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
