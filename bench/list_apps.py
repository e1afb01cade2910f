"""The two lists that `instance_list.py` compares, each in an app of its own that measures itself and says when it has painted."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import time
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

from list_data import NOW, SHOWN, SORTED_BY, FakeService, clock
from rich.console import RenderableType
from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import DataTable, Input

from odps_tui.app import OdpsApp
from odps_tui.base_app import NIGHT, BaseApp
from odps_tui.hands import HANDS
from odps_tui.large_heap import expect_many_rows, look_when_nobody_is_there
from odps_tui.messages import PollAnswered
from odps_tui.monitor import Change, Poller, Snapshot
from odps_tui.monitor.filtering import RowFilter, parse_filter
from odps_tui.monitor.selection import AllOf
from odps_tui.monitor.slicing import Steps
from odps_tui.painting.painter import Painter
from odps_tui.widgets.arrangement import Arrangement
from odps_tui.widgets.filter_bar import FilterBar
from odps_tui.widgets.instance_table import InstanceTable

PAINTED = "\x1b]777;%d\x07"
"""Goes to the terminal behind the first paint after the n-th thing that was asked for by key: no terminal shows it."""

Report = Callable[..., None]


def resident() -> float:
    """MB of memory that this process has."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Gaps:
    """How long the event loop was held up: a task sleeps for a millisecond and looks how late it wakes.

    Only time in which this thread was at work counts: on a busy machine it also waits for a processor.
    """

    def __init__(self) -> None:
        self.worst = 0.0

    async def watch(self) -> None:
        while True:
            before, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            self.worst = max(self.worst, min(time.perf_counter() - before - 0.001, time.thread_time() - worked))

    def take(self) -> float:
        """Return the longest since last asked, in ms."""
        worst, self.worst = self.worst * 1e3, 0.0
        return worst


class ListApp(App[None]):
    """Measures its list: load, polls, filter, keys, memory; what it finds goes through `report`."""

    CSS_PATH = OdpsApp.CSS_PATH
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, rows: int, polls: int, loads: int, report: Report) -> None:
        super().__init__()
        self.register_theme(NIGHT)
        self.theme = NIGHT.name
        self._rows, self._polls, self._loads, self._report = rows, polls, loads, report
        self._gaps = Gaps()
        self._painted = asyncio.Event()
        self._asked = 0
        self._answered = 0
        self._go_on = asyncio.Event()
        self._is_taken_in = True
        self._shows_more = False

    # What differs ----------------------------------------------------------------------------------------------------------

    @abstractmethod
    def new_list(self) -> Widget:
        """Return an empty list."""

    @abstractmethod
    def load(self, snapshot: Snapshot) -> None:
        """Show a first snapshot."""

    @abstractmethod
    def poll(self, snapshot: Snapshot) -> None:
        """Show the next one."""

    @abstractmethod
    def sort(self, *, usual: bool = False) -> None:
        """Sort by a column that every poll changes, or in the usual order, in which 1 of 1,000 rows moves."""

    @property
    def has_more_to_come(self) -> bool:
        """Whether what was painted is only the beginning of the list."""
        return False

    @property
    @abstractmethod
    def cursor_line(self) -> int | None:
        """The line of the screen with the cursor; None while the list has still to work before it can be painted."""

    # Paints ----------------------------------------------------------------------------------------------------------------

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        self._shows_more |= renderable is not None and self._shows_cursor(renderable)
        super()._display(screen, renderable)
        self._note_painted()

    def _note_painted(self) -> None:
        if not self._shows_more or not self._is_written:
            return
        self._shows_more = False
        if self._is_taken_in:
            self._painted.set()
        if self._asked > self._answered and self._driver is not None:
            self._answered = self._asked
            self._driver.write(PAINTED % self._answered)
            self._driver.flush()

    @property
    def _is_written(self) -> bool:
        """Whether all that was drawn has been written to the terminal."""
        return True

    def _shows_cursor(self, renderable: Any) -> bool:
        line = self.cursor_line
        spans = getattr(renderable, "spans", None)
        return line is not None and (spans is None or any(y == line for y, _, _ in spans))

    async def paint_after(self, act: Callable[[], object]) -> float:
        """Return the ms from `act`, which brings a snapshot, to the paint that shows it."""
        before = time.perf_counter()
        self._is_taken_in = False
        act()
        self._painted.clear()
        await self._painted.wait()
        return (time.perf_counter() - before) * 1e3

    def note_asked(self) -> None:
        """A key has taken effect; the next paint shows it."""
        self._asked += 1

    def note_taken_in(self) -> None:
        """All of a snapshot is in the list; the next paint shows it."""
        self._is_taken_in = True

    # The course ------------------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        yield self.new_list()

    def on_mount(self) -> None:
        self.run_worker(self._measure())

    def on_poll_answered(self, message: PollAnswered) -> None:
        if isinstance(message.answer, Snapshot):
            self.poll(message.answer)

    def key_f1(self) -> None:
        """The other side has typed all it wanted."""
        self._go_on.set()

    async def _measure(self) -> None:
        watch = asyncio.create_task(self._gaps.watch())
        await asyncio.sleep(0.5)
        empty = await self._settled_memory()
        self._service = FakeService(self._rows)
        poller = Poller(self._service, clock=clock)
        snapshot = await self._first_read(poller)
        self._report(memory_loaded=await self._settled_memory() - empty)
        await self._measure_loads(snapshot)
        await self._measure_polls(poller)
        self._report(memory_polled=await self._settled_memory() - empty)
        await self._type("filter")
        async with self._polling(poller):
            await self._type("keys_sorted")
            self.sort(usual=True)
            await self._type("keys")
        watch.cancel()
        self.exit()

    async def _first_read(self, poller: Poller) -> Snapshot:
        return await poller.read_once()

    async def _measure_loads(self, snapshot: Snapshot) -> None:
        for _ in range(self._loads):
            await self.query("InstanceTable, DataTable").remove()
            await self.mount(self.new_list(), before=0)
            await asyncio.sleep(0.3)
            self._gaps.take()
            first = await self.paint_after(lambda: self.load(snapshot))
            whole = first + (await self.paint_after(lambda: None) if self.has_more_to_come else 0.0)
            self._report(load=first, load_whole=whole, load_gap=self._gaps.take())
            await asyncio.sleep(0.3)
        self.query_one("InstanceTable, DataTable").focus()

    async def _measure_polls(self, poller: Poller) -> None:
        self.sort()
        await asyncio.sleep(0.5)
        for _ in range(self._polls):
            await self._service.change()
            self._gaps.take()
            before = time.perf_counter()
            snapshot = await poller.read_once()
            reading = (time.perf_counter() - before) * 1e3
            shown = await self.paint_after(lambda snapshot=snapshot: self.post_message(PollAnswered(snapshot)))  # type: ignore[misc]
            await asyncio.sleep(0.05)
            self._report(poll=shown, poll_reading=reading, poll_gap=self._gaps.take())

    async def _type(self, what: str) -> None:
        await asyncio.sleep(0.3)
        self._gaps.take()
        self._go_on.clear()
        self._report(ready=what)
        await self._go_on.wait()
        self._report(**{f"{what}_gap": self._gaps.take()})

    @asynccontextmanager
    async def _polling(self, poller: Poller) -> AsyncIterator[None]:
        async def loop() -> None:
            while True:
                await self._service.change()
                self.post_message(PollAnswered(await poller.read_once()))
                await asyncio.sleep(1.0)

        task = asyncio.create_task(loop())
        yield
        task.cancel()

    async def _settled_memory(self) -> float:
        gc.collect()
        await asyncio.sleep(0.2)
        return resident()


class OurApp(ListApp, BaseApp[None]):
    """Our list and our filter's line in an app of ours: keys in their order, frames in time, and painted frugally."""

    CSS = "FilterBar { display: block; } InstanceTable { border: none; }"

    def _paint(self, driver: Driver, painter: Painter) -> None:
        super()._paint(driver, painter)
        self._note_painted()

    @property
    def _is_written(self) -> bool:
        return self._painter is not None and not self._painter._touched  # noqa: SLF001

    def new_list(self) -> Widget:
        self.table = _Ours(id="table")
        self.table.now = NOW
        return self.table

    def compose(self) -> ComposeResult:
        yield self.new_list()
        yield FilterBar()

    def load(self, snapshot: Snapshot) -> None:
        self.table.snapshot = snapshot

    def poll(self, snapshot: Snapshot) -> None:
        self.table.snapshot = snapshot
        look_when_nobody_is_there(HANDS.rest)

    def sort(self, *, usual: bool = False) -> None:
        self.table.arrangement = Arrangement(sort="" if usual else SORTED_BY, columns=tuple(column.id for column in SHOWN))

    @property
    def has_more_to_come(self) -> bool:
        return self.table.total == 0

    @property
    def cursor_line(self) -> int | None:
        return self.table.region.y + 1 + self.table._cursor_line  # noqa: SLF001 - where the watcher looks for the cursor

    async def _first_read(self, poller: Poller) -> Snapshot:
        """The first list comes in pages, and each page is shown."""
        await asyncio.sleep(0.3)
        self._gaps.take()
        before, first = time.perf_counter(), None
        async for answer in poller.instances():
            if not isinstance(answer, Snapshot):
                raise answer.error
            shown = await self.paint_after(lambda answer=answer: self.post_message(PollAnswered(answer)))  # type: ignore[misc]
            gap = self._gaps.take()
            self._report(page=shown, page_gap=gap)
            first = first or (time.perf_counter() - before) * 1e3
            if answer.complete:
                self._report(pages_first=first, pages_total=(time.perf_counter() - before) * 1e3)
                return answer
        raise AssertionError("the poller ended before the list was complete")

    def key_slash(self) -> None:
        self.query_one(FilterBar).edit("")

    def on_filter_bar_filtered(self, message: FilterBar.Filtered) -> None:
        self.table.filter_by(None if message.filter.is_empty else AllOf((message.filter,)))

    def on_filter_bar_left(self) -> None:
        self.table.focus()


class _Ours(InstanceTable):
    """Tells when what was asked is done, not when it was begun; paints the cursor's line then even if nothing in it changed."""

    def _look_ahead(self, snapshot: Snapshot) -> Steps[None]:
        yield from super()._look_ahead(snapshot)
        self._measured.note_taken_in()

    def _take_in(self, snapshot: Snapshot) -> Steps[None]:
        yield from super()._take_in(snapshot)
        self._measured.note_taken_in()
        self._refresh_line_of(self.cursor)

    def _rearrange(self, steps: Steps[Change]) -> Steps[None]:
        yield from super()._rearrange(steps)
        self._measured.note_asked()
        self._refresh_line_of(self.cursor)

    def action_cursor_by(self, lines: int) -> None:
        super().action_cursor_by(lines)
        self._measured.note_asked()

    @property
    def _measured(self) -> ListApp:
        app = self.app
        assert isinstance(app, ListApp)
        return app


class PeerApp(ListApp):
    """Textual's DataTable, used as well as it can be: known cells updated one by one, sorted anew, refilled for a filter."""

    CSS = "DataTable { height: 1fr; } Input { height: 1; border: none; }"

    def compose(self) -> ComposeResult:
        yield self.new_list()
        yield Input(compact=True, select_on_focus=False)

    def new_list(self) -> Widget:
        self._snapshot: Snapshot | None = None
        self._is_usual = False
        self.table = _Peer(cursor_type="row")
        for column in SHOWN:
            self.table.add_column(column.title, key=column.id, width=column.width or 20)
        return self.table

    def load(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        table = self.table
        for row in snapshot.rows.values():
            table.add_row(*(column.write(row, NOW) for column in SHOWN), key=row.id)
        self.note_taken_in()

    def poll(self, snapshot: Snapshot) -> None:
        before, self._snapshot = self._snapshot, snapshot
        table = self.table
        assert before is not None
        assert snapshot.step is not None
        for id_ in snapshot.step.touched:
            row, old = snapshot.rows[id_], before.rows[id_]
            for column in SHOWN:
                text = column.write(row, NOW)
                if text != column.write(old, NOW):
                    table.update_cell(id_, column.id, text)
        self._order()
        self.note_taken_in()

    def sort(self, *, usual: bool = False) -> None:
        self._is_usual = usual
        self._order()

    def _order(self) -> None:
        """It has no usual order: then it is left as it is."""
        if not self._is_usual:
            self.table.sort(SORTED_BY, reverse=True)

    @property
    def cursor_line(self) -> int | None:
        table = self.table
        if table.virtual_size.height <= table.row_count:  # it has not yet measured its new rows
            return None
        return int(table.region.y + 1 + table.cursor_row - table.scroll_offset.y)

    def key_slash(self) -> None:
        self.query_one(Input).focus()

    def key_escape(self) -> None:
        self.table.focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        if self._snapshot is None:
            return
        chosen = parse_filter(message.value) if message.value else RowFilter()
        table, rows = self.table, self._snapshot.rows
        table.clear()
        for id_ in chosen.select(rows.values(), NOW):
            table.add_row(*(column.write(rows[id_], NOW) for column in SHOWN), key=id_)
        self.note_asked()


class _Peer(DataTable[str]):
    BINDINGS: ClassVar = [("j", "cursor_down"), ("k", "cursor_up")]

    def action_cursor_down(self) -> None:
        super().action_cursor_down()
        app = self.app
        assert isinstance(app, ListApp)
        app.note_asked()


APPS: dict[str, Callable[[int, int, int, Report], ListApp]] = {"ours": OurApp, "peer": PeerApp}


def run(name: str, rows: int, polls: int, loads: int, descriptor: int) -> None:
    """Run an app on this terminal; write what it reports to a pipe, one JSON object a line."""
    expect_many_rows()
    with os.fdopen(descriptor, "w", buffering=1, encoding="ascii") as pipe:

        def report(**facts: Any) -> None:
            pipe.write(json.dumps(facts) + "\n")

        app = APPS[name](rows, polls, loads, report)
        app.run()
