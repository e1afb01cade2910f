"""What a line of the progress pane stands for, when the cursor is on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StageKey:
    """A stage of a task."""

    task: str
    stage: str


@dataclass(frozen=True, slots=True)
class SubInstanceKey:
    """A sub-instance of an XFlow. `path` tells two actions apart that share an instance."""

    instance_id: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParentKey:
    """The XFlow that the instance is a part of."""

    instance_id: str


@dataclass(frozen=True, slots=True)
class WorkerKey:
    """A worker of a stage."""

    worker_id: str
