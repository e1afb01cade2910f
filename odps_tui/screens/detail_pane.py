"""The detail pane: one instance behind tabs, each with its own age and errors, asked for only while it is shown."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from odps_tui.models import TaskResult
from odps_tui.monitor import InstanceDetail as Detail
from odps_tui.monitor import InstanceRow
from odps_tui.monitor.result_rows import ResultRows, completeness, read_rows
from odps_tui.screens.detail_tabs import Tab, comes_at_the_end, faulty, fields_of, is_read_once, readings_of
from odps_tui.widgets.detail import highlighting
from odps_tui.widgets.detail.ages import age_words, fault_line
from odps_tui.widgets.detail.cost_table import cost_table
from odps_tui.widgets.detail.failures import failures_of
from odps_tui.widgets.detail.overview import overview, peek
from odps_tui.widgets.detail.raw_document import raw_document
from odps_tui.widgets.detail.result_document import result_document
from odps_tui.widgets.detail.result_table import ResultTable
from odps_tui.widgets.detail.search_bar import SearchBar
from odps_tui.widgets.detail.sql_document import sql_document
from odps_tui.widgets.detail.tab_fields import cell_fields
from odps_tui.widgets.detail.tab_line import TabLine
from odps_tui.widgets.detail.task_list import task_list
from odps_tui.widgets.detail.text_view import TextView
from odps_tui.widgets.fields import Field
from odps_tui.widgets.kept_lines import KeptLines
from odps_tui.widgets.notation import id_tail

_PEEK_LINES = 6
"""A pane of so few lines shows the short form, without tabs."""


class DetailPane(Vertical):
    """Shows `row` at once and `detail` as soon as it is read; a detail of another instance is not shown.

    Posts `TabShown`, and `SaveWanted` with what a file is to hold.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "tab(-1)", "tab before", key_display="[", id="tab.before", show=False),
        Binding("right_square_bracket", "tab(1)", "tab behind", key_display="]", id="tab.behind", show=False),
        Binding("slash", "search", "search", key_display="/", id="detail.search", show=False, tooltip="search this tab"),
        Binding("n", "find(1)", "next match", id="detail.next", show=False),
        Binding("N", "find(-1)", "match before", id="detail.before", show=False),
        Binding("E", "save", "save the result", id="detail.save", show=False, tooltip="write the result to a file"),
    ]

    head: var[InstanceRow | None] = var(None)
    """The instance that the pane is about to show; its name is on top at once."""
    row: var[InstanceRow | None] = var(None)
    detail: var[Detail | None] = var(None)
    now: var[datetime | None] = var(None)
    tab: var[Tab] = var(Tab.OVERVIEW, init=False)

    tabs = getters.query_one("#tabs", TabLine)
    facts = getters.query_one("#facts-view", VerticalScroll)
    facts_lines = getters.query_one("#overview", KeptLines)
    text = getters.query_one("#text", TextView)
    table = getters.query_one("#rows", ResultTable)
    search_bar = getters.query_one(SearchBar)

    class TabShown(Message):
        """Another tab is shown: something else is to be asked for."""

    @dataclass
    class SaveWanted(Message):
        """`text` is to be written to a file; `proposed` is a name for it."""

        text: str
        proposed: str

    def __init__(self, project: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._project = project
        self._age = ""
        self._table_of: TaskResult | None = None
        """The result whose rows are in the table, or on their way there."""

    def compose(self) -> ComposeResult:
        """The tabs; facts, a text or a table below them; the line to search in."""
        yield TabLine(tuple(tab.value for tab in Tab), id="tabs")
        with VerticalScroll(id="facts-view"):
            yield KeptLines(id="overview")
        yield TextView(id="text")
        yield ResultTable(id="rows")
        yield SearchBar(id="search-bar")

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "Detail"
        self._say()

    def focus(self, scroll_visible: bool = True) -> Self:
        """What is shown gets the keys."""
        self._shown.focus(scroll_visible)
        return self

    # What changes it -------------------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Short form or long form."""
        self._say()

    def watch_row(self, before: InstanceRow | None, after: InstanceRow | None) -> None:
        """Another instance starts at its top; the same one keeps its place."""
        if before is not None and after is not None and before.id != after.id:
            self.facts.scroll_home(animate=False)
        self._say()

    def watch_head(self) -> None:
        """Another instance is coming."""
        title = Content(f"Detail {id_tail(self.head.id)}" if self.head is not None else "Detail")
        if self.border_title != title.markup:
            self.border_title = title
        if self._is_behind:
            self._say_age("reading …")

    def watch_detail(self) -> None:
        """More was read."""
        self._say()

    def watch_now(self) -> None:
        """Time went on: durations and the age of the reading."""
        self._say()

    def watch_tab(self) -> None:
        """Another tab starts at its top, and is asked for."""
        self.facts.scroll_home(animate=False)
        had_focus = self.has_focus_within
        self._say()
        if had_focus:
            self.focus()
        self.post_message(self.TabShown())

    def action_tab(self, step: int) -> None:
        """Show the tab to the left or right; behind the last comes the first."""
        every = list(Tab)
        self.tab = every[(every.index(self.tab) + step) % len(every)]

    @on(TabLine.Chosen)
    def choose_tab(self, message: TabLine.Chosen) -> None:
        """A tab was clicked."""
        self.tab = Tab(message.name)

    # Searching and saving --------------------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Type what to find; facts are too few to be searched."""
        if self._shown is not self.facts:
            self.search_bar.edit(self._searched.words)

    def action_find(self, step: int) -> None:
        """Go to the next match."""
        self._searched.find_next(step)

    @on(SearchBar.Typed)
    def find(self, message: SearchBar.Typed) -> None:
        """Find while one types."""
        self._searched.words = message.words

    @on(SearchBar.Left)
    def leave_search(self) -> None:
        """Back to what was searched."""
        self.focus()

    @on(TextView.Searched)
    @on(ResultTable.Searched)
    def say_found(self, message: TextView.Searched | ResultTable.Searched) -> None:
        """How many there are."""
        self.search_bar.say(message.says)

    def action_save(self) -> None:
        """Write the result to a file: all of it, as it came."""
        results = self._results
        if results and self.row is not None:
            kind = "csv" if len(results) == 1 and results[0].format == "csv" else "txt"
            text = results[0].text if len(results) == 1 else "\n".join(f"-- {one.name}\n{one.text}" for one in results)
            self.post_message(self.SaveWanted(text, f"{self.row.id}-result.{kind}"))

    def fields(self) -> Iterator[Field]:
        """Return what can be copied of the tab that is shown, worked out as it is taken."""
        rows = self.table.rows
        if self.row is None:
            return iter(())
        if self.table.display and rows is not None:
            return cell_fields(rows, self.table.cursor, self.table.column)
        return fields_of(self.tab, self.row, self._known, self._project)

    # What is said ----------------------------------------------------------------------------------------------------------

    @property
    def _known(self) -> Detail | None:
        return self.detail if self.detail is not None and self.row is not None and self.detail.id == self.row.id else None

    @property
    def _is_behind(self) -> bool:
        return self.head is not None and (self.row is None or self.row.id != self.head.id)

    @property
    def _results(self) -> list[TaskResult]:
        known = self._known
        return list((known.results.value or {}).values()) if known is not None else []

    @property
    def _is_peek(self) -> bool:
        return self.size.height <= _PEEK_LINES

    @property
    def _shown(self) -> Widget:
        return next((view for view in (self.text, self.table) if view.display), self.facts)

    @property
    def _searched(self) -> TextView | ResultTable:
        return self.table if self.table.display else self.text

    def _say(self) -> None:
        if not self.is_mounted:
            return
        self.tabs.display = not self._is_peek
        if not self._is_peek:
            self.tabs.shown, self.tabs.faults = self.tab.value, frozenset(faulty(self._known))
        if self._is_behind:
            self._say_nothing()
        elif self.row is None or self.now is None:
            self._show_facts(Content.styled("no instance selected", "$foreground-muted"))
            self._say_age("")
        elif self._is_peek:
            self._show_facts(peek(self.row, self._known, self.now))
            self._say_age("")
        else:
            self._say_tab(self.row, self._known, self.now)

    def _say_nothing(self) -> None:
        """Its name stands on top, its facts are not drawn yet; those of the one before go as soon as the cursor races on."""
        if self.row is None:
            self._show_facts(Content.styled("…", "$foreground-muted"))
        self._say_age("reading …")

    def _say_tab(self, row: InstanceRow, detail: Detail | None, now: datetime) -> None:
        if detail is None:
            self._show_facts(overview(row, None, now, self._project) if self.tab is Tab.OVERVIEW else _waiting())
            self._say_age("reading …")
            return
        is_too_early = comes_at_the_end(self.tab) and not detail.is_terminated
        age = "" if is_too_early else age_words(readings_of(self.tab, detail), now, once=is_read_once(self.tab, detail))
        self._say_age(age)
        match self.tab:
            case Tab.OVERVIEW:
                self._show_facts(overview(row, detail, now, self._project))
            case Tab.TASKS:
                self._show_facts(task_list(detail, now))
            case Tab.COST:
                self._show_facts(cost_table(row, detail))
            case Tab.SQL:
                self._say_sql(detail)
            case Tab.RESULT:
                self._say_result(detail)
            case Tab.RAW:
                self._say_raw(detail)

    def _say_sql(self, detail: Detail) -> None:
        job = detail.job.value
        if job is None:
            self._show_facts(fault_line(detail.job) if detail.job.error is not None else _waiting())
            return
        failures = failures_of(detail)
        size = sum(len(task.query or "") for task in job.tasks) if highlighting.is_loaded() else sys.maxsize
        self._show_text(("sql", detail.id, detail.job.read_at, tuple(failures)), size, lambda: sql_document(job, failures))

    def _say_raw(self, detail: Detail) -> None:
        answers = detail.answers
        if not answers:
            self._show_facts(_waiting())
            return
        key = ("raw", detail.id, tuple((answer.question, answer.read_at) for answer in answers))
        size = sum(len(answer.text) for answer in answers)
        self._show_text(key, size, lambda: raw_document(answers), is_live=True)

    def _say_result(self, detail: Detail) -> None:
        results = self._results
        if detail.results.value is None:
            words = "It has not ended: there is no result yet." if not detail.is_terminated else "reading …"
            is_bad = detail.results.error is not None
            self._show_facts(fault_line(detail.results) if is_bad else Content.styled(words, "$foreground-muted"))
        elif not any(result.text for result in results):
            self._show_facts(Content.styled("It left nothing behind.", "$foreground-muted"))
        elif len(results) == 1 and results[0].format == "csv" and not failures_of(detail):
            self._say_rows(results[0])
        else:
            self._say_texts(detail, results)

    def _say_texts(self, detail: Detail, results: Iterable[TaskResult]) -> None:
        shown, failures = tuple(results), failures_of(detail)
        queries = {task.name: task.query for task in detail.job.value.tasks} if detail.job.value is not None else {}
        key = ("result", detail.id, detail.results.read_at, tuple(failures), tuple(queries))
        size = sum(len(result.text) for result in shown)
        self._show_text(key, size, lambda: result_document(shown, failures, queries))

    def _say_rows(self, result: TaskResult) -> None:
        if self._table_of is not result:
            self._table_of = result
            self.table.rows = None
            self._show_facts(Content.styled("reading the rows …", "$foreground-muted"))
            self._read_rows(result)
        elif self.table.rows is not None:
            self._show(self.table)
            self.border_subtitle = Content(f"{_rows_words(self.table.rows, result)} · {self._age}")

    @work(exclusive=True, group="rows")
    async def _read_rows(self, result: TaskResult) -> None:
        """Half a second for 16 MB: beside the event loop."""
        rows = await asyncio.to_thread(read_rows, result)
        known = self._known
        if self._table_of is not result or known is None:
            return
        if rows is None:
            self._say_texts(known, [result])
        else:
            self.table.rows = rows
            self._say()

    # Showing ---------------------------------------------------------------------------------------------------------------

    def _show(self, view: Widget) -> None:
        for one in (self.facts, self.text, self.table):
            one.display = one is view

    def _show_facts(self, text: Content) -> None:
        self._show(self.facts)
        self.facts_lines.show(text)

    def _show_text(self, key: tuple[object, ...], size: int, build: object, *, is_live: bool = False) -> None:
        self._show(self.text)
        is_same_text = is_live and self._text_key[:2] == key[:2]
        self._text_key = key
        self.text.show(key, size, build, fresh=not is_same_text)  # type: ignore[arg-type]

    _text_key: tuple[object, ...] = ()

    def _say_age(self, age: str) -> None:
        if self._age != age or not age:
            self._age = age
            self.border_subtitle = Content(age)


def _waiting() -> Content:
    return Content.styled("reading …", "$foreground-muted")


def _rows_words(rows: ResultRows, result: TaskResult) -> str:
    kept = f", of which {len(rows.rows):,} are kept" if rows.is_cut else ""
    return f"{rows.total:,} rows{kept} · {completeness(result, rows.total)}"
