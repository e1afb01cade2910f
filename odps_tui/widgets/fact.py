"""One fact: its name, and what it is beside it, however many lines that takes."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static


class Fact(Horizontal):
    """`name` in a narrow column of its own, so that a long `text` wraps beside it and never below it."""

    def __init__(self, name: str, text: Content) -> None:
        super().__init__()
        self._label = name
        self._text = text

    def compose(self) -> ComposeResult:
        """The two columns."""
        yield Static(Content(self._label), classes="fact-name")
        yield Static(self._text, classes="fact-text")
