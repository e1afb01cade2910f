"""An arrangement as plain values for a file, and back; what a file of another version holds is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from odps_tui.widgets.arrangement import Arrangement
from odps_tui.widgets.columns import COLUMNS
from odps_tui.widgets.grouping import GROUPINGS


def to_plain(arrangement: Arrangement) -> dict[str, object]:
    """Return what `from_plain` reads back."""
    return asdict(arrangement)


def from_plain(view: Mapping[str, object]) -> Arrangement:
    """Return the arrangement that a file tells; anything it does not know takes its usual value."""
    sort, group, whole_ids = view.get("sort"), view.get("group"), view.get("whole_ids")
    return Arrangement(
        sort=sort if isinstance(sort, str) and sort in COLUMNS else "",
        reverse=view.get("reverse") is True,
        columns=_columns(view.get("columns")),
        widths=_widths(view.get("widths")),
        whole_ids=whole_ids if isinstance(whole_ids, bool) else None,
        group=group if isinstance(group, str) and group in GROUPINGS else "",
    )


def _columns(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list | tuple):
        return None
    return tuple(dict.fromkeys(id_ for id_ in value if isinstance(id_, str) and id_ in COLUMNS)) or None


def _widths(value: object) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, list | tuple):
        return ()
    pairs = [pair for pair in value if isinstance(pair, list | tuple) and len(pair) == 2]
    known = [(id_, width) for id_, width in pairs if isinstance(id_, str) and id_ in COLUMNS]
    return tuple((id_, width) for id_, width in known if isinstance(width, int) and 2 <= width <= 60)
