"""The line in which one types what to find in a tab; it is found while one types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static


class SearchBar(Horizontal):
    """Posts `Typed` with every change, and `Left` when the operator is done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(True)", "no search", key_display="esc", id="search.clear"),
        Binding("enter,down", "leave(False)", "keep the search", key_display="⏎", id="search.keep", priority=True),
    ]

    @dataclass
    class Typed(Message):
        """These words are wanted; none when the search is given up."""

        words: str

    class Left(Message):
        """The operator is done typing."""

    def compose(self) -> ComposeResult:
        """The slash, the words, and what was found."""
        yield Static("/", id="search-slash")
        yield Input(id="search-words", compact=True, select_on_focus=False)
        yield Static(Content(), id="search-found")

    def edit(self, words: str) -> None:
        """Show the line with `words` in it."""
        self.display = True
        field = self.query_one("#search-words", Input)
        field.value = words
        field.cursor_position = len(words)
        field.focus()

    def say(self, found: str) -> None:
        """Say what was found."""
        self.query_one("#search-found", Static).update(Content(found))

    @on(Input.Changed, "#search-words")
    def take(self, message: Input.Changed) -> None:
        """Find while one types."""
        message.stop()
        self.post_message(self.Typed(message.value))

    def action_leave(self, clear: bool) -> None:
        """Hide the line; with `clear` the search is given up."""
        if clear:
            self.query_one("#search-words", Input).value = ""
            self.post_message(self.Typed(""))
        self.display = False
        self.post_message(self.Left())
