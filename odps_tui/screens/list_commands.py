"""The commands that arrange the list: the same as its keys, for who knows what they want."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from odps_tui.monitor.window import parse_window
from odps_tui.screens.commands import Command, one_of
from odps_tui.screens.instances_pane import InstancesPane
from odps_tui.widgets.columns import COLUMNS
from odps_tui.widgets.grouping import GROUPINGS

if TYPE_CHECKING:
    from odps_tui.screens.live import LiveScreen

_NOTHING = "none"
_USUAL = "usual"


def list_commands(screen: LiveScreen) -> Iterator[Command]:
    """Return the commands for the list of `screen`."""

    def window(argument: str) -> None:
        screen.take_window(InstancesPane.WindowChosen(parse_window(argument)))

    def group(argument: str) -> None:
        name = one_of(argument, [*GROUPINGS, _NOTHING], "grouping")
        screen.table.group_by("" if name == _NOTHING else name)

    def sort(argument: str) -> None:
        column, _, order = argument.partition(" ")
        name = one_of(column, [_USUAL, *COLUMNS], "column")
        reverse = bool(order) and one_of(order.strip(), ["asc", "desc"], "order") == "desc"
        screen.table.sort_by("" if name == _USUAL else name, reverse=reverse)

    yield Command("window", window, "how far back the list reaches", "6h")
    yield Command("group", group, "put groups together", "|".join([*GROUPINGS, _NOTHING]))
    yield Command("sort", sort, "order by a column", "age [desc]")
