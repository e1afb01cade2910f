"""The choice of how far back the list reaches."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from odps_tui.monitor.window import WINDOWS, WindowError, parse_window, write_window


class WindowDialog(ModalScreen[timedelta | None]):
    """Dismissed with a window, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,t", "dismiss(None)", "close", key_display="esc", id="window.close"),
    ]

    def __init__(self, window: timedelta) -> None:
        super().__init__()
        self._window = window

    def compose(self) -> ComposeResult:
        """The usual windows, and a line for another."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Show what started in the last …"
            yield OptionList(*(Option(Content(write_window(window))) for window in WINDOWS), id="windows")
            yield Input(placeholder="another: 90m, 2d …", id="other", compact=True)
            yield Static(Content("What still runs is always shown, however old it is."), id="facts")

    def on_mount(self) -> None:
        """The cursor is on the window in force."""
        options = self.query_one("#windows", OptionList)
        options.highlighted = WINDOWS.index(self._window) if self._window in WINDOWS else None
        options.focus()

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """One of the usual windows."""
        self.dismiss(WINDOWS[message.option_index])

    @on(Input.Submitted)
    def read(self, message: Input.Submitted) -> None:
        """Another window."""
        try:
            self.dismiss(parse_window(message.value))
        except WindowError as error:
            self.query_one("#facts", Static).update(Content.styled(str(error), "$text-error"))
