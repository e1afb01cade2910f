"""A key is painted at once; what nobody waits for is not painted more often than anybody sees, and never left out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.widgets import Static

from odps_tui.base_app import BaseApp
from odps_tui.hands import Hands
from odps_tui.painting.frames import AT_ONCE, AT_REST, AT_THE_KEYS, IN_TIME, JUST_NOW, Frames


class Coming:
    """A callback that has a time."""

    def __init__(self, at: float, callback: Callable[[], None]) -> None:
        self.at, self._callback = at, callback
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True

    def go(self) -> None:
        if not self.is_cancelled:
            self._callback()


class Wall:
    """Frames on which it is written when they were painted."""

    def __init__(self) -> None:
        self.now = 100.0
        self.painted: list[float] = []
        self.hands = Hands(lambda: self.now)
        self._coming: list[Coming] = []
        self.frames = Frames(lambda: self.painted.append(self.now), self._later, hands=self.hands, clock=lambda: self.now)

    def _later(self, seconds: float, callback: Callable[[], None]) -> Coming:
        self._coming.append(Coming(self.now + seconds, callback))
        return self._coming[-1]

    def pass_time(self, seconds: float) -> None:
        end = self.now + seconds
        for coming in sorted(self._coming, key=lambda coming: coming.at):
            if coming.at <= end:
                self._coming.remove(coming)
                self.now = max(self.now, coming.at)
                coming.go()
        self.now = end

    def paints_within(self, seconds: float) -> bool:
        before = len(self.painted)
        self.pass_time(seconds)
        return len(self.painted) > before


def test_the_first_is_painted_at_once() -> None:
    wall = Wall()
    wall.frames.resume()
    assert wall.paints_within(0.0)


def test_two_that_nobody_waits_for_are_well_apart() -> None:
    wall = Wall()
    wall.frames.resume()
    wall.pass_time(0.001)
    wall.frames.resume()
    assert not wall.paints_within(AT_REST * 0.9)
    assert wall.paints_within(AT_REST * 0.1)


def test_after_a_rest_the_next_one_does_not_wait() -> None:
    wall = Wall()
    wall.frames.resume()
    wall.pass_time(1.0)
    wall.frames.resume()
    assert wall.paints_within(0.0)


def test_a_key_that_was_pressed_since_is_painted_soon() -> None:
    wall = Wall()
    wall.frames.resume()
    wall.pass_time(0.001)
    wall.frames.resume()
    wall.pass_time(0.001)
    wall.hands.moved()
    wall.frames.resume()
    assert wall.paints_within(AT_ONCE), "and what was to be painted later is painted with it"
    assert not wall.paints_within(1.0), "once"


def test_a_key_that_came_before_a_paint_and_has_its_effect_behind_it_is_painted_soon() -> None:
    wall = Wall()
    wall.hands.moved()
    wall.pass_time(0.001)
    wall.frames.resume()
    wall.pass_time(0.001)
    wall.frames.resume()
    assert wall.paints_within(AT_ONCE)


def test_what_a_key_has_set_off_follows_sooner_than_what_nobody_waits_for() -> None:
    wall = Wall()
    wall.hands.moved()
    wall.pass_time(JUST_NOW)
    wall.frames.resume()
    wall.pass_time(0.001)
    wall.frames.resume()
    assert not wall.paints_within(AT_ONCE)
    assert wall.paints_within(IN_TIME - AT_ONCE)
    wall.pass_time(AT_THE_KEYS)
    wall.frames.resume()
    wall.pass_time(0.001)
    wall.frames.resume()
    assert not wall.paints_within(IN_TIME)


def test_what_is_taken_back_is_not_painted() -> None:
    wall = Wall()
    wall.frames.resume()
    wall.frames.pause()
    assert not wall.paints_within(1.0)
    wall.frames.resume()
    assert wall.paints_within(0.0)


@given(st.lists(st.tuples(st.sampled_from(["key", "change"]), st.floats(0, 0.05))))
def test_whatever_comes_everything_is_painted_in_the_end_and_not_too_often(course: list[tuple[str, float]]) -> None:
    wall = Wall()
    changed_at = None
    for what, seconds in course:
        if what == "key":
            wall.hands.moved()
        changed_at = wall.now
        wall.frames.resume()
        wall.pass_time(seconds)
    wall.pass_time(AT_REST)
    if changed_at is not None:
        assert wall.painted[-1] >= changed_at
    assert all(after - before > AT_ONCE * 0.99 for before, after in zip(wall.painted, wall.painted[1:], strict=False))


class Page(BaseApp[None]):
    """A word that can be changed."""

    def compose(self) -> ComposeResult:
        yield Static("before", id="word")


async def test_screens_are_painted_by_frames_and_all_that_is_to_come_after_a_paint_comes() -> None:
    app = Page()
    async with app.run_test() as pilot:
        assert isinstance(app.screen._update_timer, Frames)
        done: list[str] = []
        app.query_one("#word", Static).update("after")
        app.call_after_refresh(done.append, "painted")
        for _ in range(100):
            if not done:
                await pilot.pause(0.01)
        assert done == ["painted"]
        assert any("after" in strip.text for strip in app.screen._compositor.render_strips())


async def test_what_breaks_while_painting_breaks_the_app_and_not_silently() -> None:
    class Broken(Static):
        def render_line(self, y: int) -> object:  # type: ignore[override]
            raise ValueError(y)

    class BrokenPage(App[None]):
        def compose(self) -> ComposeResult:
            yield Broken()

    Page()  # from now on every screen
    with pytest.raises(ValueError, match="0"):
        async with BrokenPage().run_test():
            pass
