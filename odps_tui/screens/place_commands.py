"""The commands that ask where we are and as whom, and that lead elsewhere: `:ctx`, `:project`, `:who`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.screen import Screen

from odps_tui.messages import ContextWanted, EventHappened
from odps_tui.screens.commands import Command
from odps_tui.screens.place import Place
from odps_tui.screens.place_bar import who_words
from odps_tui.widgets.signed_as import SignedAs


def place_commands(screen: Screen[None], place: Place, signed_as: Callable[[], SignedAs] | None) -> Iterator[Command]:
    """Return the commands of a place; the app does what leads away from it."""

    def to_profile(name: str) -> None:
        screen.app.post_message(ContextWanted("ctx", name))

    def to_project(name: str) -> None:
        screen.app.post_message(ContextWanted("project", name, place.projects))

    yield Command("ctx", to_profile, "go to another profile; without a name choose from the list")
    yield Command("project", to_project, "go to another project; without a name choose from the list, or type it")
    yield Command("who", lambda _: screen.post_message(EventHappened(who_words(signed_as))), "who we are, from where, until when")
