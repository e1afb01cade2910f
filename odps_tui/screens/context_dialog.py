"""The list of profiles to go to."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from odps_tui.screens.contexts import ProfileLine
from odps_tui.widgets.connection_bar import profile_chip


class ContextDialog(ModalScreen[str | None]):
    """Dismissed with a profile's name, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "close", key_display="esc", id="contexts.close"),
    ]

    def __init__(self, profiles: tuple[ProfileLine, ...]) -> None:
        super().__init__()
        self._profiles = profiles

    def compose(self) -> ComposeResult:
        """One line for each profile; the cursor is on the one we are in."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Go to …"
            widths = [
                max(len(text) for text in texts) for texts in zip(*((one.name, one.place) for one in self._profiles), strict=True)
            ]
            yield OptionList(*(Option(_line(profile, *widths)) for profile in self._profiles), id="contexts")
            yield Static(Content("Enter goes there; nothing of this place stays. Esc stays here."), id="facts")

    def on_mount(self) -> None:
        """Start where we are."""
        options = self.query_one("#contexts", OptionList)
        options.highlighted = next((number for number, profile in enumerate(self._profiles) if profile.is_here), 0)
        options.focus()

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """That one."""
        self.dismiss(self._profiles[message.option_index].name)


def _line(profile: ProfileLine, name_width: int, place_width: int) -> Content:
    mark = profile_chip("PROD", None, production=True) if profile.production else Content(" " * 6)
    name = Content.styled(f" {profile.name} ", "bold") if profile.production else profile_chip(profile.name, profile.colour)
    return Content.assemble(
        ("● " if profile.is_here else "  ", "$text-success"),
        mark,
        name,
        " " * (name_width - len(profile.name) + 1),
        f"{profile.place:<{place_width}}",
        (f"  {profile.auth}", "$text-muted"),
    )
