"""What every app of ours is: its look, its keys in order, and what happens when it breaks."""

from __future__ import annotations

from pathlib import Path

from textual import events
from textual.app import ReturnType
from textual.content import Content
from textual.theme import Theme

from odps_tui.config.crash_report import crash_words
from odps_tui.hands import HANDS
from odps_tui.painting.app import FrugalApp
from odps_tui.painting.early_screen import EarlyScreen
from odps_tui.safe_text import clean
from odps_tui.screens.type_ahead import TypeAhead

_HERE = Path(__file__).resolve().parent
_STYLES = _HERE / "styles.tcss"
"""Beside this file in the wheel; one folder up in a checkout. Absolute: a relative path is resolved from a subclass's file."""

NIGHT = Theme(
    name="odps-night",
    primary="#5fafff",
    secondary="#87afd7",
    accent="#d7af5f",
    warning="#ffaf5f",
    error="#ff5f5f",
    success="#87d787",
    foreground="#d0d0d0",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    dark=True,
    variables={
        "text-muted": "#9e9e9e",
        "foreground-muted": "#8a8a8a",
        "text-primary": "#87d7ff",
        "text-secondary": "#87afd7",
        "text-accent": "#d7af5f",
        "text-warning": "#ffaf5f",
        "text-error": "#ff8787",
        "text-success": "#87d787",
    },
)
"""Every colour that much is written in is one of the 240 that all terminals have alike: it takes half the bytes to name."""


class BaseApp(FrugalApp[ReturnType]):
    """An app with our stylesheet and theme."""

    TITLE = "odps-tui"
    CSS_PATH = _STYLES if _STYLES.exists() else _HERE.parent / "styles.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *, frugal: bool = True, early: EarlyScreen | None = None) -> None:
        super().__init__(frugal=frugal, early=early)
        self.register_theme(NIGHT)
        self.theme = NIGHT.name
        self._type_ahead = TypeAhead(self, super().on_event)

    async def on_event(self, event: events.Event) -> None:
        """A key that the terminal sent waits until the key before it has been dealt with. What is pasted is cleaned."""
        if isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded:
            HANDS.moved()
        if isinstance(event, events.Paste) and not event.is_forwarded:
            event = events.Paste(clean(event.text.replace("\r\n", "\n").replace("\r", "\n")))  # terminals send a Return per line
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._type_ahead.take(event)
        else:
            await super().on_event(event)

    def on_key_passed(self) -> None:
        """A key has been dealt with."""
        self._type_ahead.passed()

    def _handle_exception(self, error: Exception) -> None:
        """A bug: leave with a report of where it is. Textual's own prints local variables, and those may hold secrets."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.panic(Content(crash_words(error)))
