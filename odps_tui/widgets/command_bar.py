"""The line in which a command is typed: `:unlock 10m`, `:audit` …"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static


class CommandBar(Horizontal):
    """Posts `Given` with what was typed, and hides; `commands` are suggested while one types."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", key_display="esc", id="command.leave"),
    ]

    @dataclass
    class Given(Message):
        """A command, as it was typed; empty when the operator left."""

        text: str

    def __init__(self, commands: tuple[str, ...], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._commands = commands

    def compose(self) -> ComposeResult:
        """The colon and the text."""
        yield Static(":", id="command-colon")
        yield Input(id="command-text", compact=True, suggester=SuggestFromList(self._commands))

    def ask(self) -> None:
        """Show the line, empty."""
        self.display = True
        field = self.query_one("#command-text", Input)
        field.value = ""
        field.focus()

    @on(Input.Submitted, "#command-text")
    def give(self, message: Input.Submitted) -> None:
        """Enter gives the command."""
        message.stop()
        self._finish(message.value)

    def action_leave(self) -> None:
        """Leave without one."""
        self._finish("")

    def _finish(self, text: str) -> None:
        self.display = False
        self.post_message(self.Given(text.strip()))
