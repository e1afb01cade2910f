"""What a list paints: what has become another line on the screen, and nothing else, wherever in the list it happened."""

from __future__ import annotations

import gc
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from weakref import ref

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from odps_tui.base_app import BaseApp
from odps_tui.models import Instance, QueueingInfo
from odps_tui.monitor import InstanceRow, Snapshot, slicing
from odps_tui.monitor.filtering import parse_filter
from odps_tui.painting.frames import Frames
from odps_tui.widgets.arrangement import Arrangement
from odps_tui.widgets.instance_lines import InstanceLines
from odps_tui.widgets.instance_table import InstanceTable

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PAGE = 20


class ListApp(BaseApp[None]):
    """Only the list."""

    CSS = "InstanceTable { border: none; }"

    def compose(self) -> ComposeResult:
        yield InstanceTable(id="table")

    @property
    def table(self) -> InstanceTable:
        return self.query_one(InstanceTable)


def row(number: int, cpu: int = 0) -> InstanceRow:
    """A live instance; the usual order is that of the numbers."""
    start = NOW - timedelta(hours=1) + timedelta(seconds=number)
    info = QueueingInfo(f"i{number:05}", "demo", f"job_{number}", "SQL", "task", "somebody", status="Running", cpu_usage=cpu)
    return InstanceRow(info.instance_id, Instance(info.instance_id, "somebody", "Running", start, None), info, is_queued=True)


def snapshot(rows: Mapping[str, InstanceRow], at: datetime = NOW) -> Snapshot:
    return Snapshot(rows, {}, at, NOW - timedelta(hours=1))


def by_id(*rows: InstanceRow) -> dict[str, InstanceRow]:
    return {one.id: one for one in rows}


@contextmanager
def lines_painted() -> Iterator[set[int]]:
    """Which lines of the viewport are drawn."""
    painted: set[int] = set()
    draw = InstanceLines.render_line

    def render_line(self: InstanceLines, y: int) -> object:
        painted.add(y)
        return draw(self, y)

    with patch.object(InstanceLines, "render_line", render_line):
        yield painted


async def painted_all(pilot: Pilot[None]) -> None:
    """Wait until nothing is left to be painted."""
    for _ in range(1000):
        await pilot.pause()
        frames = pilot.app.screen._update_timer
        assert isinstance(frames, Frames)
        if frames._coming is None and not pilot.app.screen._dirty_widgets:
            return
    raise AssertionError("it is painted for ever")


async def test_rows_that_come_in_above_move_the_scroll_bar_and_paint_no_line() -> None:
    app = ListApp()
    async with app.run_test(size=(120, PAGE)) as pilot:
        rows = by_id(*(row(number) for number in range(10, 200)))
        app.table.now = NOW
        app.table.snapshot = snapshot(rows)
        await painted_all(pilot)
        app.table.select("i00100")
        await painted_all(pilot)
        top = app.table.scroll_offset.y
        assert top > 0
        seen = [strip.text for strip in app.screen._compositor.render_strips()]
        with lines_painted() as painted:
            app.table.snapshot = snapshot({**by_id(*(row(number) for number in range(10))), **rows}, NOW + timedelta(seconds=5))
            await painted_all(pilot)
            assert app.table.scroll_offset.y == top + 10
            assert app.table.total == 200
            assert painted == set()
        assert [strip.text[:-1] for strip in app.screen._compositor.render_strips()] == [text[:-1] for text in seen]


@pytest.mark.parametrize(("version", "lines"), [("8.2.8", 1), ("99.0", PAGE - 2)])
async def test_lines_that_moved_are_drawn_again_only_by_a_textual_that_is_not_known(version: str, lines: int) -> None:
    app = ListApp()
    async with app.run_test(size=(120, PAGE)) as pilot:
        rows = by_id(*(row(number) for number in range(100) if number != 1))
        app.table.now = NOW
        app.table.snapshot = snapshot(rows)
        await painted_all(pilot)
        with patch("odps_tui.painting.terminal._installed_textual", return_value=version), lines_painted() as painted:
            app.table.snapshot = snapshot({**rows, **by_id(row(1))}, NOW + timedelta(seconds=5))
            await painted_all(pilot)
        assert len(painted) == lines


async def test_only_lines_that_say_something_else_are_painted() -> None:
    app = ListApp()
    async with app.run_test(size=(200, PAGE)) as pilot:
        rows = by_id(*(row(number) for number in range(200)))
        app.table.now = NOW
        app.table.arrangement = Arrangement(columns=("id", "cpu"))
        app.table.snapshot = snapshot(rows)
        await painted_all(pilot)
        with lines_painted() as painted:
            app.table.snapshot = snapshot({**rows, **by_id(row(3, 700), row(5), row(150, 700))}, NOW + timedelta(seconds=5))
            await painted_all(pilot)
            assert painted == {4}


async def test_the_screen_is_what_it_would_be_if_all_of_it_were_painted() -> None:
    """Whatever polls and keys do: what was left out is as it should be."""
    chance = random.Random(11)
    app = ListApp()
    async with app.run_test(size=(160, PAGE)) as pilot:
        table = app.table
        table.now = NOW
        rows = by_id(*(row(number) for number in range(100)))
        table.snapshot = snapshot(rows)
        for step in range(60):
            rows = dict(rows)
            for number in chance.sample(range(150), 8):
                one = row(number, chance.randrange(5) * 100)
                if chance.random() < 0.3:
                    rows.pop(one.id, None)
                elif chance.random() < 0.3:
                    assert one.instance is not None
                    ended = replace(one.instance, status="Terminated", end_time=NOW)
                    rows[one.id] = InstanceRow(one.id, ended)
                else:
                    rows[one.id] = one
            table.now = NOW + timedelta(seconds=step // 3)
            table.snapshot = snapshot(rows, NOW + timedelta(seconds=step))
            await pilot.press(chance.choice(["j", "k", "G", "g", "pagedown", "pageup", "space", "S", "greater_than_sign", "B"]))
            await painted_all(pilot)
            seen = [strip.text for strip in app.screen._compositor.render_strips()]
            table.notify_style_update()
            table.refresh()
            await painted_all(pilot)
            assert seen == [strip.text for strip in app.screen._compositor.render_strips()], step


# A long first list -----------------------------------------------------------------------------------------------------------


@contextmanager
def held_back() -> Iterator[list[Callable[[], None]]]:
    """A hundred rows are many, and what comes after the first lines were painted waits until it is called."""
    to_come: list[Callable[[], None]] = []

    def call_after_refresh(_: InstanceLines, callback: Callable[[], None]) -> bool:
        to_come.append(callback)
        return True

    with patch.multiple(slicing, COPIED=50, ASKED=20), patch.object(InstanceLines, "call_after_refresh", call_after_refresh):
        yield to_come


@asynccontextmanager
async def long_list_begun(
    *,
    arrangement: Arrangement | None = None,
    filter_text: str = "",
) -> AsyncIterator[tuple[ListApp, Pilot[None], Callable[[], Awaitable[None]]]]:
    """A list of 200 rows of which the first screen is painted; and what goes on from there, until all is painted."""
    app = ListApp()
    async with app.run_test(size=(120, PAGE)) as pilot:
        app.table.now, app.table.arrangement = NOW, arrangement or Arrangement()
        app.table.filter_by(parse_filter(filter_text) if filter_text else None)
        await painted_all(pilot)
        with held_back() as to_come:
            app.table.snapshot = snapshot(by_id(*(row(number) for number in range(199, -1, -1))))
            await painted_all(pilot)
            assert (app.table.total, len(to_come)) == (0, 1)

            async def go_on() -> None:
                to_come.pop(0)()
                await painted_all(pilot)

            yield app, pilot, go_on


def lines_of(app: ListApp) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


@pytest.mark.parametrize(
    "arrangement", [Arrangement(), Arrangement(sort="id", reverse=True)], ids=["usual", "by id, turned round"]
)
async def test_a_long_list_shows_its_first_screen_while_it_is_put_in_order_and_paints_nothing_but_the_cursor_then(
    arrangement: Arrangement,
) -> None:
    async with long_list_begun(arrangement=arrangement) as (app, pilot, go_on):
        seen = lines_of(app)
        first = "i00199" if arrangement.reverse else "i00000"
        assert first in seen[1]
        assert app.table.visible_rows()[0].id == first
        assert all("i00" in line for line in seen[1:])
        await pilot.press("j", "G", "space")
        assert (app.table.cursor, app.table.marks) == (None, frozenset()), "no key does anything to a list that is not there"
        with lines_painted() as painted:
            await go_on()
        assert (app.table.total, app.table.cursor) == (200, first)
        assert painted == {1}
        assert lines_of(app)[2:] == seen[2:]


async def test_what_is_read_while_the_first_screen_is_shown_is_what_is_put_in_order() -> None:
    async with long_list_begun() as (app, _, go_on):
        app.table.snapshot = snapshot(by_id(*(row(number) for number in range(1, 200))), NOW + timedelta(seconds=5))
        await go_on()
        assert (app.table.total, app.table.cursor) == (199, "i00001")
        assert "i00001" in lines_of(app)[1]


async def test_lines_that_a_filter_may_leave_out_are_not_shown_before_it_has_been_asked() -> None:
    async with long_list_begun(filter_text="id:i0019") as (app, _, go_on):
        assert not any("i00" in line for line in lines_of(app))
        await go_on()
        assert app.table.shown == 10
        assert "i00190" in lines_of(app)[1]


async def test_another_order_takes_the_first_screen_of_the_one_before_away() -> None:
    async with long_list_begun() as (app, pilot, go_on):
        app.table.arrangement = Arrangement(sort="id", reverse=True)
        await painted_all(pilot)
        assert not any("i00000" in line for line in lines_of(app))
        await go_on()
        assert "i00199" in lines_of(app)[1], "the first screen of the new order"
        await go_on()
        assert app.table.total == 200
        assert "i00199" in lines_of(app)[1]


async def test_a_list_that_is_taken_away_lets_go_of_its_rows_before_the_collector_comes() -> None:
    app = ListApp()
    async with app.run_test(size=(120, PAGE)) as pilot:
        app.table.snapshot = snapshot(by_id(*(row(number) for number in range(10))))
        await painted_all(pilot)
        table, listing = app.table, ref(app.table._listing)
        gc.disable()
        try:
            await table.remove()
            assert listing() is None
            assert table.snapshot is None
        finally:
            gc.enable()
