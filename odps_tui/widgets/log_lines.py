"""A log as lines that fit, with what is searched for marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import overload

from rich.cells import cell_len, chop_cells
from textual.content import Content

_FOUND = "bold reverse"
_HERE = "bold $background on $text-warning"


class LogLines(Sequence[Content]):
    """The lines of `text`, those that are too long folded at `width` cells. Lines are painted when they are seen."""

    def __init__(self, text: str, width: int, wanted: str = "") -> None:
        self._lines = [part for line in text.splitlines() for part in _folded(line, max(8, width))]
        self._pattern = re.compile(re.escape(wanted), re.IGNORECASE) if wanted else None
        self.hits = [number for number, line in enumerate(self._lines) if self._pattern and self._pattern.search(line)]
        """The numbers of the lines that have what is searched for."""
        self.here: int | None = None
        """The hit that one is at."""

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, number: int) -> Content: ...

    @overload
    def __getitem__(self, number: slice) -> list[Content]: ...

    def __getitem__(self, number: int | slice) -> Content | list[Content]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        line = Content(self._lines[number])
        if self._pattern is None:
            return line
        return line.highlight_regex(self._pattern, style=_HERE if number == self.here else _FOUND)


def _folded(line: str, width: int) -> Iterator[str]:
    line = line.expandtabs(8)
    if cell_len(line) <= width:
        yield line
    else:
        yield from chop_cells(line, width)
