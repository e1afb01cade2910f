"""What a filter can ask of a row by name, and which name somebody meant who wrote another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from operator import attrgetter

from odps_tui.models import QueueingInfo
from odps_tui.monitor.filtering.amounts import Amount, duration, number
from odps_tui.monitor.instance_row import InstanceRow

STATE = "state"

TEXT_FIELDS: dict[str, Callable[[InstanceRow], str | None]] = {
    "id": attrgetter("id"),
    "owner": attrgetter("owner"),
    "job": attrgetter("job_name"),
    "type": attrgetter("task_type"),
    "status": attrgetter("status"),
    "why": attrgetter("sub_status_words"),
    "project": attrgetter("project"),
}
"""Fields with text, by name; None or empty where the row does not say."""

EXAMPLES = {
    "id": "2026",
    "owner": "etl",
    "job": "daily",
    "type": "sql",
    "state": "waiting",
    "status": "running",
    "why": "resource",
    "project": "sales",
}
"""What somebody may look for in each field that takes text."""


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A field to compare with. `value` gives it for a row at a moment, None where it is not known or there is none.

    `amount` reads what a user writes, in the same unit; `form` says how to write it.
    """

    name: str
    value: Callable[[InstanceRow, datetime], float | None]
    form: str
    amount: Callable[[str], Amount | None] = number
    is_time: bool = False


def _in_queue(row: InstanceRow) -> QueueingInfo | None:
    # What a queue said of an instance that has left it is no figure of now.
    return row.info if row.is_live and row.is_queued else None


def _percentage(text: str) -> Amount | None:
    return number(text.removesuffix("%"))


def _priority(row: InstanceRow, _now: datetime) -> int | None:
    return row.priority


def _percent(row: InstanceRow, _now: datetime) -> int | None:
    return None if row.progress is None else int(row.progress * 100)


def _cores(row: InstanceRow, _now: datetime) -> float | None:
    info = _in_queue(row)
    return None if info is None or info.cpu_usage is None else info.cpu_usage / 100


def _memory(row: InstanceRow, _now: datetime) -> int | None:
    info = _in_queue(row)
    return None if info is None else info.memory_usage


def _position(row: InstanceRow, _now: datetime) -> int | None:
    info = _in_queue(row)
    return None if info is None else info.wait_pos or None  # 0 is the service's word for no place in the queue


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()


def _age(row: InstanceRow, now: datetime) -> float | None:
    return _seconds(row.age(now))


def _run_time(row: InstanceRow, now: datetime) -> float | None:
    return _seconds(row.run_time(now))


QUANTITIES = {
    quantity.name: quantity
    for quantity in (
        Quantity("prio", _priority, "a number from 0 to 9, as in prio<3"),
        Quantity("progress", _percent, "a percentage, as in progress>=50", _percentage),
        Quantity("cpu", _cores, "a number of cores, as in cpu>100"),
        Quantity("mem", _memory, "a number of MB, as in mem>2048"),
        Quantity("pos", _position, "a place in the queue, as in pos<=10"),
        Quantity("age", _age, "a duration, as in age<1h30m", duration, is_time=True),
        Quantity("run", _run_time, "a duration, as in run>90s", duration, is_time=True),
    )
}
"""Fields to compare with, by name."""

FIELDS = (*TEXT_FIELDS, STATE, *QUANTITIES)
"""The names of all fields."""

_OTHER_WORDS = {
    "user": "owner",
    "name": "job",
    "task": "type",
    "priority": "prio",
    "percent": "progress",
    "memory": "mem",
    "queue": "pos",
    "position": "pos",
    "started": "age",
    "duration": "run",
    "runtime": "run",
    "reason": "why",
}


def near(word: str, words: tuple[str, ...] = FIELDS) -> str | None:
    """Return which of `words` somebody may have meant by `word`, which is none of them; None when it is like none."""
    begun = [known for known in words if len(word) > 1 and (known.startswith(word) or word.startswith(known))]
    meant = get_close_matches(word, words, n=1) or begun
    return meant[0] if meant else None


def near_field(name: str) -> str | None:
    """Return the field that somebody may have meant by `name`, which is none; None when it is like none."""
    return _OTHER_WORDS.get(name) or near(name)
