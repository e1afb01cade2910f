"""The top line at several widths: what it gives up first, and what never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from textual.app import App, ComposeResult

from odps_tui.monitor import Snapshot
from odps_tui.screens.place import Place
from odps_tui.screens.place_bar import place_bar, place_chip, who_words
from odps_tui.widgets.connection_bar import ConnectionBar
from odps_tui.widgets.signed_as import SignedAs

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def place(**more: object) -> Place:
    return Place("dw_prod", "https://h/api", "cn-shanghai", **more)  # type: ignore[arg-type]


async def line(
    place: Place, width: int, who: SignedAs | None = None, *, snapshot: Snapshot | None = None, held: bool = False
) -> str:
    class Line(App[None]):
        CSS = "ConnectionBar { height: 1; padding: 0 1; }"

        def compose(self) -> ComposeResult:
            yield place_bar(place, None if who is None else lambda: who)

    app = Line()
    async with app.run_test(size=(width, 3)) as pilot:
        bar = app.query_one(ConnectionBar)
        bar.now, bar.snapshot, bar.held, bar.interval = NOW, snapshot, held, 5.0
        await pilot.pause()
        return str(bar.render())


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (140, "dw_prod · cn-shanghai · LTAI…wxyz · aliyun CLI, profile night until 12:50"),
        (100, "dw_prod · cn-shanghai · LTAI…wxyz until 12:50"),
        (76, "dw_prod · cn-shanghai · LTAI…wxyz "),
        (60, "dw_prod · cn-shanghai "),
    ],
)
async def test_who_is_shown_as_far_as_there_is_room(width: int, shown: str) -> None:
    who = SignedAs("LTAI…wxyz", "aliyun CLI, profile night", NOW + timedelta(minutes=50))
    text = await line(place(), width, who)
    assert shown in text
    assert "connecting" in text


@pytest.mark.parametrize(
    ("left", "renewed", "words"),
    [
        (timedelta(minutes=8), False, "· ends in 8:00"),
        (timedelta(minutes=8), True, "until 12:08"),
        (timedelta(minutes=3), True, "· ends in 3:00"),
        (timedelta(seconds=-1), False, "· ended"),
    ],
)
async def test_an_identity_about_to_end_says_so_even_where_there_is_little_room(
    left: timedelta, renewed: bool, words: str
) -> None:
    who = SignedAs("LTAI…wxyz", "a source with a long name that has no room", NOW + left, renewed=renewed)
    assert words in await line(place(), 90, who)
    if "end" in words:
        assert words in await line(place(), 72, who)


async def test_production_is_said_in_a_word_at_any_width() -> None:
    prod = place(profile="prod", production=True, read_only=True)
    assert (await line(prod, 80)).startswith("[RO]  PROD  dw_prod")
    assert " PROD " in await line(prod, 40)
    assert place_chip(place(profile="prod-eu", production=True)).plain == " PROD prod-eu "
    assert place_chip(place(profile="dw", production=True)).plain == " PROD dw "
    assert place_chip(place(profile="dev", colour="green")).plain == " dev "
    assert place_chip(place()).plain == ""


def test_production_is_red_whatever_its_colour() -> None:
    chips = [place_chip(place(profile="prod", production=True, colour=colour)) for colour in (None, "green", "#00ff00")]
    assert {str(chip.spans) for chip in chips} == {str(chips[0].spans)}
    assert "C00000" in str(chips[0].spans)


def test_who_in_words() -> None:
    assert who_words(lambda: SignedAs("LTAI…wxyz", "keyring")) == "LTAI…wxyz from keyring"
    assert "until 2026-11-25 12:00" in who_words(lambda: SignedAs("STS.…wxyz", "helper", NOW))


def read(seconds_ago: float, *, complete: bool = True) -> Snapshot:
    at = NOW - timedelta(seconds=seconds_ago)
    return Snapshot({}, {}, at, at - timedelta(hours=1), complete)


async def test_a_poll_that_is_long_in_coming_is_not_called_live() -> None:
    """Nothing has failed yet: the service may take a minute to say nothing."""
    assert "● live 10s ago" in await line(place(), 100, snapshot=read(10))
    assert "◌ waiting for an answer · data 11s old" in await line(place(), 100, snapshot=read(11))
    assert "reading, 0 so far" in await line(place(), 100, snapshot=read(11, complete=False))
    assert "PAUSED, 0 changed ● live 11s ago" in await line(place(), 100, snapshot=read(11), held=True)
