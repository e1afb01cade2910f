"""A worker's log: its kinds, a search, and its end as it grows. Only the end of a long one is asked for, unless all is wanted."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.css.query import NoMatches
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, Static

from odps_tui.errors import OdpsTuiError
from odps_tui.monitor.progress import WorkerTime
from odps_tui.monitor.worker_poller import LOG_TYPES
from odps_tui.widgets.content_lines import ContentLines
from odps_tui.widgets.log_lines import LogLines
from odps_tui.widgets.notation import clock_time, short_bytes

ReadLog = Callable[[str, int], Awaitable[str]]
"""Reads a log by its kind and the most bytes that are wanted, 0 for all. Raises an OdpsTuiError."""

END_BYTES = 262_144
_TAIL_EVERY = 5.0


class WorkerLog(ModalScreen[None]):
    """Shows the logs of one worker, read with `read_log`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "close", key_display="esc", id="log.close", tooltip="end the search; close"),
        Binding("q", "close", "close", id="log.quit", show=False),
        Binding("right_square_bracket", "kind(1)", "next kind", key_display="]", id="log.next", tooltip="the next kind of log"),
        Binding("left_square_bracket", "kind(-1)", "kind before", key_display="[", id="log.before", show=False),
        Binding("slash", "search", "search", key_display="/", id="log.search", tooltip="search"),
        Binding("n", "hit(1)", "next hit", id="log.next_hit", show=False),
        Binding("N", "hit(-1)", "hit before", id="log.hit_before", show=False),
        Binding("f", "tail", "tail", id="log.tail", tooltip="read on every 5 s and stay at the end"),
        Binding("a", "whole", "all of it", id="log.whole", show=False, tooltip="read the whole log, not only its end"),
        Binding("r", "read", "read again", id="log.read", show=False),
    ]

    kind: reactive[str] = reactive(LOG_TYPES[0], init=False)
    tailing: reactive[bool] = reactive(False, init=False)

    lines = getters.query_one("#log", ContentLines)

    def __init__(self, worker: WorkerTime, read_log: ReadLog, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._worker = worker
        self._read_log = read_log
        self._clock = clock
        self._text = ""
        self._wanted = ""
        self._most = END_BYTES
        self._read_at: datetime | None = None
        self._problem = ""
        self._timer: Timer | None = None
        self._shown = LogLines("", 80)

    def compose(self) -> ComposeResult:
        """Which log, the log, and a line to search in."""
        with Vertical(id="log-frame") as frame:
            frame.border_title = Content(f"Log of {self._worker.short_id}")
            frame.border_subtitle = Content("[ ] kind · / search · f tail · a all · esc")
            yield Static(Content("reading …"), id="log-head")
            yield ContentLines(id="log")
            yield Input(placeholder="search", id="log-search")

    def on_mount(self) -> None:
        """Read it; the tail of one that still runs grows."""
        self.query_one("#log-search").display = False
        self.lines.focus()
        self.action_read()

    # Reading -----------------------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="log")
    async def action_read(self) -> None:
        """Read the log; a failed read leaves what was read before."""
        kind, size = self.kind, self._most
        try:
            text = await self._read_log(kind, size)
        except OdpsTuiError as error:
            self._problem = str(error)
        else:
            self._text, self._problem, self._read_at = text, "", self._clock()
        # The screen may have been closed meanwhile.
        with contextlib.suppress(NoMatches):
            self._say()

    def watch_kind(self) -> None:
        """Another log begins empty: what is shown must not be taken for it."""
        self._text, self._read_at, self._problem, self._most = "", None, "", END_BYTES
        self._say()
        self.action_read()

    def watch_tailing(self) -> None:
        """Read on, or no longer."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_interval(_TAIL_EVERY, self.action_read) if self.tailing else None
        if self.tailing:
            self.action_read()
        self._say()

    def action_kind(self, step: int) -> None:
        """Another kind of log."""
        self.kind = LOG_TYPES[(LOG_TYPES.index(self.kind) + step) % len(LOG_TYPES)]

    def action_tail(self) -> None:
        """Follow its end, or no longer."""
        self.tailing = not self.tailing

    def action_whole(self) -> None:
        """Read all of it."""
        self._most = 0
        self.action_read()

    # Showing -----------------------------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Fold the lines anew."""
        self._say()

    def _say(self) -> None:
        lines = self.lines
        was_at_end = lines.is_at_end
        here = self._shown.here
        self._shown = LogLines(self._text, lines.scrollable_content_region.width, self._wanted)
        self._shown.here = here if here in self._shown.hits else None
        lines.show(self._shown)
        if self.tailing and was_at_end:
            lines.action_to_end()
        self.query_one("#log-head", Static).update(self._head(), layout=False)

    def _head(self) -> Content:
        kinds = Content(" ").join(
            Content.styled(f" {_short(kind)} ", "bold reverse" if kind == self.kind else "$foreground-muted")
            for kind in LOG_TYPES
        )
        return Content.assemble(kinds, "\n", self._state())

    def _state(self) -> Content:
        if self._problem:
            return Content.styled(f"✗ {self._problem}", "$text-error")
        if self._read_at is None:
            return Content.styled("reading …", "$foreground-muted")
        size = len(self._text.encode())
        cut = self._most and size >= self._most
        what = f"the last {short_bytes(size)}, a reads all" if cut else short_bytes(size)
        empty = "" if self._text else f" · the worker has written no {self.kind}"
        hits = f" · “{self._wanted}” in {len(self._shown.hits)} of {len(self._shown)} lines, n N" if self._wanted else ""
        tail = " · tailing every 5s" if self.tailing else ""
        return Content.styled(f"read {clock_time(self._read_at)} · {what}{empty}{hits}{tail}", "$foreground-muted")

    # Searching ---------------------------------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Type what to search for."""
        search = self.query_one("#log-search", Input)
        search.display = True
        search.focus()

    @on(Input.Submitted)
    def search(self, message: Input.Submitted) -> None:
        """Mark it everywhere and go to the first place below."""
        self._wanted = message.value
        self._end_search()
        self._say()
        if self._shown.hits:
            self.action_hit(1)

    def action_hit(self, step: int) -> None:
        """Go to the next line that has it; round at the end."""
        hits = self._shown.hits
        if not hits:
            return
        here = self._shown.here
        place = (hits.index(here) + step) % len(hits) if here in hits else 0 if step > 0 else len(hits) - 1
        self._shown.here = hits[place]
        self.lines.show(self._shown)
        self.lines.show_line(hits[place])

    def _end_search(self) -> None:
        self.query_one("#log-search", Input).display = False
        self.lines.focus()

    def action_back(self) -> None:
        """End the typing, then the search; then close."""
        if self.query_one("#log-search").display:
            self._end_search()
        elif self._wanted:
            self._wanted = ""
            self._say()
        else:
            self.dismiss(None)

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)


def _short(kind: str) -> str:
    """All kinds fit side by side into 80 columns."""
    return kind.removesuffix("_summary").removesuffix("_log")
