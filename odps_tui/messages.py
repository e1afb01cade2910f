"""Facts that cross the screen, from the workers that read to the screen that shows."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from odps_tui.monitor import InstanceDetail, PollFailed, Snapshot


@dataclass
class PollAnswered(Message):
    """A poll of the list brought a snapshot, or the reason why there is none."""

    answer: Snapshot | PollFailed

    def can_replace(self, message: Message) -> bool:
        """A newer answer takes the place of one that waits: a slow terminal never queues stale polls."""
        return isinstance(message, PollAnswered)


@dataclass
class DetailRead(Message):
    """The selected instance was read."""

    detail: InstanceDetail

    def can_replace(self, message: Message) -> bool:
        """A newer reading takes the place of one that waits."""
        return isinstance(message, DetailRead)
