"""What somebody submitted, as values; the documents room reads it from the wire (Protocol §4.12)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SubmittedTask:
    """One task of a submitted Job. `properties` is its Config (settings, uuid), in the order sent."""

    name: str
    type: str
    query: str
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SubmittedXFlow:
    """An `<XflowInstance>`: which algorithm of which project, with which parameters (Protocol §7.4)."""

    project: str
    name: str
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SubmittedJob:
    """A submission. Either `tasks` or `xflow` says what to run."""

    name: str
    priority: int
    tasks: tuple[SubmittedTask, ...] = field(default=())
    xflow: SubmittedXFlow | None = None
