"""The list of instances under the operator's hands: what keys and clicks do to cursor, marks, order and groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from odps_tui.monitor import Heading, InstanceRow
from odps_tui.widgets.arrangement import Arrangement
from odps_tui.widgets.grouping import GROUPINGS
from odps_tui.widgets.instance_lines import HEADER_LINES, InstanceLines


class InstanceTable(InstanceLines):
    """The list. Posts `Opened` on Enter or a double click, and `Highlighted`, `Arranged` and the rest of what lines post."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "cursor_by(1)", "down", id="list.down", show=False),
        Binding("k,up", "cursor_by(-1)", "up", id="list.up", show=False),
        Binding("g,home", "cursor_to_start", "first", id="list.first", show=False),
        Binding("G,end", "cursor_to_end", "last", id="list.last", show=False),
        Binding("pageup,ctrl+b", "cursor_by_page(-1)", "page up", id="list.page_up", show=False),
        Binding("pagedown,ctrl+f", "cursor_by_page(1)", "page down", id="list.page_down", show=False),
        Binding("ctrl+d", "cursor_by_page(0.5)", "half a page down", id="list.half_down", show=False),
        Binding("ctrl+u", "cursor_by_page(-0.5)", "half a page up", id="list.half_up", show=False),
        Binding("enter", "open", "open", key_display="⏎", id="list.open", tooltip="open the instance, fold a group"),
        Binding("space", "mark", "mark", id="mark.one", show=False, tooltip="mark, or take the mark away"),
        Binding("v", "mark_range", "mark a range", id="mark.range", show=False, tooltip="mark from here to the next v"),
        Binding("asterisk", "mark_all", "mark all", id="mark.all", show=False, tooltip="mark all that the filter shows"),
        Binding("u", "unmark", "no marks", id="mark.none", show=False, tooltip="take all marks away"),
        Binding("less_than_sign", "sort_next(-1)", "sort by the column before", id="sort.before", show=False),
        Binding("greater_than_sign", "sort_next(1)", "sort by the column behind", id="sort.behind", show=False),
        Binding("S", "reverse", "turn the order round", id="sort.reverse", show=False),
        Binding("I", "whole_ids", "ids whole or by their end", id="list.ids", show=False),
        Binding("F", "follow", "follow", id="list.follow", show=False, tooltip="follow this instance wherever it goes"),
        Binding("B", "group_next", "group", id="list.group", show=False, tooltip="group by owner, type, state, job, nothing"),
        Binding("h,left", "fold(True)", "fold the group", id="list.fold", show=False),
        Binding("l,right", "fold(False)", "unfold the group", id="list.unfold", show=False),
    ]

    @dataclass
    class Opened(Message):
        """Enter was pressed on `row`."""

        row: InstanceRow

    # The cursor --------------------------------------------------------------------------------------------------------------

    def _move_to(self, number: int) -> None:
        self.following = False
        if len(self._listing):
            self.cursor = self._listing.line(max(0, min(number, len(self._listing) - 1)))

    def action_cursor_by(self, lines: int) -> None:
        """Move the cursor by `lines`."""
        self._move_to((self._listing.number(self.cursor) or 0) + lines)

    def action_cursor_by_page(self, pages: float) -> None:
        """Move the cursor by pages."""
        self._move_to((self._listing.number(self.cursor) or 0) + int(pages * self._page))

    def action_cursor_to_start(self) -> None:
        """Move the cursor to the first line."""
        self._move_to(0)

    def action_cursor_to_end(self) -> None:
        """Move the cursor to the last line."""
        self._move_to(len(self._listing) - 1)

    def action_open(self) -> None:
        """Open the instance under the cursor; fold or unfold a group."""
        if isinstance(self.cursor, Heading):
            self._fold(self.cursor)
        elif (row := self.cursor_row) is not None:
            self.post_message(self.Opened(row))

    def action_follow(self) -> None:
        """Keep the cursor's instance in the middle of the screen wherever it sorts, until the cursor is moved."""
        self.following = not self.following
        self._rearranged(self._cursor_line)

    def on_click(self, event: events.Click) -> None:
        """A click on a title sorts, on a row puts the cursor there; a double click opens."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < HEADER_LINES:
            column = self.painter.column_at(offset.x)
            if column is not None:
                self._sort_by(column.id)
            return
        number = self.scroll_offset.y + offset.y - HEADER_LINES
        if number < len(self._listing):
            self._move_to(number)
            if event.chain == 2:
                self.action_open()

    # Marks -------------------------------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark the cursor's instance, or take its mark away, and go on to the next line."""
        if isinstance(self.cursor, str):
            self.marks ^= {self.cursor}
            self.action_cursor_by(1)

    def action_mark_range(self) -> None:
        """The first time: begin a range here. The second time: mark from there to here."""
        if not isinstance(self.cursor, str):
            return
        anchor, self._anchor = self._anchor, None
        begin = self._listing.number(anchor)
        if anchor is None or begin is None:
            self._anchor = self.cursor
        else:
            end = self._listing.number(self.cursor) or 0
            lines = self._listing.lines(min(begin, end), max(begin, end) + 1)
            self.marks |= {line for line in lines if isinstance(line, str)}
        self._refresh_rows([id_ for id_ in (anchor, self._anchor) if id_ is not None])

    def action_mark_all(self) -> None:
        """Mark all that is shown."""
        self.marks |= frozenset(self._listing.matching_ids(self._now))

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._anchor = None
        self.marks = frozenset()

    # Arranging ---------------------------------------------------------------------------------------------------------------

    def action_sort_next(self, step: int) -> None:
        """Sort by the next column to the left or right; beyond the ends lies the usual order."""
        choices = ["", *(column.id for column in self.painter.columns)]
        here = choices.index(self.arrangement.sort) if self.arrangement.sort in choices else 0
        self._arrange(sort=choices[(here + step) % len(choices)])

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._arrange(reverse=not self.arrangement.reverse)

    def action_whole_ids(self) -> None:
        """Show ids whole, or by their end."""
        self._arrange(whole_ids=not self.shows_whole_ids)

    def action_group_next(self) -> None:
        """Group by the next of owner, type, state, job name, nothing."""
        names = ["", *GROUPINGS]
        self._arrange(group=names[(names.index(self.arrangement.group) + 1) % len(names)])

    def group_by(self, name: str) -> None:
        """Group by one of `GROUPINGS`; an empty name takes the groups away."""
        self._arrange(group=name)

    def sort_by(self, column: str, *, reverse: bool = False) -> None:
        """Sort by a column; an empty id is the usual order."""
        self._arrange(sort=column, reverse=reverse)

    def action_fold(self, fold: bool) -> None:
        """Fold the cursor's group away, or show its rows again."""
        grouping = GROUPINGS.get(self.arrangement.group)
        if grouping is None:
            return
        row = self.cursor_row
        heading = self.cursor if isinstance(self.cursor, Heading) else (Heading(grouping.of(row)) if row else None)
        if heading is not None and self._listing.is_collapsed(heading) is not fold:
            self._fold(heading)

    def _fold(self, heading: Heading) -> None:
        self.cursor = heading
        line = self._cursor_line
        self._listing.fold(heading)
        self._rearranged(line)

    def _sort_by(self, column: str) -> None:
        """The same column again turns the order round."""
        self._arrange(sort=column, reverse=not self.arrangement.reverse if column == self.arrangement.sort else False)

    def _arrange(self, **changes: object) -> None:
        fields = {name: getattr(self.arrangement, name) for name in Arrangement.__slots__}
        self.arrangement = Arrangement(**{**fields, **changes})
