"""By what the list can be grouped."""

from __future__ import annotations

from dataclasses import dataclass

from odps_tui.monitor import GroupOf
from odps_tui.widgets.notation import plain, short_owner


@dataclass(frozen=True, slots=True)
class Grouping:
    """A name for the operator, and the group of a row."""

    name: str
    of: GroupOf


GROUPINGS = {
    grouping.name: grouping
    for grouping in (
        Grouping("owner", lambda row: short_owner(row.owner)),
        Grouping("type", lambda row: plain(row.task_type)),
        Grouping("state", lambda row: row.state.value),
        Grouping("job", lambda row: plain(row.job_name)),
    )
}
