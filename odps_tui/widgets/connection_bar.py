"""The top line: where we are, how fresh what is shown is, and what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from textual.color import Color
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from odps_tui.errors import Throttled
from odps_tui.models import CallRate
from odps_tui.monitor import PollFailed, Snapshot, Why
from odps_tui.widgets.notation import exact_duration
from odps_tui.widgets.pace_words import every, matters, rate_forms
from odps_tui.widgets.signed_as import SignedAs

_COLOURS = {
    "red": "#d75f5f",
    "orange": "#d7875f",
    "yellow": "#d7d75f",
    "green": "#5faf5f",
    "cyan": "#5fafaf",
    "blue": "#5f87d7",
    "magenta": "#af5faf",
    "grey": "#808080",
}
_PRODUCTION = "#c00000"
_ENDS_SOON = timedelta(minutes=10)
_ROOM_FOR_WHO = 26
_PATIENCE = timedelta(seconds=5)
"""How long a poll may take until the top line says that it is waited for."""
_OVERDUE = timedelta(minutes=4)
"""What is fetched anew five minutes before its end, and was not, is as bad."""


def profile_chip(name: str, colour: str | None, *, production: bool = False) -> Content:
    """Return a profile's mark: production is red and says so, whatever colour the profile has."""
    paint = _PRODUCTION if production else _COLOURS.get(colour or "", colour or "")
    if not paint or not name.strip():
        return Content(f" {name} ")
    background = Color.parse(paint)
    return Content.styled(f" {name} ", f"{background.get_contrast_text().hex} on {background.hex} bold")


class ConnectionBar(Widget):
    """One line. Time and data are separate facts: a tick repaints this line and no list."""

    snapshot: reactive[Snapshot | None] = reactive(None)
    failure: reactive[PollFailed | None] = reactive(None)
    now: reactive[datetime | None] = reactive(None)
    interval: reactive[float] = reactive(0.0)
    slowed: reactive[Why] = reactive(Why.WISHED)
    """Why the interval is longer than somebody wished."""
    rate: reactive[CallRate | None] = reactive(None)
    held: reactive[bool] = reactive(False)
    """Drawing is paused; polling goes on."""
    held_changes: reactive[int] = reactive(0)
    """How many instances have changed since."""

    unlocked_until: reactive[datetime | None] = reactive(None)

    def __init__(
        self,
        place: str,
        *,
        read_only: bool = False,
        chip: Content | None = None,
        signed_as: Callable[[], SignedAs] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._place = place
        self._read_only = read_only
        self._chip = chip or Content()
        self._signed_as = signed_as

    def render(self) -> Content:
        """Place at the left, clock at the right, freshness between."""
        place = Content.assemble(self._lock(), self._chip, " " if self._chip else "", (self._place, "bold"))
        freshness = self._freshness()
        clock = Content(f"{self.now.astimezone():%H:%M:%S %z}"[:-2] if self.now else "")
        room = self.size.width - 2
        freshness = self._with_rate(freshness, room - place.cell_length - clock.cell_length - 4)
        if place.cell_length + freshness.cell_length + clock.cell_length + 4 > room:
            clock = Content(f"{self.now.astimezone():%H:%M}" if self.now else "")
        place = self._with_who(place, room - freshness.cell_length - clock.cell_length - 4)
        gap = room - freshness.cell_length - clock.cell_length - 4
        place = place.truncate(max(8, gap), ellipsis=True)
        space = max(2, room - place.cell_length - freshness.cell_length - clock.cell_length)
        before = max(2, min(space - 2, space // 2))
        return Content.assemble(place, " " * before, freshness, " " * max(2, space - before), clock)

    def _lock(self) -> Content:
        """The first thing on the screen: whether a stop can be sent from here, and for how long still."""
        if not self._read_only:
            return Content()
        if self.unlocked_until is None or self.now is None:
            return Content.styled("[RO] ", "$text-success bold")
        left = max(0, int((self.unlocked_until - self.now).total_seconds()))
        return Content.styled(f"[RW {left // 60}:{left % 60:02}] ", "$text-error bold")

    def _with_who(self, place: Content, room: int) -> Content:
        """Who we are, as much of it as there is room for; an identity that is about to end is told before anything else."""
        if self._signed_as is None or self.now is None:
            return place
        who = self._signed_as()
        ends = who.expires is not None and who.expires - self.now < (_OVERDUE if who.renewed else _ENDS_SOON)
        until = _until(who.expires, self.now, ends=ends)
        style = "$text-warning bold" if ends else "$foreground-muted"
        fullest = f" · {who.masked} · {who.source}{until}"
        for words in (fullest, f" · {who.masked}{until}", until if ends else f" · {who.masked}"):
            if place.cell_length + len(words) <= room:
                return Content.assemble(place, (words, style))
        return place

    def _with_rate(self, freshness: Content, room: int) -> Content:
        """How much we ask, where there is room for it and for who we are; at any price when the limit is felt."""
        if self.rate is None or self.failure is not None:
            return freshness
        forms = rate_forms(self.rate)
        if matters(self.rate):
            return Content.assemble(freshness, forms[1])
        for form, rest in zip(forms, (_ROOM_FOR_WHO, _ROOM_FOR_WHO, 0), strict=True):
            if freshness.cell_length + form.cell_length + rest <= room:
                return Content.assemble(freshness, form)
        return freshness

    def _freshness(self) -> Content:
        held = Content.styled(f"PAUSED, {self.held_changes} changed ", "$text-warning bold") if self.held else Content()
        return Content.assemble(held, self._failed() if self.failure else self._live())

    def _live(self) -> Content:
        if self.snapshot is None:
            return Content.styled("○ connecting …", "$text-warning")
        if self._is_late():
            return Content.styled(f"◌ waiting for an answer · data {self._age()} old", "$text-warning")
        count = "" if self.snapshot.complete else f" · reading, {len(self.snapshot.rows)} so far"
        return Content.assemble(
            ("● live", "$text-success"), (f" {self._age()} ago · {every(self.interval, self.slowed)}{count}", "$foreground-muted")
        )

    def _is_late(self) -> bool:
        """Nothing has failed yet, but the poll that was due is long in coming: what is shown is not live."""
        if self.snapshot is None or self.now is None or self.held or not self.snapshot.complete:
            return False
        return self.now - self.snapshot.read_at > timedelta(seconds=self.interval) + _PATIENCE

    def _failed(self) -> Content:
        failure = self.failure
        if failure is None or self.now is None:
            return Content()
        retry_in = max(0.0, failure.retry_in - (self.now - failure.failed_at).total_seconds())
        data = f"data {self._age()} old" if self.snapshot is not None else "no data yet"
        return Content.assemble(
            ("✗ throttled" if isinstance(failure.error, Throttled) else "✗ no answer", "$text-error bold"),
            (f" · {data} · next try in {retry_in:.0f}s", "$text-warning"),
        )

    def _age(self) -> str:
        if self.snapshot is None or self.now is None:
            return "?"
        return exact_duration(max(self.now - self.snapshot.read_at, self.now - self.now))


def _until(expires: datetime | None, now: datetime, *, ends: bool) -> str:
    if expires is None:
        return ""
    left = int((expires - now).total_seconds())
    if left <= 0:
        return " · ended"
    return f" · ends in {left // 60}:{left % 60:02}" if ends else f" until {expires.astimezone():%H:%M}"
