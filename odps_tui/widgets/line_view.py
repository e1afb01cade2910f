"""What all panes that paint line by line have in common."""

from __future__ import annotations

from textual.scroll_view import ScrollView


class LineView(ScrollView, can_focus=True):
    """Scrolls to wherever it has lines, from the moment on that it has them.

    A `ScrollView` refuses until its scroll bar has been laid out, which is a refresh after its lines became too many for the
    screen: whoever puts a cursor among them meanwhile would leave it out of sight.
    """

    @property
    def allow_vertical_scroll(self) -> bool:
        """Whether there are lines beyond the screen. Where there is no screen yet, or none now, all of them would be."""
        return self.container_size.height > 0 and self.max_scroll_y > 0 and not self.disabled

    def watch_show_vertical_scrollbar(self, is_shown: bool) -> None:
        """Tell the scroll bar, now that there is one, where the lines have been scrolled to."""
        if is_shown:
            self.vertical_scrollbar.position = self.scroll_y
