"""The list of instances on the screen, line by line: cost follows what is on the screen, not what is in the list.

The cursor belongs to an instance **id**. A refresh, a new order, a filter or a resize moves lines about; the row under the cursor
stays under the cursor, and on its line of the screen where that is possible. So do the marks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar

from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from odps_tui.monitor import Change, Heading, InstanceRow, InstanceState, Line, Listing, Selects, Snapshot, slicing, utc_now
from odps_tui.monitor.slicing import Steps
from odps_tui.painting.moved_lines import repaint
from odps_tui.widgets.arrangement import Arrangement
from odps_tui.widgets.columns import COLUMNS, by_activity, lay_out
from odps_tui.widgets.grouping import GROUPINGS, Grouping
from odps_tui.widgets.headings import WHOLE_IDS_FROM, usual_columns
from odps_tui.widgets.line_view import LineView
from odps_tui.widgets.row_painter import Notes, RowPainter
from odps_tui.widgets.scroll_place import ScrollPlace
from odps_tui.widgets.sliced_work import NEWS, SlicedWork

HEADER_LINES = 1
"""The titles of the columns."""

_FIRST = "first list"
"""The kind of work that puts rows into a list that has none."""


@dataclass(frozen=True, slots=True)
class _Painted:
    row: InstanceRow
    at: datetime
    texts: tuple[str, ...]
    notes: Notes
    strip: Strip


class InstanceLines(LineView, can_focus=True):
    """Paints `snapshot` as of `now`, with its cursor and marks; what keys and clicks do to them is `InstanceTable`'s.

    Posts `Highlighted` when the cursor rests on another instance.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"instance-table--{name}" for name in ("header", "sorted", "cursor", "marked", "sign", "dim", "row", "group")),
        *(f"instance-table--{state}" for state in InstanceState),
    }

    snapshot: var[Snapshot | None] = var(None, init=False)
    now: var[datetime | None] = var(None, init=False)
    cursor: var[Line | None] = var(None, init=False)
    marks: var[frozenset[str]] = var(frozenset[str](), init=False)
    pins: var[tuple[str, ...]] = var((), init=False)
    """Ids that stand above everything else, in this order."""
    following: var[bool] = var(False, init=False)
    arrangement: var[Arrangement] = var(Arrangement(), init=False)

    @dataclass
    class Highlighted(Message):
        """The cursor is on `row`; None when it is on no instance."""

        row: InstanceRow | None

    @dataclass
    class Arranged(Message):
        """The operator arranged the list otherwise."""

        arrangement: Arrangement

    class Scrolled(Message):
        """Other rows came onto the screen."""

        def can_replace(self, message: Message) -> bool:
            """One is enough."""
            return isinstance(message, InstanceLines.Scrolled)

    class Changed(Message):
        """Rows, filter, marks or order changed: what is said about the list has to be said anew."""

        def can_replace(self, message: Message) -> bool:
            """One is enough."""
            return isinstance(message, InstanceLines.Changed)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._listing = Listing(by_activity)
        self._ahead: Listing | None = None
        """The first lines of a long first list, to be seen while all of it is put in order. No key does anything to them."""
        self._work = SlicedWork(self.set_timer)
        self._painted: dict[str, _Painted] = {}
        self._drawn: dict[int, Line | None] = {}
        """What each line of the viewport showed when it was last painted; None for none of the list's."""
        self._painter: RowPainter | None = None
        self._fresh: frozenset[str] = frozenset()
        self._fresh_since: datetime | None = None
        self._was_whole = False
        self._anchor: str | None = None
        self._empty_text = ""
        self._place = ScrollPlace()

    # What there is to know ---------------------------------------------------------------------------------------------------

    @property
    def cursor_row(self) -> InstanceRow | None:
        """The instance under the cursor."""
        return self._listing.rows.get(self.cursor) if isinstance(self.cursor, str) else None

    @property
    def cursor_id(self) -> str | None:
        """The id of the instance under the cursor."""
        return self.cursor if isinstance(self.cursor, str) else None

    @property
    def shown(self) -> int:
        """How many instances the filter shows."""
        return self._listing.shown

    @property
    def total(self) -> int:
        """How many instances there are."""
        return len(self._listing.rows)

    def row(self, instance_id: str) -> InstanceRow | None:
        """Return the latest row of an instance, whether or not it is shown."""
        latest = self.snapshot.rows.get(instance_id) if self.snapshot is not None else None
        return latest or self._listing.rows.get(instance_id)

    def is_shown(self, instance_id: str) -> bool:
        """Tell whether the filter shows an instance."""
        return instance_id in self._listing

    def count_shown(self, ids: Set[str]) -> int:
        """Return how many of these instances the filter shows."""
        return self._listing.count(ids)

    def count_unknown_ends(self) -> int:
        """Return of how many instances that the filter shows nobody has asked how they ended."""
        return sum(1 for row in self._listing.each() if row.ending is None and row.state is InstanceState.ENDED)

    def visible_rows(self) -> list[InstanceRow]:
        """Return the rows on the screen."""
        top, listing = self.scroll_offset.y, self._on_screen
        return [listing.rows[line] for line in listing.lines(top, top + self._page) if isinstance(line, str)]

    def marked_rows(self) -> list[InstanceRow]:
        """Return the rows that are marked, shown or not, in the order of their ids."""
        return [self._listing.rows[id_] for id_ in sorted(self.marks) if id_ in self._listing.rows]

    def shown_rows(self) -> list[InstanceRow]:
        """Return all rows that are shown, in their order, those of folded groups included."""
        return self._listing.shown_rows()

    @property
    def painter(self) -> RowPainter:
        """How lines look at this width, in this arrangement, in these colours."""
        width = self._width
        if self._painter is None or self._painter.width != width:
            chosen = self.arrangement
            columns = lay_out(chosen.columns or usual_columns(width), whole_ids=self.shows_whole_ids, widths=dict(chosen.widths))
            self._painter = RowPainter(columns, width, self._style_of)
        return self._painter

    # What changes the list ---------------------------------------------------------------------------------------------------

    @property
    def shows_whole_ids(self) -> bool:
        """Whether ids are shown whole: as the operator wishes, else where there is room."""
        chosen = self.arrangement.whole_ids
        return self._width >= WHOLE_IDS_FROM if chosen is None else chosen

    def show_when_empty(self, text: str) -> None:
        """Say `text` in place of rows while there are none: an empty list, a failed read and a first wait are different."""
        if text != self._empty_text:
            self._empty_text = text
            if not len(self._on_screen):
                self.refresh()

    def select(self, line: Line | None) -> None:
        """Put the cursor on a line."""
        self.cursor = line

    def filter_by(self, selects: Selects | None) -> None:
        """Show what `selects` selects; the instance under the cursor stays whatever it is."""
        self._work.do("filter", lambda: self._rearrange(self._listing.filter_by(selects, self._now)))

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Take over the rows that differ. Somebody waits for the first of them."""
        if snapshot is None:
            return
        is_first = not self._listing.rows
        takes_long = len(snapshot.rows) > slicing.COPIED
        begins = self._look_ahead if is_first and takes_long and self._ahead is None else self._take_in
        self._work.do(_FIRST if is_first else NEWS, partial(begins, snapshot))

    def _look_ahead(self, snapshot: Snapshot) -> Steps[None]:
        """Show the first screen; when it has been painted, put all of the latest snapshot in order."""
        self._ahead = yield from self._listing.ahead(snapshot.rows, self._page, self._now)
        self._resize_list()
        self._refresh_moved()
        self.call_after_refresh(lambda: self.watch_snapshot(self.snapshot))

    def _take_in(self, snapshot: Snapshot) -> Steps[None]:
        change = yield from self._listing.show(snapshot.rows, self._now, snapshot.step)
        line, before = self._cursor_line, self._listing.rows
        done = change()
        news = self._note_fresh(before, done.changed, snapshot)
        if done.moved:
            self._rearranged(line)
        else:
            self._refresh_rows({*done.changed, *news})
            self.post_message(self.Changed())
        if self.cursor in done.changed:
            self.post_message(self.Highlighted(self.cursor_row))

    def _note_fresh(self, before: Mapping[str, InstanceRow], changed: Collection[str], snapshot: Snapshot) -> Collection[str]:
        """Rows that are new or in another state are marked until the next poll; return which are no longer, or are now.

        Between two polls snapshots come that only tell more of what was read; they end nothing. While the pages of a longer list
        come in, and in a first list, what was not there before is not new.
        """
        is_whole, self._was_whole = snapshot.complete and self._was_whole, snapshot.complete
        rows, old = self._listing.rows, self._fresh
        known = changed if is_whole else [id_ for id_ in changed if id_ in before] if before else ()
        news = frozenset(id_ for id_ in known if _is_news(before.get(id_), rows[id_]))
        self._fresh = old | news if snapshot.read_at == self._fresh_since else news
        self._fresh_since = snapshot.read_at
        return old ^ self._fresh

    def watch_pins(self, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        """Lift what is pinned now, and let down what is no longer."""
        for id_ in {*before, *after}:
            self._painted.pop(id_, None)
        self._work.do("pins", lambda: self._rearrange(self._listing.pin(after, self._now)))

    def watch_arrangement(self, before: Arrangement, after: Arrangement) -> None:
        """Order, group and lay out as the operator wishes."""
        self._painter = None
        self._painted.clear()
        self.refresh()
        if (before.sort, before.reverse) != (after.sort, after.reverse):
            self._work.do("order", self._sort)
        if before.group != after.group:
            grouping: Grouping | None = GROUPINGS.get(after.group)
            self._work.do("groups", lambda: self._rearrange(self._listing.group_by(grouping.of if grouping else None, self._now)))
        self.post_message(self.Changed())
        self.post_message(self.Arranged(after))

    def _sort(self) -> Steps[None]:
        column = COLUMNS.get(self.arrangement.sort)
        change = yield from self._listing.sort_by(column.key if column else by_activity, self._now)
        line = self._cursor_line
        self._listing.turn(reverse=self.arrangement.reverse)
        change()
        self._rearranged(line)

    def _rearrange(self, steps: Steps[Change]) -> Steps[None]:
        change = yield from steps
        line = self._cursor_line
        change()
        self._rearranged(line)

    def watch_cursor(self, before: Line | None, after: Line | None) -> None:
        """Keep the new instance in the list whatever happens, let go of the old one, and scroll into view."""
        line = (self._listing.number(after) or 0) - self.scroll_offset.y
        if self._listing.keep([after] if isinstance(after, str) else [], self._now):
            self._rearranged(line)
        for one in (before, after):
            self._refresh_line_of(one)
        if (number := self._listing.number(after)) is not None:
            self._scroll_into_view(number)
        self.post_message(self.Highlighted(self.cursor_row))

    def watch_following(self) -> None:
        """Say so, or no longer."""
        self.post_message(self.Changed())

    def watch_marks(self, before: frozenset[str], after: frozenset[str]) -> None:
        """Repaint what was marked or is no longer."""
        self._refresh_rows(before ^ after)
        self.post_message(self.Changed())

    def _rearranged(self, line: int) -> None:
        """Lines have moved: put the cursor's row back on screen line `line`, and repaint what shows something else now."""
        self._ahead = None
        self._resize_list()
        top, number = self.scroll_offset.y, self._listing.number(self.cursor)
        if number is not None:
            wanted = self._page // 2 if self.following else max(0, min(line, self._page - 1))
            self.scroll_to(y=max(0, number - wanted), animate=False, immediate=True)
        elif len(self._listing):
            self.cursor = self._listing.line(0)
        if self.scroll_offset.y == top:
            self._refresh_moved()
        self.post_message(self.Changed())

    def _resize_list(self) -> None:
        """Tell the scroll bar how many lines there are. Only when it comes or goes all has to be laid out and painted anew."""
        size = Size(self._width, self._length + HEADER_LINES)
        if self.show_vertical_scrollbar == (size.height > self.container_size.height):
            self.set_reactive(InstanceLines.virtual_size, size)
            self.scroll_y = self.validate_scroll_y(self.scroll_y)
            self._show_place()
        else:
            self.virtual_size = size

    def _show_place(self) -> None:
        """Move the scroll bar."""
        if self.show_vertical_scrollbar:
            lines, window = self.virtual_size.height, self.container_size.height
            self._place.show(self.vertical_scrollbar, top=self.scroll_y, window=window, lines=lines)

    @property
    def _cursor_line(self) -> int:
        """The line of the viewport, from 0, that the cursor is on."""
        return (self._listing.number(self.cursor) or 0) - self.scroll_offset.y

    # Painting ----------------------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> datetime:
        return self.now or utc_now()

    @property
    def _width(self) -> int:
        """Cells beside the scroll bar."""
        return self.scrollable_content_region.width

    @property
    def _on_screen(self) -> Listing:
        """What is painted: the list, or the first lines of one to come."""
        return self._ahead or self._listing

    @property
    def _length(self) -> int:
        """How many lines there are to scroll through, or will be."""
        return len(self.snapshot.rows) if self._ahead and self.snapshot is not None else len(self._listing)

    @property
    def _page(self) -> int:
        return max(1, self.size.height - HEADER_LINES)

    def _style_of(self, name: str) -> Style:
        return self.get_component_rich_style(f"instance-table--{name}")

    def watch_now(self) -> None:
        """Repaint the lines on which time shows."""
        self._refresh_rows(None)

    def _refresh_rows(self, ids: Collection[str] | None) -> None:
        """Repaint those of `ids` (None: all) that are on the screen and would look different."""
        wanted = None if ids is None else frozenset(ids)
        top = self.scroll_offset.y
        for line in self._listing.lines(top, top + self._page):
            if isinstance(line, str) and (wanted is None or line in wanted) and self._looks_different(line):
                self._refresh_line_of(line)

    def _refresh_moved(self) -> None:
        """Repaint the lines of the screen that show something else: a poll moves many, and mostly none of those.

        To repaint them all takes as long as the rest of a poll, and a key that is pressed meanwhile waits for it.
        """
        others = [y for y in range(HEADER_LINES, self.size.height) if self._shows_another(y)]
        if not others:
            return
        before = {line: y for y, line in self._drawn.items() if isinstance(line, str)}
        lines = {y: self._line_at(y) for y in others}
        moved = {
            y: before[line] for y, line in lines.items() if isinstance(line, str) and line in before and line in self._painted
        }
        for y in repaint(self, others, moved):
            self._drawn[y] = lines[y]

    def _shows_another(self, y: int) -> bool:
        """Tell whether line `y` of the viewport is not as it was last painted."""
        line = self._line_at(y)
        if not isinstance(line, str):
            return line is not None or self._drawn.get(y) is not None or y not in self._drawn
        is_different = self._looks_different(line)
        if is_different:
            self._painted.pop(line, None)
        return is_different or self._drawn.get(y) != line

    def _looks_different(self, instance_id: str) -> bool:
        painted = self._painted.get(instance_id)
        if painted is None:
            return True
        row, now = self._on_screen.rows[instance_id], self._now
        if painted.row.state is not row.state or painted.notes != self._notes(instance_id):
            return True
        return not (painted.row is row and painted.at == now) and painted.texts != self.painter.texts(row, now)

    def _refresh_line_of(self, line: Line | None) -> None:
        number = self._listing.number(line)
        if isinstance(line, str):
            self._painted.pop(line, None)
        if number is None:
            return
        y = number - self.scroll_offset.y + HEADER_LINES
        if HEADER_LINES <= y < self.size.height:
            self.refresh(Region(0, y, self._width, 1))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Repaint what is another row now, which is nothing where rows came in above; and say that other rows can be seen."""
        self._show_place()
        if round(old_value) != round(new_value):
            self._refresh_moved()
            self.post_message(self.Scrolled())

    def _scroll_into_view(self, number: int) -> None:
        top, page = self.scroll_offset.y, self._page
        if number < top:
            self.scroll_to(y=number, animate=False, immediate=True)
        elif number >= top + page:
            self.scroll_to(y=number - page + 1, animate=False, immediate=True)

    def on_unmount(self) -> None:
        """Let go of the rows at once: the widget itself is in cycles, and stays until the collector comes by."""
        self._work.stop()
        self._listing, self._ahead = Listing(by_activity), None
        self._painted.clear()
        self.set_reactive(InstanceLines.snapshot, None)

    def on_resize(self) -> None:
        """Choose the columns that fit and keep the cursor in view."""
        self._painted.clear()
        self.virtual_size = Size(self._width, self._length + HEADER_LINES)
        if (number := self._listing.number(self.cursor)) is not None:
            self._scroll_into_view(number)

    def notify_style_update(self) -> None:
        """Forget lines painted in the old colours."""
        self._painted.clear()
        self._painter = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Paint line `y` of the viewport: the titles, a row, a heading, or nothing."""
        if y == 0:
            return self.painter.titles(self.arrangement.sort, reverse=self.arrangement.reverse)
        line = self._drawn[y] = self._line_at(y)
        if line is not None:
            return self._heading_strip(line) if isinstance(line, Heading) else self._row_strip(line)
        if not len(self._on_screen) and y == 2:
            return self.painter.words(self._empty_text)
        return Strip.blank(self._width, self.rich_style)

    def _line_at(self, y: int) -> Line | None:
        """Return which of the list's lines belongs on line `y` of the viewport."""
        number = self.scroll_offset.y + y - HEADER_LINES
        return self._on_screen.line(number) if number < len(self._on_screen) else None

    def _heading_strip(self, heading: Heading) -> Strip:
        size, is_folded = self._on_screen.group_size(heading), self._on_screen.is_collapsed(heading)
        return self.painter.heading(heading.group, size, is_folded=is_folded, is_cursor=self.cursor == heading)

    def _row_strip(self, instance_id: str) -> Strip:
        row = self._on_screen.rows[instance_id]
        notes, painted = self._notes(instance_id), self._painted.get(instance_id)
        is_good = painted is not None and painted.row is row and painted.notes == notes
        if painted is not None and is_good and painted.strip.cell_length == self._width:
            return painted.strip
        now = self._now
        texts = self.painter.texts(row, now)
        strip = self.painter.row(row, texts, notes)
        if len(self._painted) > 4 * self._page + 100:
            self._painted.clear()
        self._painted[instance_id] = _Painted(row, now, texts, notes, strip)
        return strip

    def _notes(self, instance_id: str) -> Notes:
        head = self._on_screen.head
        return Notes(
            is_cursor=instance_id == self.cursor,
            is_marked=instance_id in self.marks,
            is_tombstone=self._on_screen.is_tombstone(instance_id, self._now),
            is_fresh=instance_id in self._fresh,
            is_anchor=instance_id == self._anchor,
            is_pinned=instance_id in head,
            is_last_pin=head[-1:] == (instance_id,),
        )


def _is_news(before: InstanceRow | None, after: InstanceRow) -> bool:
    """To learn how an instance ended that had ended before is knowledge, not news."""
    return before is None or (before.state is not after.state and before.state is not InstanceState.ENDED)
