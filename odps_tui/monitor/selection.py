"""Simple choices of rows: by state, by owner, and several choices at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from odps_tui.monitor.instance_row import InstanceRow, InstanceState
from odps_tui.monitor.sight import Selects


@dataclass(frozen=True, slots=True)
class InStates:
    """Rows in any of `states`."""

    states: frozenset[InstanceState]

    @property
    def depends_on_time(self) -> bool:
        """A state changes only with its row."""
        return False

    def narrows(self, other: InStates) -> bool:
        """Tell whether these are some of the other's states."""
        return self.states <= other.states

    def matches(self, row: InstanceRow, now: datetime) -> bool:  # noqa: ARG002 - the protocol of Selects
        """Tell whether a row is in one of the states."""
        return row.state in self.states

    def select(self, rows: Iterable[InstanceRow], now: datetime) -> list[str]:  # noqa: ARG002
        """Return the ids of the rows in one of the states."""
        states = self.states
        return [row.id for row in rows if row.state in states]


@dataclass(frozen=True, slots=True)
class OwnedBy:
    """Rows of one owner, named exactly as the service names it."""

    owner: str

    @property
    def depends_on_time(self) -> bool:
        """An owner does not change."""
        return False

    def narrows(self, other: OwnedBy) -> bool:
        """Tell whether it is the same owner."""
        return self == other

    def matches(self, row: InstanceRow, now: datetime) -> bool:  # noqa: ARG002 - the protocol of Selects
        """Tell whether a row is the owner's."""
        return row.owner == self.owner

    def select(self, rows: Iterable[InstanceRow], now: datetime) -> list[str]:  # noqa: ARG002
        """Return the ids of the owner's rows."""
        owner = self.owner
        return [row.id for row in rows if row.owner == owner]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Rows that every one of `choices` selects."""

    choices: tuple[Selects, ...]

    @property
    def depends_on_time(self) -> bool:
        """True when one of them depends on time."""
        return any(choice.depends_on_time for choice in self.choices)

    def narrows(self, other: AllOf) -> bool:
        """Tell whether each of the other's choices is one of these, or wider than one."""
        return all(any(type(mine) is type(wider) and mine.narrows(wider) for mine in self.choices) for wider in other.choices)

    def matches(self, row: InstanceRow, now: datetime) -> bool:
        """Tell whether all select a row."""
        return all(choice.matches(row, now) for choice in self.choices)

    def select(self, rows: Iterable[InstanceRow], now: datetime) -> list[str]:
        """Return the ids that all select; each sees only what those before it left."""
        left = rows
        for choice in self.choices[:-1]:
            seen = left if isinstance(left, Collection) else list(left)
            chosen = frozenset(choice.select(seen, now))
            left = [row for row in seen if row.id in chosen]
        return self.choices[-1].select(left, now) if self.choices else [row.id for row in left]
