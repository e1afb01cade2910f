"""The list of instances, painted line by line: cost follows what is on the screen, not what is in the list.

The cursor belongs to an instance **id**. A refresh, a new order or a resize moves lines about; the row under the cursor stays
under the cursor, and on its line of the screen where that is possible.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from odps_tui.monitor import InstanceRow, InstanceState, OrderedView, Snapshot
from odps_tui.widgets.columns import Column, columns_for

_HEADER_LINES = 1
_MARK_CELLS = 2


def _order(row: InstanceRow) -> tuple[bool, float]:
    """What lives comes first, the longest-lived on top; below it what ended, the latest first."""
    if row.is_live:
        return (False, row.start_time.timestamp() if row.start_time else 0.0)
    ended = row.end_time or row.start_time
    return (True, -ended.timestamp() if ended else 0.0)


class InstanceTable(ScrollView, can_focus=True):
    """Shows `snapshot` as of `now`; posts `Highlighted` when the cursor rests on another instance, `Opened` on Enter."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "instance-table--header",
        "instance-table--cursor",
        "instance-table--dim",
        *(f"instance-table--{state}" for state in InstanceState),
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "cursor_by(1)", "down", id="list.down", show=False),
        Binding("k,up", "cursor_by(-1)", "up", id="list.up", show=False),
        Binding("g,home", "cursor_to_start", "first", id="list.first", show=False),
        Binding("G,end", "cursor_to_end", "last", id="list.last", show=False),
        Binding("pageup,ctrl+b", "cursor_by_page(-1)", "page up", id="list.page_up", show=False),
        Binding("pagedown,ctrl+f", "cursor_by_page(1)", "page down", id="list.page_down", show=False),
        Binding("enter", "open", "open", key_display="⏎", id="list.open"),
    ]

    snapshot: reactive[Snapshot | None] = reactive(None, init=False)
    now: reactive[datetime | None] = reactive(None, init=False)
    cursor_id: reactive[str | None] = reactive(None, init=False)

    @dataclass
    class Highlighted(Message):
        """The cursor is on `row`; None when the list is empty."""

        row: InstanceRow | None

    @dataclass
    class Opened(Message):
        """Enter was pressed on `row`."""

        row: InstanceRow

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._rows: Mapping[str, InstanceRow] = {}
        self._view = OrderedView(_order)
        self._painted: dict[str, tuple[InstanceRow, tuple[str, ...], Strip]] = {}
        self._empty_text = ""

    @property
    def cursor_row(self) -> InstanceRow | None:
        """The instance under the cursor."""
        return self._rows.get(self.cursor_id) if self.cursor_id is not None else None

    def show_when_empty(self, text: str) -> None:
        """Say `text` in place of rows while there are none: an empty list, a failed read and a first wait are different."""
        if text != self._empty_text:
            self._empty_text = text
            if not len(self._view):
                self.refresh()

    def row(self, instance_id: str) -> InstanceRow | None:
        """Return the row of an instance, if it is in the list."""
        return self._rows.get(instance_id)

    # The data changes ------------------------------------------------------------------------------------------------------

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Take over the rows that differ; keep the cursor's instance even when it has left the list."""
        if snapshot is None:
            return
        before = self._rows
        rows = dict(snapshot.rows)
        if self.cursor_id is not None and self.cursor_id in before:
            rows.setdefault(self.cursor_id, before[self.cursor_id])
        changed = [id_ for id_, row in rows.items() if before.get(id_) is not row]
        gone = before.keys() - rows.keys()
        line = self._cursor_line
        self._rows = rows
        if self._view.update(rows, changed, gone):
            self._rearranged(line)
        else:
            self._refresh_rows(changed)
        if self.cursor_id in changed:
            self.post_message(self.Highlighted(self.cursor_row))

    @property
    def _cursor_position(self) -> int | None:
        return self._view.position(self.cursor_id) if self.cursor_id is not None else None

    @property
    def _cursor_line(self) -> int:
        """The line of the viewport, from 0, that the cursor's row is on."""
        return (self._cursor_position or 0) - self.scroll_offset.y

    def _rearranged(self, line: int) -> None:
        """Rows have moved: put the cursor's row back on `line`."""
        self._painted.clear()
        self.virtual_size = Size(self._width, len(self._view) + _HEADER_LINES)
        position = self._cursor_position
        if position is not None:
            self.scroll_to(y=max(0, position - line), animate=False, immediate=True)
        elif len(self._view):
            self.cursor_id = self._view.id_at(0)
        self.refresh()

    def watch_now(self) -> None:
        """Repaint the lines on which time shows."""
        self._refresh_rows(self._visible_ids())

    def _visible_ids(self) -> Sequence[str]:
        top = self.scroll_offset.y
        return self._view.ids(top, top + self._page)

    def _refresh_rows(self, ids: Collection[str]) -> None:
        """Repaint those of `ids` that are on the screen and would look different."""
        if self.now is None:
            return
        wanted = set(ids)
        for id_ in self._visible_ids():
            painted = self._painted.get(id_)
            if id_ in wanted and (painted is None or not self._looks_like(painted, self._rows[id_], self.now)):
                self._refresh_row(id_)

    def _looks_like(self, painted: tuple[InstanceRow, tuple[str, ...], Strip], row: InstanceRow, now: datetime) -> bool:
        return painted[0].state == row.state and painted[1] == self._texts(row, now)

    def _refresh_row(self, id_: str) -> None:
        self._painted.pop(id_, None)
        position = self._view.position(id_)
        if position is None:
            return
        y = position - self.scroll_offset.y + _HEADER_LINES
        if _HEADER_LINES <= y < self.size.height:
            self.refresh(Region(0, y, self._width, 1))

    # The cursor moves ------------------------------------------------------------------------------------------------------

    def watch_cursor_id(self, before: str | None, after: str | None) -> None:
        """Repaint the two lines and scroll the new one into view."""
        for id_ in (before, after):
            if id_ is not None:
                self._refresh_row(id_)
        if (position := self._cursor_position) is not None:
            self._scroll_into_view(position)
        self.post_message(self.Highlighted(self.cursor_row))

    def _scroll_into_view(self, position: int) -> None:
        top, page = self.scroll_offset.y, self._page
        if position < top:
            self.scroll_to(y=position, animate=False, immediate=True)
        elif position >= top + page:
            self.scroll_to(y=position - page + 1, animate=False, immediate=True)

    @property
    def _page(self) -> int:
        return max(1, self.size.height - _HEADER_LINES)

    def _move_to(self, position: int) -> None:
        if len(self._view):
            self.cursor_id = self._view.id_at(max(0, min(position, len(self._view) - 1)))

    def action_cursor_by(self, lines: int) -> None:
        """Move the cursor by `lines`."""
        self._move_to((self._cursor_position or 0) + lines)

    def action_cursor_by_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        self._move_to((self._cursor_position or 0) + pages * self._page)

    def action_cursor_to_start(self) -> None:
        """Move the cursor to the first row."""
        self._move_to(0)

    def action_cursor_to_end(self) -> None:
        """Move the cursor to the last row."""
        self._move_to(len(self._view) - 1)

    def action_open(self) -> None:
        """Open the instance under the cursor."""
        if (row := self.cursor_row) is not None:
            self.post_message(self.Opened(row))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked row; a second click opens it."""
        position = self.scroll_offset.y + event.y - _HEADER_LINES
        if event.y >= _HEADER_LINES and position < len(self._view):
            self._move_to(position)
            if event.chain == 2:
                self.action_open()

    @property
    def _width(self) -> int:
        """Cells beside the scroll bar."""
        return self.scrollable_content_region.width

    @property
    def _columns(self) -> tuple[Column, ...]:
        return columns_for(self._width)

    # Painting --------------------------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Choose the columns that fit and keep the cursor in view."""
        self._painted.clear()
        self.virtual_size = Size(self._width, len(self._view) + _HEADER_LINES)
        if (position := self._cursor_position) is not None:
            self._scroll_into_view(position)

    def notify_style_update(self) -> None:
        """Forget lines painted in the old colours."""
        self._painted.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Paint line `y` of the viewport: the heading, a row, or nothing."""
        width = self._width
        if y == 0:
            return self._header_strip(width)
        position = self.scroll_offset.y + y - _HEADER_LINES
        if position < len(self._view):
            return self._row_strip(self._view.id_at(position), width)
        if not len(self._view) and y == 2:
            return self._line(f"  {self._empty_text}", width, self.get_component_rich_style("instance-table--dim"))
        return Strip.blank(width, self.rich_style)

    def _line(self, text: str, width: int, style: Style) -> Strip:
        return Strip([Segment(set_cell_size(text, width), style)], width)

    def _header_strip(self, width: int) -> Strip:
        titles = [column.title for column in self._columns]
        cells = self._fit(tuple(titles), width)
        return self._line("  " + " ".join(cells), width, self.get_component_rich_style("instance-table--header"))

    def _texts(self, row: InstanceRow, now: datetime) -> tuple[str, ...]:
        return tuple(column.write(row, now) for column in self._columns)

    def _fit(self, texts: tuple[str, ...], width: int) -> list[str]:
        """Cut and pad each text to its column's cells."""
        columns = self._columns
        left = max(0, width - sum(column.width for column in columns) - len(columns) + 1 - _MARK_CELLS)
        return [_fit(text, column.width or left, column.align_right) for text, column in zip(texts, columns, strict=True)]

    def _row_strip(self, id_: str, width: int) -> Strip:
        row = self._rows[id_]
        painted = self._painted.get(id_)
        if painted is not None and painted[0] is row and painted[2].cell_length == width:
            return painted[2]
        if self.now is None:
            return Strip.blank(width, self.rich_style)
        texts = self._texts(row, self.now)
        strip = self._paint_row(row, texts, width)
        if len(self._painted) > 4 * self._page + 100:
            self._painted.clear()
        self._painted[id_] = (row, texts, strip)
        return strip

    def _paint_row(self, row: InstanceRow, texts: tuple[str, ...], width: int) -> Strip:
        is_cursor = row.id == self.cursor_id
        base = self.get_component_rich_style("instance-table--cursor") if is_cursor else self.rich_style
        if not row.is_live and not is_cursor:
            base = self.get_component_rich_style("instance-table--dim")
        state = base + Style(color=self.get_component_rich_style(f"instance-table--{row.state}").color)
        segments = [Segment("▌ " if is_cursor else "  ", base)]
        for text, column in zip(self._fit(texts, width), self._columns, strict=True):
            segments.append(Segment(text, state if column.shows_state else base))
            segments.append(Segment(" ", base))
        return Strip(segments[:-1]).adjust_cell_length(width, base).simplify()


def _fit(text: str, width: int, align_right: bool) -> str:
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width else ""
    padding = " " * (width - length)
    return padding + text if align_right else text + padding
