"""Asks for the name of the file that an export goes to."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class ExportDialog(ModalScreen[Path | None]):
    """Dismissed with a path, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", key_display="esc", id="export.close"),
    ]

    def __init__(self, proposed: str, title: str, hint: str) -> None:
        super().__init__()
        self._proposed = proposed
        self._title = title
        self._hint = hint

    def compose(self) -> ComposeResult:
        """A line for the name."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield Input(self._proposed, id="path", compact=True)
            yield Static(Content(self._hint), id="facts")

    @on(Input.Submitted)
    def choose(self, message: Input.Submitted) -> None:
        """The name is given."""
        self.dismiss(Path(message.value).expanduser() if message.value.strip() else None)
