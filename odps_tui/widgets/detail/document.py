"""A text with its colours: what a `TextView` shows. Positions are characters of `text`; the text is never markup."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

TAB_CELLS = 4


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` in the style of a view's component: `heading`, `keyword`, `mark` …"""

    start: int
    end: int
    style: str


@dataclass(frozen=True)
class Document:
    """`spans` are in order and do not overlap. Lines inside `numbered` parts of the text carry their number within the part."""

    text: str = ""
    spans: tuple[Span, ...] = ()
    numbered: tuple[tuple[int, int], ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [span.start for span in self.spans]

    def spans_in(self, start: int, end: int) -> Iterator[Span]:
        """Yield the spans that touch `text[start:end]`."""
        at = max(0, bisect_right(self._starts, start) - 1)
        while at < len(self.spans) and self.spans[at].start < end:
            if self.spans[at].end > start:
                yield self.spans[at]
            at += 1


class Writer:
    """Builds a document piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._spans: list[Span] = []
        self._numbered: list[tuple[int, int]] = []
        self._length = 0

    def add(self, text: str, style: str = "") -> None:
        """Add text, in one style."""
        text = untabbed(text)
        if style and text:
            self._spans.append(Span(self._length, self._length + len(text), style))
        self._pieces.append(text)
        self._length += len(text)

    def add_line(self, text: str = "", style: str = "") -> None:
        """Add a whole line."""
        self.add(text, style)
        self.add("\n")

    def add_numbered(self, text: str, spans: Iterable[Span] = ()) -> None:
        """Add text whose lines carry numbers; `spans` count from its beginning, and it has no tabs (`untabbed`)."""
        self._numbered.append((self._length, self._length + len(text)))
        self._spans += [Span(self._length + span.start, self._length + span.end, span.style) for span in spans]
        self._pieces.append(text)
        self._length += len(text)

    def append(self, document: Document) -> None:
        """Add a whole document."""
        self._spans += [Span(self._length + span.start, self._length + span.end, span.style) for span in document.spans]
        self._numbered += [(self._length + start, self._length + end) for start, end in document.numbered]
        self._pieces.append(document.text)
        self._length += len(document.text)

    def document(self) -> Document:
        """Return what was written."""
        return Document("".join(self._pieces), tuple(self._spans), tuple(self._numbered))


def untabbed(text: str) -> str:
    """Return `text` with blanks for tabs: a terminal's idea of a tab does not survive beside other panes."""
    return text.replace("\t", " " * TAB_CELLS)


def overlaid(spans: Iterable[Span], mark: Span | None) -> tuple[Span, ...]:
    """Return `spans` with `mark` above them, still in order and without overlap."""
    if mark is None:
        return tuple(spans)
    kept: list[Span] = []
    for span in spans:
        if span.end <= mark.start or span.start >= mark.end:
            kept.append(span)
            continue
        kept += [Span(span.start, mark.start, span.style)] if span.start < mark.start else []
        kept += [Span(mark.end, span.end, span.style)] if span.end > mark.end else []
    return tuple(sorted([*kept, mark], key=lambda span: span.start))
