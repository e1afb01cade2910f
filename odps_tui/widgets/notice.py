"""A sentence that stays until its cause is gone: why nothing comes in, or which part is missing."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from odps_tui.monitor import PollFailed, Snapshot


class Notice(Static):
    """Shown while a poll fails or while a snapshot has a gap; takes no room otherwise."""

    snapshot: reactive[Snapshot | None] = reactive(None)
    failure: reactive[PollFailed | None] = reactive(None)

    def watch_snapshot(self) -> None:
        """A gap appeared or closed."""
        self._say()

    def watch_failure(self) -> None:
        """A poll failed or came back."""
        self._say()

    def _say(self) -> None:
        if self.failure is not None:
            sentence = str(self.failure.error)
        elif self.snapshot is not None and self.snapshot.gap is not None:
            sentence = f"The live queue cannot be read: {self.snapshot.gap}"
        else:
            sentence = ""
        self.display = bool(sentence)
        self.update(Content(sentence))
