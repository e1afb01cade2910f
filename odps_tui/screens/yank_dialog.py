"""The yank menu: one more key copies a piece of the instance."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from odps_tui.screens.yanking import Piece, link_piece

_LOOK_AGAIN = 0.3
"""Seconds between looks at what has been read of the instance in the meantime."""
_NAME_CELLS = 14


class YankDialog(ModalScreen[Piece | None]):
    """Shows what each key would copy; dismissed with the piece, or None. What there is not yet is dim and says why.

    `pieces` is asked again and again with the link's piece, which `ask_link` brings: the SQL may arrive while the menu is open.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,y", "dismiss(None)", "close", key_display="esc", id="yank.close"),
    ]

    def __init__(self, title: str, pieces: Callable[[Piece], Iterable[Piece]], ask_link: Callable[[], Awaitable[Piece]]) -> None:
        super().__init__()
        self._heading = title
        self._pieces_with = pieces
        self._ask_link = ask_link
        self._link = link_piece(reason="asking the service …")

    @property
    def _pieces(self) -> Sequence[Piece]:
        return list(self._pieces_with(self._link))

    def compose(self) -> ComposeResult:
        """A line for each key."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._heading)
            dialog.border_subtitle = "esc closes"
            yield Static(id="facts")

    def on_mount(self) -> None:
        """Ask for the link, and look at the rest as it comes."""
        self.ask_link()
        self.set_interval(_LOOK_AGAIN, self._show)

    def on_resize(self) -> None:
        """The first lines are cut to the room there is."""
        self.call_after_refresh(self._show)

    @work
    async def ask_link(self) -> None:
        """Show the link, or why there is none."""
        self._link = await self._ask_link()
        self._show()

    def on_key(self, event: events.Key) -> None:
        """A key picks its piece; one that is not there yet is left alone: its line says why."""
        piece = next((piece for piece in self._pieces if piece.key == event.key and piece.text), None)
        if piece is not None:
            event.stop()
            self.dismiss(piece)

    def _show(self) -> None:
        static = self.query_one("#facts", Static)
        static.update(Content("\n").join(_line(piece, static.size.width) for piece in self._pieces))


def _line(piece: Piece, width: int) -> Content:
    name = f"{piece.name:<{_NAME_CELLS}}"
    if not piece.text:
        return Content.styled(f"{piece.key}   {name}{piece.reason}", "$foreground-muted")
    first, *others = piece.text.splitlines()
    more = f"  (+{len(others)} lines)" if others else ""
    preview = Content(first.expandtabs(1)).truncate(max(8, width - _NAME_CELLS - 4 - len(more)), ellipsis=True)
    return Content.assemble((piece.key, "bold $text-accent"), "   ", (name, "bold"), preview, (more, "$foreground-muted"))
