"""A sentence that stays until its cause is gone: why nothing comes in, which part is missing, whether the clock is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from odps_tui.monitor import PollFailed, Snapshot
from odps_tui.widgets.notation import exact_duration

_DRIFT_SHOWN = timedelta(seconds=5)


class Notice(Static):
    """Shown while there is something to say; takes no room otherwise."""

    snapshot: reactive[Snapshot | None] = reactive(None)
    failure: reactive[PollFailed | None] = reactive(None)
    clock_offset: reactive[timedelta | None] = reactive(None)

    def watch_snapshot(self) -> None:
        """A gap appeared or closed."""
        self._say()

    def watch_failure(self) -> None:
        """A poll failed or came back."""
        self._say()

    def watch_clock_offset(self) -> None:
        """The clocks drifted apart or together."""
        self._say()

    def _say(self) -> None:
        said = Content("\n").join(self._sentences())
        if said != self.content:
            self.display = bool(said)
            self.update(said)

    def _sentences(self) -> Iterator[str]:
        if self.failure is not None:
            yield str(self.failure.error)
        elif self.snapshot is not None and self.snapshot.gap is not None:
            yield f"The live queue cannot be read: {self.snapshot.gap}"
        if self.clock_offset is not None and abs(self.clock_offset) > _DRIFT_SHOWN:
            side = "behind" if self.clock_offset > timedelta(0) else "ahead of"
            drift = exact_duration(abs(self.clock_offset))
            yield f"This machine's clock is {drift} {side} the service's; times here are the service's. Set the clock (NTP)."
