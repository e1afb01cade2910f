"""Long lists of flat records, read without building a tree.

A tree of a page is six thousand objects, and twenty pages of them make Python's collector stop everything for a moment, the
screen included. Here a row is a dictionary of texts, which the collector never visits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.parsers import expat

from odps_tui.maxcompute.codec.xml import SLICE, between_slices, doctype_found, expect_xml, unexpected, unreadable


def read_rows(body: bytes, root: str, row: str, take: Callable[[Mapping[str, str]], object]) -> dict[str, str]:
    """Call `take` for each `<row>` in `<root>` with the texts of its children; return those of the root's other children.

    The mapping is good for the length of the call. Raises `DecodeError` for whatever `codec.xml.parse` does.
    """
    expect_xml(body, root)
    reader = _Rows(root, row, take)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text.append
    parser.StartDoctypeDeclHandler = doctype_found
    try:
        for start in range(0, len(body), SLICE):
            parser.Parse(body[start : start + SLICE])
            between_slices(body)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise unreadable(error) from error
    return reader.fields


class _Rows:
    """What the parser has passed: where it is, the text since the last tag, and the fields of the open row and of the root."""

    def __init__(self, root: str, row: str, take: Callable[[Mapping[str, str]], object]) -> None:
        self.fields: dict[str, str] = {}
        self.text: list[str] = []
        self._root = root
        self._row = row
        self._take = take
        self._open: list[str] = []
        self._row_fields: dict[str, str] = {}

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if not self._open and name != self._root:
            raise unexpected(name, self._root)
        self._open.append(name)
        self.text.clear()

    def end(self, name: str) -> None:
        self._open.pop()
        depth = len(self._open)
        if depth == 2:
            self._row_fields[name] = "".join(self.text)
        elif depth == 1:
            self._end_of_child(name)
        self.text.clear()

    def _end_of_child(self, name: str) -> None:
        if name == self._row:
            self._take(self._row_fields)
        else:
            self.fields[name] = "".join(self.text)
        self._row_fields.clear()
