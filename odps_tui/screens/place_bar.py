"""The top line of a place: its profile's mark, and who we are there."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from odps_tui.screens.place import Place
from odps_tui.widgets.connection_bar import ConnectionBar, profile_chip
from odps_tui.widgets.signed_as import SignedAs


def place_bar(place: Place, signed_as: Callable[[], SignedAs] | None) -> ConnectionBar:
    """Return the top line; production has a colour of its own and the word, and so has a line without TLS."""
    chip = place_chip(place)
    if place.is_in_clear:
        chip = Content.assemble(chip, " " if chip else "", (" http ", "$text-warning on $warning-muted"))
    bar = ConnectionBar(str(place), read_only=place.read_only, chip=chip, signed_as=signed_as, id="connection")
    bar.set_class(place.production, "-production")
    return bar


def place_chip(place: Place) -> Content:
    """Return the mark of a profile: ` PROD `, with its name where that says more; nothing for a place without a profile."""
    if not place.profile and not place.production:
        return Content()
    name = place.profile
    if place.production:
        name = "PROD" if name.lower() in {"", "prod", "production"} else f"PROD {name}"
    return profile_chip(name, place.colour, production=place.production)


def who_words(signed_as: Callable[[], SignedAs] | None) -> str:
    """Say who we are, from where, until when."""
    if signed_as is None:
        return "who we are is not known here"
    who = signed_as()
    until = f", until {who.expires.astimezone():%Y-%m-%d %H:%M}" if who.expires else ""
    return f"{who.masked} from {who.source}{until}"
