"""The first rows of many, long before all are in order: a screen shows forty of 100,000, and somebody waits for them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from odps_tui.monitor import slicing
from odps_tui.monitor.instance_row import InstanceRow
from odps_tui.monitor.ordered_view import SortKey
from odps_tui.monitor.slicing import Steps


def first_in_order(rows: Iterable[InstanceRow], key: SortKey, count: int, *, reverse: bool = False) -> Steps[list[InstanceRow]]:
    """Return the `count` rows with which an ordered view of `rows` begins; in reverse its last ones, the very last first.

    What cannot be among them any more is told by its key alone, and most can not: that takes a tenth of the time of a sort.
    """

    def rank(row: InstanceRow) -> tuple[Any, str]:
        return key(row), row.id

    rest, found = iter(rows), list[InstanceRow]()
    while part := list(islice(rest, slicing.ASKED)):
        if found:
            yield
        if len(found) == count:
            last = key(found[-1])
            part = [row for row in part if not (key(row) < last if reverse else last < key(row))]
        if part:
            found = sorted([*found, *part], key=rank, reverse=reverse)[:count]
    return found
