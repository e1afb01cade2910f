"""A text that is told anew every second, and of which only the lines that look different are painted."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget


class KeptLines(Widget):
    """Shows `content`, wrapped, as high as it is."""

    DEFAULT_CSS: ClassVar[str] = "KeptLines { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.set_reactive(Widget.auto_links, False)  # there are none, and each line would be searched for them
        self._content = Content()
        self._rows: list[Strip] = []
        self._drawn_for: object = None
        """The width, the style and the selection with which the rows were drawn."""

    @property
    def content(self) -> Content:
        """What is shown."""
        return self._content

    def show(self, content: Content) -> None:
        """Show another text."""
        if content.is_same(self._content):
            return
        before, was_drawn = self._rows, self._is_drawn
        self._content = content
        if was_drawn:
            self._draw()
        if not was_drawn or len(before) != len(self._rows):
            self.refresh(layout=True)
            return
        width = self.size.width
        changed = [y for y, (old, new) in enumerate(zip(before, self._rows, strict=True)) if old != new]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def notify_style_update(self) -> None:
        """Draw in the new colours."""
        self._drawn_for = None
        super().notify_style_update()

    def render(self) -> Content:
        """All of it, to be measured."""
        return self._content

    def render_line(self, y: int) -> Strip:
        """Return row `y`."""
        if not self._is_drawn:
            self._draw()
        return self._rows[y] if y < len(self._rows) else Strip.blank(self.size.width, self.visual_style.rich_style)

    @property
    def _look(self) -> tuple[Any, ...]:
        return self.size.width, self.visual_style, self.text_selection

    @property
    def _is_drawn(self) -> bool:
        return self._drawn_for == self._look

    def _draw(self) -> None:
        self._rows = Visual.to_strips(self, self._content, self.size.width, None, self.visual_style)
        self._drawn_for = self._look
