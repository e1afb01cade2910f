"""A body laid out for the eye says what came, no more and no less."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.maxcompute.codec.readable import readable
from tests.maxcompute.wire_samples import FOLDER


def test_xml_has_a_line_for_each_thing_and_its_text_as_it_came() -> None:
    body = b"<?xml version='1.0'?><Instance><Tasks><Task Type='SQL'><Name>a</Name><Histories/></Task></Tasks></Instance>"
    assert readable(body).splitlines() == [
        "<?xml version='1.0'?>",
        "<Instance>",
        "  <Tasks>",
        "    <Task Type='SQL'>",
        "      <Name>a</Name>",
        "      <Histories/>",
        "    </Task>",
        "  </Tasks>",
        "</Instance>",
    ]


def test_what_stands_in_cdata_is_left_alone() -> None:
    text = readable(b"<Job><Query><![CDATA[select '<b>' <> 1\n  from  t]]></Query></Job>")
    assert "  <Query><![CDATA[select '<b>' <> 1\n  from  t]]></Query>" in text


def test_json_in_a_string_is_opened_and_says_so() -> None:
    text = readable(json.dumps({"Instance": {"JsonSummary": json.dumps({"Cost": {"CPU": 1}}), "Summary": "a\nb"}}).encode())
    assert json.loads(text) == {"Instance": {"JsonSummary (JSON in a string)": {"Cost": {"CPU": 1}}, "Summary": "a\nb"}}


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"{}", b"<Progress/>", b"no document", b"<", b"<a", b"{broken", b"[1,", b"\xff\xfe<x>"]
)
def test_nothing_is_too_odd(body: bytes) -> None:
    assert isinstance(readable(body), str)


def test_what_was_cut_is_not_laid_out() -> None:
    assert readable(b"<a><b>1</b>", is_whole=False) == "<a><b>1</b>"


def test_escapes_do_not_come_through() -> None:
    assert "\x1b" not in readable(b"<a>\x1b[31m\xc2\x9b2J</a>")


def _letters(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.xml")))
def test_no_letter_of_a_sample_is_lost(name: str) -> None:
    body = (FOLDER / name).read_bytes()
    assert _letters(readable(body)) == _letters(body.decode("utf-8-sig"))


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_no_document_breaks_it(value: object) -> None:
    readable(json.dumps(value).encode())


@given(st.text(alphabet="<>/!?[]CDATA -a&;\"'\n"))
def test_no_markup_breaks_it(text: str) -> None:
    assert _letters(readable(text.encode(), is_whole=True)) == _letters(text)
