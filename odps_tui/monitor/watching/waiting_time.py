"""Since when an instance waits, as its place in the live queue tells it."""

from __future__ import annotations

from datetime import datetime

from odps_tui.monitor.instance_row import InstanceRow, InstanceState

_LAST_CODE_OF_WAITING = 1020
"""Sub-statuses up to this one mean that the scheduler has not begun (protocol §3.2)."""


def waiting_since(row: InstanceRow) -> datetime | None:
    """Return since when it has been waiting: its start, or when it went back to it; None when it does not, or nobody says."""
    if row.state is not InstanceState.WAITING or row.info is None:
        return None
    if any(one.code is not None and one.code > _LAST_CODE_OF_WAITING for one in row.info.sub_status_history):
        return row.info.sub_status.start_time if row.info.sub_status is not None else None
    return row.start_time
