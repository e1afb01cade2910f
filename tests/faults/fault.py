"""A fault as data: what goes wrong, what must be said of it, and what of surviving does not apply to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.session import Session
from tests.faults.stages.stage import Stage
from tests.faults.verdict import Judge, Verdict


@dataclass(frozen=True)
class Fault:
    """`stage` opens in a directory what the fault needs, and raises CannotRun where this machine lacks it.

    `says` is a pattern that the words on the screen must hold within `patience` seconds. While it lasts a `silent` fault fails no
    poll: what is shown stays live. After its end what is still under way gives up within `settles` seconds, beside the announced
    wait. `without` says of judges why they have nothing to say. `play` is how it is tried, where not as all others.
    """

    name: str
    stage: Callable[[Path], AbstractContextManager[Stage]]
    says: str = ""
    patience: float = 30.0
    silent: bool = False
    settles: float = 6.0
    without: Mapping[Judge, str] = field(default_factory=dict)
    play: Callable[[Fault, Stage, Verdict], Session] | None = None
    shows: Callable[[Session], None] | None = None
    """What an operator does to see it, once it has begun."""
    looks: Callable[[Session], None] | None = None
    """What is looked at more closely while it lasts. Raises AssertionError."""
    asks_again: bool = False
    """After its end the operator presses r: the service asked for more quiet than anybody waits."""
