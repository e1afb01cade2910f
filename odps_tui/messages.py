"""Facts that cross the screen, from the workers that read to the screen that shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.message import Message

from odps_tui.models import Identity, TaskDetail
from odps_tui.monitor import Ending, InstanceDetail, InstanceRow, PollFailed, Reading, Snapshot
from odps_tui.monitor.stopping import StopAnswer


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


@dataclass
class WorkersRead(Message):
    """The workers of a task of the selected instance were read."""

    instance_id: str
    task: str
    reading: Reading[TaskDetail]

    def can_replace(self, message: Message) -> bool:
        """A newer reading takes the place of one that waits."""
        return isinstance(message, WorkersRead)


@dataclass
class EndingsLearned(Message):
    """How some instances ended, by id."""

    endings: Mapping[str, Ending]


@dataclass
class IdentityKnown(Message):
    """The service told who we are."""

    identity: Identity


@dataclass
class StopAnswered(Message):
    """What became of the stop of `row`, as it was when the operator said yes."""

    row: InstanceRow
    answer: StopAnswer


@dataclass
class ContextWanted(Message):
    """The operator wants to look elsewhere: `kind` is ctx or project, `name` where to, empty for a list to choose from.

    `known` are projects that need not be asked for.
    """

    kind: str
    name: str
    known: tuple[str, ...] = ()


@dataclass
class EventHappened(Message):
    """Something worth a line among the session's events."""

    text: str
