"""What can be copied piece by piece: each figure, name, time and text that a pane shows, whole and exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to copy: the part of the pane it stands in, its name, its text. An empty text: nobody told it."""

    group: str
    name: str
    text: str


def field(group: str, name: str, value: object | None) -> Field:
    """Return a field: times in ISO 8601 UTC, counts in full, nothing for None."""
    match value:
        case None:
            text = ""
        case datetime():
            text = iso_time(value)
        case float():
            text = f"{value:.6g}"
        case _:
            text = str(value)
    return Field(group, name, text)


def fields(group: str, /, **values: object | None) -> Iterator[Field]:
    """Yield a field for each value, named as a script would name it."""
    for name, value in values.items():
        yield field(group, name, value)


def iso_time(moment: datetime) -> str:
    """Write a moment for programs: `2026-11-24T09:41:07Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
