"""An instance as one row of the list: what the queue, the history and our own requests say of it, joined by id."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from odps_tui.large_heap import in_no_cycle
from odps_tui.models import Instance, InstanceStatus, Outcome, QueueingInfo, Task, outcome_of


class InstanceState(StrEnum):
    """One word for where an instance is. Derived from status, sub-status, queue position, outcome and our own stop request."""

    RUNNING = "running"
    COMPILING = "compiling"
    WAITING = "waiting"
    SUSPENDED = "suspended"
    STOPPING = "stopping"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ENDED = "ended"
    """Terminated, outcome not asked yet: the list does not tell it (protocol §6)."""
    UNKNOWN = "unknown"


LIVE_STATES = frozenset(
    {
        InstanceState.RUNNING,
        InstanceState.COMPILING,
        InstanceState.WAITING,
        InstanceState.SUSPENDED,
        InstanceState.STOPPING,
    }
)

_ENDED_STATES = {
    Outcome.SUCCESS: InstanceState.SUCCESS,
    Outcome.FAILED: InstanceState.FAILED,
    Outcome.CANCELLED: InstanceState.CANCELLED,
}

OUTCOME_STATES = frozenset(_ENDED_STATES.values())
"""The states that only an instance's tasks tell, after its end."""

# Sub-status codes below this one mean that the scheduler has not begun; the words are shown beside, so a wrong guess is visible.
_FIRST_CODE_AT_WORK = 1020
_AFTER_ALL_THAT_LIVES = 1e12
_COMPILING_WORDS = ("optimizing", "execution plan", "compiling")


@lru_cache(maxsize=8192)
def _shared(text: str) -> str:
    # 100,000 rows of ten owners say a few dozen things; one string of each is enough.
    return text


@dataclass(frozen=True, slots=True)
class Ending:
    """What the tasks of an ended instance tell of it: how it ended, and its type, which the history does not say."""

    outcome: Outcome
    task_type: str | None = None


def ending_of(tasks: tuple[Task, ...]) -> Ending:
    """Return the ending that these tasks tell."""
    return Ending(outcome_of(tasks), next((task.type for task in tasks if task.type), None))


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """The join. `info` stays after an instance has left the queue, for its type and job name; then `is_queued` is False.

    `stop_requested_at` is when the service took our stop; the service's own word for the end is still to come.
    """

    id: str
    instance: Instance | None = None
    info: QueueingInfo | None = None
    is_queued: bool = False
    ending: Ending | None = None
    stop_requested_at: datetime | None = None

    status: str | None = field(init=False, compare=False)
    """The service's own status word. A Terminated is final and wins; else the queue is fresher than the history."""
    is_live: bool = field(init=False, compare=False, repr=False)
    """True while a stop could still reach it."""
    state: InstanceState = field(init=False, compare=False)
    """The one word for the row."""
    says: str = field(init=False, compare=False, repr=False)
    """Every word of the row but its id, one to a line: what a filter searches. Rows that say the same mostly share it."""

    activity: float = field(init=False, compare=False, repr=False)
    """What the usual order goes by: what lives comes first, the longest-lived on top; below it what ended, the latest first."""

    def __post_init__(self) -> None:
        # Worked out once: a list of 100,000 asks for them again and again.
        status = self._status()
        object.__setattr__(self, "status", status)
        object.__setattr__(self, "is_live", status != InstanceStatus.TERMINATED)
        object.__setattr__(self, "state", self._state())
        object.__setattr__(self, "says", self._says())
        object.__setattr__(self, "activity", self._activity())
        info = self.info
        in_no_cycle(self, self.instance, info, info and info.sub_status, self.ending)

    def _status(self) -> str | None:
        if self.instance is not None and self.instance.is_terminated:
            return self.instance.status
        if self.is_queued and self.info is not None and self.info.status is not None:
            return self.info.status
        return self.instance.status if self.instance is not None else None

    def _state(self) -> InstanceState:
        match self.status:
            case InstanceStatus.TERMINATED:
                return _ENDED_STATES.get(self.ending.outcome, InstanceState.ENDED) if self.ending else InstanceState.ENDED
            case InstanceStatus.RUNNING | InstanceStatus.SUSPENDED if self.stop_requested_at is not None:
                return InstanceState.STOPPING
            case InstanceStatus.SUSPENDED:
                return InstanceState.SUSPENDED
            case InstanceStatus.RUNNING:
                return self._running_state()
            case _:
                return InstanceState.UNKNOWN

    def _says(self) -> str:
        words = [self.owner, self.state, self.status, self.task_type]
        if self.info is not None:
            words += [self.job_name, self.sub_status_words, self.project]
        return _shared("\n".join(filter(None, words)))

    def _activity(self) -> float:
        start = self.start_time
        if self.is_live:
            return start.timestamp() if start is not None else 0.0
        ended = self.end_time or start
        return _AFTER_ALL_THAT_LIVES - (ended.timestamp() if ended is not None else 0.0)

    def _running_state(self) -> InstanceState:
        if self.info is None or not self.is_queued:
            return InstanceState.RUNNING
        sub_status = self.info.sub_status
        words = sub_status.description.lower() if sub_status else ""
        if any(word in words for word in _COMPILING_WORDS):
            return InstanceState.COMPILING
        code = sub_status.code if sub_status else None
        if self.info.wait_pos or (code is not None and code < _FIRST_CODE_AT_WORK):
            return InstanceState.WAITING
        return InstanceState.RUNNING

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while nobody has asked."""
        return self.ending.outcome if self.ending is not None else None

    @property
    def end_is_unknown(self) -> bool:
        """True when it has ended and nobody has asked how."""
        return self.state is InstanceState.ENDED and self.ending is None

    @property
    def owner(self) -> str | None:
        """Who submitted it."""
        if self.instance is not None and self.instance.owner:
            return self.instance.owner
        return self.info.owner if self.info is not None else None

    @property
    def start_time(self) -> datetime | None:
        """When it was submitted."""
        if self.instance is not None and self.instance.start_time is not None:
            return self.instance.start_time
        return self.info.start_time if self.info is not None else None

    @property
    def end_time(self) -> datetime | None:
        """When it ended; None while it lives."""
        return self.instance.end_time if self.instance is not None else None

    @property
    def task_type(self) -> str | None:
        """SQL, CUPID …: from the queue, or from the tasks of an ended instance; the history alone does not tell it."""
        if self.info is not None and self.info.task_type:
            return self.info.task_type
        return self.ending.task_type if self.ending is not None else None

    @property
    def job_name(self) -> str | None:
        """The job's name; known from the queue only."""
        return self.info.job_name if self.info is not None else None

    @property
    def project(self) -> str | None:
        """The project; known from the queue only."""
        return self.info.project if self.info is not None else None

    @property
    def sub_status_words(self) -> str | None:
        """What the scheduler says it is doing; None unless it is in the queue now."""
        if not self.is_queued or self.info is None or self.info.sub_status is None or not self.is_live:
            return None
        return self.info.sub_status.description

    @property
    def priority(self) -> int | None:
        """0 (first) … 9 (last)."""
        return self.info.priority if self.info is not None else None

    @property
    def progress(self) -> float | None:
        """0…1 while it is in the queue; None otherwise, and when the service hides it with a negative."""
        if not self.is_live or self.info is None or not self.is_queued:
            return None
        progress = self.info.progress
        return progress if progress is not None and progress >= 0 else None

    def age(self, now: datetime) -> timedelta | None:
        """Return how long ago it started; None when the start is not known."""
        return None if self.start_time is None else max(timedelta(0), now - self.start_time)

    def run_time(self, now: datetime) -> timedelta | None:
        """Return start to end, or start to `now` while it lives."""
        end = self.end_time or (now if self.is_live else None)
        if end is None or self.start_time is None:
            return None
        return max(timedelta(0), end - self.start_time)
