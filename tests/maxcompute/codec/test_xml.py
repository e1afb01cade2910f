from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.rows import read_rows
from odps_tui.maxcompute.codec.xml import block, document, line, number, parse

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;&y;&y;&y;&y;">]>
<a>&z;</a>"""


def rows_of(body: bytes) -> tuple[list[dict[str, str]], dict[str, str]]:
    rows: list[dict[str, str]] = []
    fields = read_rows(body, "List", "Row", lambda row: rows.append(dict(row)))
    return rows, fields


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        BOMB.decode().encode("utf-16"),
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<!-- " + b"x" * 5000 + b" --><!DOCTYPE a><a/>",
    ],
    ids=["entities", "utf-16", "external", "behind a long comment"],
)
def test_a_doctype_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError, match="DOCTYPE"):
        parse(body, "a")
    with pytest.raises(DecodeError, match="DOCTYPE"):
        read_rows(body, "a", "b", lambda _: None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_that_says_its_name_is_read(encoding: str) -> None:
    body = "<List><Row><A>任务 ü</A></Row></List>".encode(encoding)

    assert parse(body, "List").findtext("Row/A") == "任务 ü"
    assert rows_of(body)[0] == [{"A": "任务 ü"}]


def test_a_document_of_great_depth_is_read() -> None:
    body = b"<a>" * 100_000 + b"</a>" * 100_000

    assert parse(body, "a").tag == "a"


def test_a_document_larger_than_a_slice_is_read_whole() -> None:
    body = b"<a>" + b"<b>x</b>" * 50_000 + b"</a>"

    assert len(parse(body, "a")) == 50_000


def test_text_is_clean_when_it_leaves_the_tree() -> None:
    root = parse("<a><b> x\N{RIGHT-TO-LEFT OVERRIDE}\n y </b><c>1\n2\x85</c><d/></a>".encode(), "a")

    assert line(root, "b") == "x\N{REPLACEMENT CHARACTER}  y"
    assert block(root, "c") == "1\n2\N{REPLACEMENT CHARACTER}"
    assert (line(root, "d"), block(root, "d"), line(root, "e"), block(root, "e")) == (None, "", None, None)
    assert (number(root, "b"), number(root, "d"), number(root, "e")) == (None, None, None)


def test_bodies_have_the_layout_of_pyodps() -> None:
    assert document("<a>", "</a>") == b'<?xml version="1.0" encoding="utf-8"?>\n<a>\n</a>\n'


def test_rows_are_the_children_of_rows_and_nothing_deeper() -> None:
    body = b"""<List>
      <Marker> m </Marker>
      <Row><A>1</A><B><A>2</A><C/></B></Row>
      <Row/>
      <Row><A>x<!-- y -->&lt;<![CDATA[<z>]]></A></Row>
      <Other><A>3</A></Other>
    </List>"""

    rows, fields = rows_of(body)

    assert rows == [{"A": "1", "B": ""}, {}, {"A": "x<<z>"}]
    assert fields == {"Marker": " m ", "Other": ""}


def test_a_long_text_in_a_row_is_whole() -> None:
    long = "x" * 100_000

    assert rows_of(f"<List><Row><A>{long}</A></Row></List>".encode())[0] == [{"A": long}]


TEXTS = st.text(st.characters(codec="utf-8", min_codepoint=32, exclude_characters="\x7f\ufffe\uffff"))


@given(st.lists(st.dictionaries(st.sampled_from(["A", "B", "C"]), TEXTS)))
def test_rows_and_tree_agree(records: list[dict[str, str]]) -> None:
    root = Element("List")
    for record in records:
        row = SubElement(root, "Row")
        for name, text in record.items():
            SubElement(row, name).text = text
    body = tostring(root, encoding="utf-8")

    assert rows_of(body)[0] == records
    assert [{child.tag: child.text or "" for child in row} for row in parse(body, "List")] == records
