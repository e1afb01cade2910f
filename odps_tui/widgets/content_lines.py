"""A pane of lines with a cursor that repaints only the lines that look different, and makes only those that can be seen."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip
from textual.visual import Visual

from odps_tui.widgets.line_view import LineView

Lines = Sequence[Content]
"""Lines by number; one that is asked for is made, so a sequence may make them late."""


class ContentLines(LineView, can_focus=True):
    """Shows `lines`. The cursor rests on lines that have a key, and stays on its key when lines move."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"content-lines--cursor"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "cursor_by(1)", "down", id="lines.down", show=False),
        Binding("k,up", "cursor_by(-1)", "up", id="lines.up", show=False),
        Binding("g,home", "to_start", "first", id="lines.first", show=False),
        Binding("G,end", "to_end", "last", id="lines.last", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", id="lines.page_up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", id="lines.page_down", show=False),
        Binding("ctrl+d", "page(0.5)", "half a page down", id="lines.half_down", show=False),
        Binding("ctrl+u", "page(-0.5)", "half a page up", id="lines.half_up", show=False),
        Binding("enter", "open", "open", key_display="⏎", id="lines.open", show=False, tooltip="go into what the cursor is on"),
    ]

    cursor: var[Hashable | None] = var(None, init=False)

    @dataclass
    class Opened(Message):
        """Enter was pressed on the line of `key`, or it was clicked."""

        lines: ContentLines
        key: Hashable

        @property
        def control(self) -> ContentLines:
            """The pane."""
            return self.lines

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._lines: Lines = ()
        self._keys: Sequence[Hashable | None] = ()
        self._places: dict[Hashable, int] = {}
        self._pinned = 0
        self._drawn: dict[int, tuple[Content | None, bool]] = {}
        """What each line of the viewport showed when it was last painted, and whether the cursor was on it."""

    # What is shown -----------------------------------------------------------------------------------------------------------

    def show(
        self, lines: Lines, keys: Sequence[Hashable | None] = (), *, pinned: int = 0, prefer: Hashable | None = None
    ) -> None:
        """Show other lines, repainting what differs. `keys` by line; the first `pinned` lines do not scroll.

        A cursor whose key is gone goes to `prefer`, else to the first key.
        """
        if keys is not self._keys:
            self._places = {key: number for number, key in enumerate(keys) if key is not None}
        self._lines, self._keys, self._pinned = lines, keys, pinned
        size = Size(self._width, len(lines))
        if self.virtual_size != size:
            self.virtual_size = size
        if self.cursor not in self._places:
            self.cursor = prefer if prefer in self._places else next(iter(self._places), None)
        self._refresh_changed()

    @property
    def text(self) -> str:
        """All lines as text."""
        return "\n".join(self._lines[number].plain.rstrip() for number in range(len(self._lines)))

    @property
    def cursor_line(self) -> int | None:
        """The number of the line that the cursor is on."""
        return self._places.get(self.cursor)

    @property
    def is_at_end(self) -> bool:
        """Tell whether the last line can be seen."""
        return self.scroll_offset.y >= self.max_scroll_y

    # Moving ------------------------------------------------------------------------------------------------------------------

    def watch_cursor(self, before: Hashable | None, after: Hashable | None) -> None:
        """Repaint both lines and scroll the new one into view."""
        for key in (before, after):
            if (number := self._places.get(key)) is not None:
                self._refresh_line(number)
        if (number := self._places.get(after)) is not None:
            self.show_line(number)

    def action_cursor_by(self, lines: int) -> None:
        """Move to the next line that has a key; where there is none, scroll."""
        numbers = list(self._places.values())
        here = self.cursor_line
        if here is None:
            self.scroll_relative(y=lines, animate=False, immediate=True)
            return
        place = numbers.index(here) + lines
        if 0 <= place < len(numbers):
            self.cursor = self._keys[numbers[place]]
        else:
            self.scroll_relative(y=lines, animate=False, immediate=True)

    def action_to_start(self) -> None:
        """Go to the first line."""
        self.cursor = next(iter(self._places), None)
        self.scroll_to(y=0, animate=False, immediate=True)

    def action_to_end(self) -> None:
        """Go to the last line."""
        self.cursor = next(reversed(self._places), None)
        self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)

    def action_page(self, pages: float) -> None:
        """Scroll by pages; the cursor goes along."""
        lines = int(pages * self._page) or (1 if pages > 0 else -1)
        here = self.cursor_line
        if here is None:
            self.scroll_relative(y=lines, animate=False, immediate=True)
            return
        numbers = list(self._places.values())
        aim = here + lines
        behind = [number for number in numbers if (number >= aim if lines > 0 else number <= aim)]
        near = (min(behind) if lines > 0 else max(behind)) if behind else (numbers[-1] if lines > 0 else numbers[0])
        self.cursor = self._keys[near]

    def action_open(self) -> None:
        """Go into what the cursor is on."""
        if self.cursor in self._places:
            self.post_message(self.Opened(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a second click opens."""
        offset = event.get_content_offset(self)
        number = self._number_at(offset.y) if offset is not None else None
        key = self._keys[number] if number is not None and number < len(self._keys) else None
        if key is None:
            return
        if key == self.cursor and event.chain > 1:
            self.action_open()
        self.cursor = key

    def show_line(self, number: int) -> None:
        """Scroll a line into view; with the first one that has a key, all that stands above it."""
        if number < self._pinned:
            return
        first = next(iter(self._places.values()), 0)
        top, page = self.scroll_offset.y, self._page
        if number == first and number < page:
            self.scroll_to(y=0, animate=False, immediate=True)
        elif number < top + self._pinned:
            self.scroll_to(y=number - self._pinned, animate=False, immediate=True)
        elif number >= top + self._pinned + page:
            self.scroll_to(y=number - self._pinned - page + 1, animate=False, immediate=True)

    # Painting ----------------------------------------------------------------------------------------------------------------

    @property
    def _width(self) -> int:
        """Cells beside the scroll bar."""
        return self.scrollable_content_region.width

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - self._pinned)

    def on_resize(self) -> None:
        """Nothing that was painted fits any more."""
        self._drawn.clear()
        self.virtual_size = Size(self._width, len(self._lines))

    def notify_style_update(self) -> None:
        """Forget lines painted in the old colours."""
        self._drawn.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Paint line `y` of the viewport."""
        number = self._number_at(y)
        line = self._lines[number] if number is not None else None
        is_cursor = number is not None and number == self.cursor_line and self.has_focus
        self._drawn[y] = (line, is_cursor)
        style = self.visual_style
        if line is None:
            return Strip.blank(self._width, style.rich_style)
        if is_cursor:
            style += self.get_visual_style("content-lines--cursor", partial=True)
        strips = Visual.to_strips(self, line, self._width, 1, style, pad=True, apply_selection=False)
        return strips[0].adjust_cell_length(self._width, style.rich_style) if strips else Strip.blank(self._width)

    def on_focus(self) -> None:
        """The cursor shows."""
        self._refresh_changed()

    def on_blur(self) -> None:
        """The cursor hides."""
        self._refresh_changed()

    def _number_at(self, y: int) -> int | None:
        """Return which line stands on line `y` of the viewport, None below the last."""
        number = y if y < self._pinned else y + self.scroll_offset.y
        return number if number < len(self._lines) else None

    def _refresh_changed(self) -> None:
        here = self.cursor_line if self.has_focus else None
        for y in range(self.scrollable_content_region.height):
            number = self._number_at(y)
            line = self._lines[number] if number is not None else None
            if not _is_same(self._drawn.get(y), line, is_cursor=number is not None and number == here):
                self.refresh(Region(0, y, self._width, 1))

    def _refresh_line(self, number: int) -> None:
        y = number if number < self._pinned else number - self.scroll_offset.y
        if 0 <= y < self.scrollable_content_region.height:
            self.refresh(Region(0, y, self._width, 1))


def _is_same(drawn: tuple[Content | None, bool] | None, line: Content | None, *, is_cursor: bool) -> bool:
    """Compare with what was painted, colours too: two contents are equal as soon as their texts are."""
    if drawn is None or drawn[1] != is_cursor:
        return False
    return drawn[0] is line or (drawn[0] is not None and line is not None and drawn[0].is_same(line))
