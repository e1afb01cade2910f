"""A terminal that keeps every byte, and tells what in them nobody but a hostile text can have written."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import RenderableType
from rich.style import Style
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.content import Content
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen
from textual.strip import Strip

import odps_tui
from odps_tui.base_app import BaseApp
from odps_tui.painting.line import QUESTION

_BYTE = r"(?:\d|\d\d|[01]\d\d|2[0-4]\d|25[0-5])"
_COLOUR = rf"[34]8;(?:5;{_BYTE}|2;{_BYTE};{_BYTE};{_BYTE})"
_PARAMETER = rf"(?:[0-9]|2[1-9]|3[0-7]|4[0-79]|39|53|55|9[0-7]|10[0-7]|{_COLOUR})"
_OURS = re.compile(
    rf"\x1b\[(?:{_PARAMETER}?(?:;{_PARAMETER})*)m"  # a pen
    r"|\x1b\[\d{0,3}(?:;\d{1,3})?H"  # a place
    r"|\x1b\[\d{0,3}[BCGKXLM]"  # a step, something erased, lines moved
    r"|\x1b\[2J|\x1b\[(?:\d{1,3};\d{1,3})?r"
    r"|\x1b\[\?2026[hl]|\x1b\[6n"
    r"|\x1b\]8;[a-z0-9=-]*;(?:http://127\.0\.0\.1:\d+/[!-~]*)?\x1b\\"  # the link of Logview
    r"|\x1b\]22;[a-z-]*\x07"  # the shape of the mouse's pointer: Textual's
    r"|\r?\n"  # from line to line; that no text brings one is looked at in the strips
)
# Everything that a terminal obeys, and what makes a line read differently from what it says.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")

# What may be markup: a text that stands in our source.
LITERALS = frozenset(
    node.value
    for path in Path(odps_tui.__path__[0]).rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
)
# The one link that may be followed: of Logview, to the service's own page.
_OUR_LINK = re.compile(r"http://127\.0\.0\.1:\d+/[!-~]*")
_OF_SCROLLBARS = {"@mouse.down", "@mouse.up"}


def not_ours(written: str, also: re.Pattern[str] | None = None) -> str:
    """Return the first control in what was written that the app did not make, with what stands around it; else nothing.

    `also` are sequences that this very act of the app writes: a link, a title, the clipboard.
    """
    rest = _OURS.sub("", also.sub("", written) if also else written)
    found = _OBEYED.search(rest)
    return repr(rest[max(0, found.start() - 40) : found.end() + 40]) if found else ""


def in_words(text: str, *, lines: bool = True) -> str:
    """The same for what is a text and no screen: a file, a line on standard error."""
    found = _OBEYED.search(text.replace("\n", "").replace("\t", "") if lines else text)
    return repr(text[:200]) if found else ""


class Recorder:
    """Everything that an app has written, and every link and action that its screens held."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.frames = 0
        self.screens: set[str] = set()
        self.controls: list[str] = []
        self.live: list[str] = []
        self.markup: set[str] = set()
        self.links: set[str] = set()

    def look(self, update: RenderableType | None) -> None:
        """Look through what is about to be shown for what can be clicked, and for controls."""
        self.frames += 1
        for strip in _strips(update):
            for segment in strip:
                self._look_at(segment.style, segment.text)

    def _look_at(self, style: Style | None, text: str) -> None:
        if _OBEYED.search(text):
            self.controls.append(repr(text))
        if style is None:
            return
        if style.link and not _OUR_LINK.fullmatch(style.link):
            self.links.add(style.link)
        if style._meta is not None and any(key.startswith("@") and key not in _OF_SCROLLBARS for key in style.meta):
            self.live.append(f"{style.meta} on {text!r}")

    def taken(self) -> str:
        """Return what was written since the last time."""
        written, self.written = "".join(self.written), []
        return written

    def check(self, what: str, also: re.Pattern[str] | None = None) -> None:
        """Fail when something on the terminal, or behind it, is not the app's own."""
        assert not (found := not_ours(self.taken(), also)), f"{found} was written to the terminal: {what}"
        assert not self.controls, f"{self.controls[0]} was drawn: {what}"
        assert not (strange := self.markup - LITERALS), f"{strange} was read as markup: {what}"
        assert not self.live, f"{self.live[0]} can be clicked: {what}"
        assert not self.links, f"{self.links} can be followed: {what}"


def _strips(update: RenderableType | None) -> Iterator[Strip]:
    if isinstance(update, LayoutUpdate):
        for line in update.strips:
            yield from line
    elif isinstance(update, ChopsUpdate):
        for chops in update.chops:
            yield from (strip for strip in chops.values() if strip is not None)


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch, painter: str) -> Iterator[Recorder]:
    """Let apps write to a recorder, drawn by the `frugal` painter or the `stock` one."""
    recorder = Recorder()

    class Recording(HeadlessDriver):
        @property
        def is_headless(self) -> bool:
            return False

        def write(self, data: str) -> None:
            recorder.written.append(data)
            for _ in range(data.count(QUESTION)):
                self.send_message(events.CursorPosition(0, 0))

    def build(app: App[Any], headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        app._driver = Recording(app, debug=False, mouse=mouse, size=size)
        return app._driver

    from_markup = Content.from_markup.__func__  # type: ignore[attr-defined]

    def read_as_markup(cls: type[Content], markup: str | Content, /, **variables: object) -> Content:
        if isinstance(markup, str):
            recorder.markup.add(markup)
        return from_markup(cls, markup, **variables)  # type: ignore[no-any-return]

    display: Callable[..., None] = BaseApp._display

    def looked_at(app: BaseApp[Any], screen: Screen[Any], update: RenderableType | None) -> None:
        recorder.look(update)
        display(app, screen, update)

    with monkeypatch.context() as patches:
        patches.setattr(BaseApp, "_build_driver", build)
        patches.setattr(Content, "from_markup", classmethod(read_as_markup))
        patches.setattr(BaseApp, "_display", looked_at)
        if painter == "stock":
            patches.setattr("odps_tui.painting.app.objection", lambda: "the stock painter is tried")
        yield recorder
