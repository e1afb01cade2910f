"""A text of any length: wrapped, in colours, searchable; what a key costs follows what is on the screen, not the text."""

from __future__ import annotations

import asyncio
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import work
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from odps_tui.widgets.detail.document import Document
from odps_tui.widgets.detail.finding import count_words, find_all
from odps_tui.widgets.detail.wrapping import Rows, wrap
from odps_tui.widgets.line_view import LineView

_ASIDE = 20_000
"""Characters from which on a text is wrapped and searched beside the event loop."""
_NUMBERS_FIT = 40
"""Cells from which on there is room for line numbers."""

Build = Callable[[], Document]


@dataclass(frozen=True, slots=True)
class _Laid:
    """A document with its rows at a width; `gutter` cells of each row hold line numbers."""

    document: Document
    rows: Rows
    width: int
    gutter: int
    numbers: dict[int, int]
    """Line numbers by row: only rows that begin a line of a numbered part have one."""


def _lay_out(document: Document, width: int) -> _Laid:
    lines = max((document.text.count("\n", *part) + 1 for part in document.numbered), default=0)
    gutter = len(str(lines)) + 1 if lines > 1 and width >= _NUMBERS_FIT else 0
    rows = wrap(document.text, width - gutter)
    numbers: dict[int, int] = {}
    for start, end in document.numbered if gutter else ():
        first = rows.row_at(start)
        before = rows.lines[first]
        for row in range(first, rows.row_at(max(start, end - 1)) + 1):
            if rows.lines[row]:
                numbers[row] = rows.lines[row] - before + 1
    return _Laid(document, rows, width, gutter, numbers)


class TextView(LineView, can_focus=True):
    """Shows what `show` is given; `search` marks what is found, `find_next` goes there. Posts `Searched` with the count."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"text-view--{name}"
        for name in (
            "heading", "muted", "error", "mark", "gutter", "match", "here",
            "comment", "keyword", "builtin", "string", "number",
        )
    }  # fmt: skip

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_by(1)", "down", id="text.down", show=False),
        Binding("k,up", "scroll_by(-1)", "up", id="text.up", show=False),
        Binding("g,home", "scroll_by(-1000000000)", "top", id="text.top", show=False),
        Binding("G,end", "scroll_by(1000000000)", "bottom", id="text.bottom", show=False),
        Binding("pageup,ctrl+b", "page_by(-1)", "page up", id="text.page_up", show=False),
        Binding("pagedown,ctrl+f,space", "page_by(1)", "page down", id="text.page_down", show=False),
        Binding("ctrl+d", "page_by(0.5)", "half a page down", id="text.half_down", show=False),
        Binding("ctrl+u", "page_by(-0.5)", "half a page up", id="text.half_up", show=False),
    ]

    words: reactive[str] = reactive("", init=False)
    """What is searched."""

    @dataclass
    class Searched(Message):
        """How many matches there are, and which one is looked at."""

        says: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._key: Hashable = None
        self._build: Build | None = None
        self._postponed: bool | None = None
        """Whether what is to be built starts at its top; None when nothing waits to be built."""
        self._document = Document()
        self._laid: _Laid | None = None
        self._matches: array[int] = array("L")
        self._here: int | None = None

    # What is shown ---------------------------------------------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """What is shown, as soon as it has been built."""
        return self._document

    @property
    def is_ready(self) -> bool:
        """True when what is on the screen is what was to be shown last, colours and all."""
        return self._build is None and self._laid is not None

    def show(self, key: Hashable, size: int, build: Build, *, fresh: bool = True) -> None:
        """Show what `build` makes, unless it is what `key` named last time; `size` says about how many characters it handles.

        A large one is built beside the event loop. With `fresh` it starts at its top; else the place is kept.
        """
        if key == self._key:
            return
        self._key = key
        self._build = build
        if size < _ASIDE:
            self._take(build(), fresh=fresh)
            return
        if fresh:
            self._take(Document("…"), fresh=True, is_last=False)
        self._postponed = fresh
        self._build_postponed()

    def _build_postponed(self) -> None:
        """Build what is large as soon as it is known how wide: a view that has just been shown has no size yet."""
        fresh, build = self._postponed, self._build
        if fresh is not None and build is not None and self._width > 0:
            self._postponed = None
            self._build_aside(build, fresh)

    @work(exclusive=True, group="document")
    async def _build_aside(self, build: Build, fresh: bool) -> None:
        width = self._width

        def make() -> _Laid:
            return _lay_out(build(), width)

        laid = await asyncio.to_thread(make)
        self._take(laid.document, fresh=fresh, laid=laid)

    def _take(self, document: Document, *, fresh: bool, laid: _Laid | None = None, is_last: bool = True) -> None:
        if is_last:
            self._build = None
        self._document = document
        self._laid = laid if laid is not None and laid.width == self._width else None
        self._matches = array("L")
        self._here = None
        if fresh:
            self.scroll_to(y=0, animate=False, immediate=True)
        self._lay_out_anew()
        if self.words:
            self._search_soon(stay=True)

    def _lay_out_anew(self) -> None:
        """Break the text into rows of this width, the first one on the screen staying there."""
        width = self._width
        if width <= 0 or not self.is_mounted:
            return
        if self._laid is None or self._laid.width != width or self._laid.document is not self._document:
            if len(self._document.text) >= _ASIDE and self._laid is not None:
                self._lay_out_aside(self._document, width)
                return
            self._take_rows(_lay_out(self._document, width))
        else:
            self._take_rows(self._laid)

    @work(exclusive=True, group="rows")
    async def _lay_out_aside(self, document: Document, width: int) -> None:
        laid = await asyncio.to_thread(_lay_out, document, width)
        if document is self._document:
            self._take_rows(laid)

    def _take_rows(self, laid: _Laid) -> None:
        before, top = self._laid, round(self.scroll_offset.y)
        first = before.rows.span(min(top, len(before.rows) - 1))[0] if before is not None and top else None
        is_same = before is not None and before.document is laid.document
        self._laid = laid
        self.virtual_size = Size(laid.width, len(laid.rows))
        if first is not None and is_same and laid is not before:
            self.scroll_to(y=laid.rows.row_at(first), animate=False, immediate=True)
        self.refresh()

    def on_mount(self) -> None:
        """Lay out what was given before."""
        self._lay_out_anew()

    def on_resize(self) -> None:
        """Other rows."""
        self._build_postponed()
        self._lay_out_anew()

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    # Moving ----------------------------------------------------------------------------------------------------------------

    def action_scroll_by(self, rows: int) -> None:
        """Scroll by rows."""
        self.scroll_to(y=max(0, self.scroll_offset.y + rows), animate=False, immediate=True)

    def action_page_by(self, pages: float) -> None:
        """Scroll by pages, with a row of the last one in sight."""
        self.action_scroll_by(int(pages * max(1, self.size.height - 1)))

    # Searching -------------------------------------------------------------------------------------------------------------

    def watch_words(self) -> None:
        """Search while one types."""
        self._search_soon(stay=False)

    @work(exclusive=True, group="search")
    async def _search_soon(self, *, stay: bool) -> None:
        text, words = self._document.text, self.words
        found = find_all(text, words) if len(text) < _ASIDE else await asyncio.to_thread(find_all, text, words)
        if text is not self._document.text:
            return
        self._matches, self._here = found, None
        if found and not stay and self._laid is not None:
            top = self._laid.rows.span(min(round(self.scroll_offset.y), len(self._laid.rows) - 1))[0]
            self._go_to(bisect_left(found, top) % len(found))
        self.refresh()
        self._tell()

    def find_next(self, step: int) -> None:
        """Go to the next match, or with -1 to the one before; behind the last comes the first."""
        if self._matches and self._laid is not None:
            self._go_to(((self._here if self._here is not None else -1 if step > 0 else 0) + step) % len(self._matches))
            self.refresh()
        if self.words:
            self._tell()

    def go_to(self, position: int) -> None:
        """Scroll a character of the text into view."""
        if self._laid is None:
            return
        row, top, height = self._laid.rows.row_at(position), round(self.scroll_offset.y), max(1, self.size.height)
        if not top <= row < top + height:
            self.scroll_to(y=max(0, row - height // 3), animate=False, immediate=True)

    def _go_to(self, match: int) -> None:
        self._here = match
        self.go_to(self._matches[match])

    def _tell(self) -> None:
        self.post_message(self.Searched(count_words(self._here, len(self._matches)) if self.words else ""))

    # Painting --------------------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Other colours."""
        self.refresh()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Paint line `y` of the viewport."""
        laid, row = self._laid, round(self.scroll_offset.y) + y
        width = self.size.width
        if laid is None or row >= len(laid.rows):
            return Strip.blank(width, self.rich_style)
        start, end = laid.rows.span(row)
        text = Text(laid.document.text[start:end].removesuffix("\n"), end="", no_wrap=True)
        for span in laid.document.spans_in(start, end):
            text.stylize(self._style(span.style), max(0, span.start - start), min(end, span.end) - start)
        self._mark_matches(text, start, end)
        if laid.gutter:
            number = laid.numbers.get(row)
            blank = f"{number if number is not None else '':>{laid.gutter - 1}} "
            text = Text.assemble((blank, self._style("gutter")), text, end="")
        # The pane's colours lie under all: as the text's own style they are lost where nothing else is styled.
        strip = Strip(text.render(self.app.console)).apply_style(self.rich_style)
        return strip.adjust_cell_length(width, self.rich_style)

    def _mark_matches(self, text: Text, start: int, end: int) -> None:
        if not self._matches:
            return
        length = len(self.words)
        for at in range(bisect_right(self._matches, start - length), bisect_left(self._matches, end)):
            begin = self._matches[at] - start
            text.stylize(self._style("here" if at == self._here else "match"), max(0, begin), begin + length)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"text-view--{name}", partial=True)
