"""The line in which a filter is typed. It works while one types; what cannot be read yet is marked and does no harm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from odps_tui.monitor.filtering import FilterError, RowFilter, parse_filter


class _Problem(Highlighter):
    """Underlines the characters that are wrong."""

    def __init__(self) -> None:
        self.span: tuple[int, int] | None = None

    def highlight(self, text: Text) -> None:
        if self.span is not None:
            text.stylize("bold red underline", *self.span)


class FilterBar(Horizontal):
    """Posts `Filtered` for each text that can be read, and `Left` when the operator is done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(True)", "clear the filter", key_display="esc", id="filter.clear"),
        Binding("enter,down", "leave(False)", "keep the filter", key_display="⏎", id="filter.keep", priority=True),
    ]

    @dataclass
    class Filtered(Message):
        """What was typed so far is a filter."""

        filter: RowFilter

    class Left(Message):
        """The operator is done typing."""

    def compose(self) -> ComposeResult:
        """The slash, the text, and what is wrong with it."""
        yield Static("/", id="filter-slash")
        yield Input(id="filter-text", compact=True, select_on_focus=False, highlighter=_Problem())
        yield Static(Content(), id="filter-problem")

    def edit(self, text: str) -> None:
        """Show the line with `text` in it."""
        self.display = True
        field = self.query_one("#filter-text", Input)
        field.value = text
        field.cursor_position = len(text)
        field.focus()

    @on(Input.Changed, "#filter-text")
    def read(self, message: Input.Changed) -> None:
        """Read what has been typed."""
        message.stop()
        problem, span = "", None
        try:
            self.post_message(self.Filtered(parse_filter(message.value)))
        except FilterError as error:
            problem, span = str(error), (error.start, error.end)
        if isinstance(message.input.highlighter, _Problem):
            message.input.highlighter.span = span
        self._say_problem(problem)

    def _say_problem(self, problem: str) -> None:
        # To update it lays the screen out, and the rows would have to wait for the frame after that.
        static = self.query_one("#filter-problem", Static)
        if problem != str(static.content):
            static.update(Content(problem))

    def action_leave(self, clear: bool) -> None:
        """Hide the line; with `clear` the filter goes too."""
        if clear:
            self.query_one("#filter-text", Input).value = ""
            self.post_message(self.Filtered(RowFilter()))
        self.display = False
        self.post_message(self.Left())
