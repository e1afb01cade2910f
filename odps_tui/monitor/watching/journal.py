"""The log of this session: what happened to instances and what was done here, bounded, the latest last."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from odps_tui.monitor.instance_row import InstanceRow

KEPT = 5000


class Tone(StrEnum):
    """How an entry sounds."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    ALERT = "alert"
    GAP = "gap"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Entry:
    """`words` about an instance (None: about no one), seen at `at`."""

    at: datetime
    words: str
    row: InstanceRow | None = None
    tone: Tone = Tone.PLAIN

    def says(self, text: str) -> bool:
        """Tell whether any of it holds `text`, in whatever case."""
        parts = [self.words] if self.row is None else [self.words, self.row.id, self.row.says]
        return text.casefold() in "\n".join(parts).casefold()


class Journal:
    """The latest entries; older ones are gone for good."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> None:
        """Put an entry behind the others."""
        self.dropped += len(self._entries) == self._entries.maxlen
        self._entries.append(entry)

    def complete(self, row: InstanceRow, words: str, before: str, tone: Tone) -> bool:
        """Say of an instance's latest entry with the words `before` what is known now; False when there is none."""
        for index in range(len(self._entries) - 1, -1, -1):
            entry = self._entries[index]
            if entry.row is not None and entry.row.id == row.id and entry.words == before:
                self._entries[index] = replace(entry, row=row, words=words, tone=tone)
                return True
        return False

    def latest(self, text: str = "") -> Iterator[Entry]:
        """Yield the entries that hold `text`, the latest first."""
        return (entry for entry in reversed(self._entries) if not text or entry.says(text))
