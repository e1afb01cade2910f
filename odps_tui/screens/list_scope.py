"""What limits the list: a chip, the owner, a typed filter, the window. Together they are one choice of rows, and one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from odps_tui.monitor import Selects
from odps_tui.monitor.filtering import RowFilter
from odps_tui.monitor.selection import AllOf, InStates, OwnedBy
from odps_tui.monitor.window import write_window
from odps_tui.widgets.arrangement import Arrangement
from odps_tui.widgets.columns import COLUMNS
from odps_tui.widgets.state_chips import ALL, Chip


@dataclass(frozen=True, slots=True)
class ListScope:
    """The limits in force. `owner` is the caller's own name when only their instances are wanted."""

    chip: Chip = ALL
    owner: str | None = None
    filter: RowFilter = field(default_factory=RowFilter)

    @property
    def selects(self) -> Selects | None:
        """The rows to show; None for all."""
        choices: list[Selects] = []
        if self.chip.states:
            choices.append(InStates(self.chip.states | self.chip.perhaps))
        if self.owner is not None:
            choices.append(OwnedBy(self.owner))
        if not self.filter.is_empty:
            choices.append(self.filter.awaiting_ends)
        return AllOf(tuple(choices)) if choices else None

    @property
    def awaits_ends(self) -> bool:
        """True when rows are shown that may leave once somebody has asked how they ended."""
        return bool(self.chip.perhaps) or self.filter.awaiting_ends.awaits_ends

    def words(self, window: timedelta, arrangement: Arrangement) -> str:
        """Say it: `mine · 1h · by age ▼ · /owner:etl`."""
        parts = ["mine"] if self.owner is not None else []
        parts.append(write_window(window))
        column = COLUMNS.get(arrangement.sort)
        if column is not None or arrangement.reverse:
            parts.append(f"by {column.title.lower() if column else 'state'}{'▼' if arrangement.reverse else '▲'}")
        if arrangement.group:
            parts.append(f"grouped by {arrangement.group}")
        if not self.filter.is_empty:
            parts.append(f"/{self.filter}")
        return " · ".join(parts)
