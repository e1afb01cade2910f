"""The log of this session, the latest first; `/` searches it, Enter leads to the instance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from odps_tui.monitor.watching import Entry, Journal, Tone
from odps_tui.widgets.notation import clock_time, id_tail, short_owner

_SHOWN = 500
_COLORS = {
    Tone.PLAIN: "",
    Tone.GOOD: "$text-success",
    Tone.BAD: "$text-error",
    Tone.ALERT: "bold $text-warning",
    Tone.GAP: "$text-warning",
    Tone.ACT: "$foreground-muted",
}


class LogDialog(ModalScreen[str | None]):
    """Dismissed with the id of an instance to go to, or None. It grows while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", key_display="esc", id="log.close"),
        Binding("q", "dismiss(None)", "close", id="log.quit", show=False),
        Binding("slash", "search", "search", key_display="/", id="log.search"),
        Binding("j", "move(1)", "down", id="log.down", show=False),
        Binding("k", "move(-1)", "up", id="log.up", show=False),
    ]

    entries = getters.query_one("#entries", OptionList)
    sought = getters.query_one("#sought", Input)

    def __init__(self, journal: Journal, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._journal = journal
        self._clock = clock
        self._listed: list[Entry] = []

    def compose(self) -> ComposeResult:
        """The entries, and a line to search them."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Log of this session"
            yield OptionList(id="entries")
            yield Input(placeholder="/ search: words, an id, an owner", id="sought", compact=True)

    def on_mount(self) -> None:
        """Show what there is, and go on."""
        self._list()
        self.entries.focus()
        self.set_interval(1.0, self._list)

    def _list(self) -> None:
        """List anew if there is something new; the cursor stays on its entry."""
        text = self.sought.value.strip()
        listed = list(islice(self._journal.latest(text), _SHOWN))
        if listed == self._listed and self.entries.option_count:
            return
        at = self._highlighted
        self._listed = listed
        now = self._clock()
        self.entries.clear_options()
        self.entries.add_options(Option(_line(entry, now)) for entry in listed)
        if not listed:
            words = f"Nothing in the log says {text!r}." if text else "Nothing has happened yet."
            self.entries.add_option(Option(Content.styled(words, "$foreground-muted"), disabled=True))
        else:
            self.entries.highlighted = next((index for index, entry in enumerate(listed) if entry is at), 0)
        self.query_one("#dialog").border_subtitle = Content(self._extent(text))

    def _extent(self, text: str) -> str:
        total = len(self._journal)
        older = f" · {self._journal.dropped} older ones are gone" if self._journal.dropped else ""
        shown = f"{len(self._listed)} of {total}" if text or len(self._listed) < total else str(total)
        return f"{shown}{older} · / search · ⏎ go to the instance · esc"

    @property
    def _highlighted(self) -> Entry | None:
        """The entry under the cursor; None at the top, where new ones come in."""
        index = self.entries.highlighted
        return self._listed[index] if index and index < len(self._listed) else None

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """Go to its instance."""
        entry = self._listed[message.option_index]
        if entry.row is not None:
            self.dismiss(entry.row.id)

    @on(Input.Changed, "#sought")
    def search(self) -> None:
        """While it is typed."""
        self._list()

    @on(Input.Submitted, "#sought")
    def back_to_entries(self) -> None:
        """Enter leads from the search to what it found."""
        self.entries.focus()

    def action_search(self) -> None:
        """Type what to look for."""
        self.sought.focus()

    def action_move(self, lines: int) -> None:
        """As in the list."""
        (self.entries.action_cursor_down if lines > 0 else self.entries.action_cursor_up)()

    def action_leave(self) -> None:
        """One step back: out of the search, then out of the log."""
        if self.sought.value or self.sought.has_focus:
            self.sought.value = ""
            self.entries.focus()
        else:
            self.dismiss(None)


def _line(entry: Entry, now: datetime) -> Content:
    who = Content()
    if entry.row is not None:
        who = Content.assemble(f"{id_tail(entry.row.id)}  {short_owner(entry.row.owner):<10.10}  ")
    return Content.assemble((f"{clock_time(entry.at, now=now)}  ", "$foreground-muted"), who, (entry.words, _COLORS[entry.tone]))
