"""Pens: how a cell looks, and the shortest way from one look to another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Final

_OFF: Final = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "21": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
    "51": "54",
    "52": "54",
    "53": "55",
}
"""What switches an attribute off. Some share it: bold and dim end together."""

_SEEN_ON_BLANKS: Final = {"4", "21", "5", "6", "7", "9", "51", "52", "53"}
"""Underline, blinking, reverse, strike, frames: what shows even where there is no character."""

_LEVELS: Final = (0, 95, 135, 175, 215, 255)
_link_numbers = count(1)


def _fixed_palette() -> dict[str, str]:
    """Return truecolour parameters by the palette's number for the same colour, which takes half the bytes.

    The first 16 are the user's own, and some themes redefine 16 to 21 too: those are left alone.
    """
    cube = {16 + 36 * r + 6 * g + b: (_LEVELS[r], _LEVELS[g], _LEVELS[b]) for r in range(6) for g in range(6) for b in range(6)}
    greys = {232 + step: (8 + 10 * step,) * 3 for step in range(24)}
    return {f"2;{r};{g};{b}": f"5;{number}" for number, (r, g, b) in {**greys, **cube}.items() if number > 21}


_PALETTE: Final = _fixed_palette()


class Pen:
    """A look: attributes, colours and link. There is one object for each look, so that looks are compared by identity.

    `foreground` and `background` are SGR parameters; empty ones are the terminal's own colours.
    """

    __slots__ = ("_steps", "attributes", "background", "blank", "foreground", "is_plain", "link", "link_number")

    def __init__(self, attributes: frozenset[str], foreground: str, background: str, link: str) -> None:
        self.attributes = attributes
        self.foreground = foreground
        self.background = background
        self.link = link
        self.link_number = next(_link_numbers) if link else 0
        self.is_plain = not (link or attributes or foreground)
        """Whether it has a background and nothing else, as erased cells do."""
        self.blank: Pen = self if self.is_plain or self.marks_blanks else pen_of(frozenset(), "", background, "")
        """The pen for a space: it differs from this one in nothing that shows."""
        self._steps: dict[tuple[Pen, bool], tuple[str, Pen]] = {}

    def __repr__(self) -> str:
        return f"Pen({sorted(self.attributes)}, {self.foreground!r}, {self.background!r}, {self.link!r})"

    @property
    def marks_blanks(self) -> bool:
        """Whether something shows even where there is no character: a line, a frame, exchanged colours, a link."""
        return bool(self.link or self.attributes & _SEEN_ON_BLANKS)

    def step(self, to: Pen, *, blank: bool) -> tuple[str, Pen]:
        """Return what to write so that a cell drawn next looks like `to`, and the pen one then has.

        For a blank cell, what does not show on it stays as it is.
        """
        found = self._steps.get((to, blank))
        if found is None:
            target = self._for_blanks(to) if blank else to
            found = self._steps[to, blank] = (_link(self, target) + _sgr(self, target), target)
        return found

    def _for_blanks(self, to: Pen) -> Pen:
        if to.marks_blanks or self.marks_blanks:
            return to
        return pen_of(self.attributes, self.foreground, to.background, "")


@cache
def pen_of(attributes: frozenset[str], foreground: str, background: str, link: str) -> Pen:
    """Return the one pen with this look."""
    return Pen(attributes, foreground, background, link)


@cache
def parse_pen(sgr: str, link: str = "") -> Pen:
    """Return the pen for SGR parameters as Textual writes them, e.g. `1;38;2;208;208;208;48;5;233`."""
    attributes: set[str] = set()
    foreground = background = ""
    parameters = iter(sgr.split(";") if sgr else ())
    for parameter in parameters:
        if parameter in _OFF:
            attributes.add(parameter)
        elif parameter in {"38", "48"}:
            colour = f"{parameter};{_colour(parameters)}"
            foreground, background = (colour, background) if parameter == "38" else (foreground, colour)
        elif parameter in {"39", "49"}:
            foreground, background = ("", background) if parameter == "39" else (foreground, "")
        elif parameter[:1] == "3" or (parameter[:1] == "9" and len(parameter) == 2):
            foreground = parameter
        elif parameter[:1] == "4" or parameter[:2] == "10":
            background = parameter
    return pen_of(frozenset(attributes), foreground, background, link)


def _colour(parameters: Iterator[str]) -> str:
    kind = next(parameters, "")
    rest = [next(parameters, "") for _ in range(3 if kind == "2" else 1)]
    colour = ";".join([kind, *rest])
    return _PALETTE.get(colour, colour)


def _link(old: Pen, new: Pen) -> str:
    if old.link == new.link:
        return ""
    return f"\x1b]8;id={new.link_number};{new.link}\x1b\\" if new.link else "\x1b]8;;\x1b\\"


def _sgr(old: Pen, new: Pen) -> str:
    changes = _changes(old, new)
    if not changes:
        return ""
    anew = ["", *sorted(new.attributes), *filter(None, (new.foreground, new.background))]  # an empty parameter resets
    return f"\x1b[{min(';'.join(changes), ';'.join(anew), key=len)}m"


def _changes(old: Pen, new: Pen) -> list[str]:
    off = {_OFF[attribute] for attribute in old.attributes - new.attributes}
    lost = {attribute for attribute in old.attributes & new.attributes if _OFF[attribute] in off}
    changes = [*sorted(off), *sorted((new.attributes - old.attributes) | lost)]
    if old.foreground != new.foreground:
        changes.append(new.foreground or "39")
    if old.background != new.background:
        changes.append(new.background or "49")
    return changes


DEFAULT_PEN: Final = parse_pen("")
