"""Values of raw answers and the way to each of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.models import RawAnswer
from odps_tui.widgets.detail.answer_fields import answer_fields
from tests.clock import START


def values(text: str) -> dict[str, str]:
    answer = RawAnswer("GET /x", 200, (("x-odps-owner", "me"),), text, len(text), START)
    return {field.name: field.text for field in answer_fields([answer])}


def test_xml() -> None:
    found = values(
        '<?xml version="1.0"?>\n<Instance>\n  <Status at="now">Running</Status>\n  <Tasks>\n    <Task Type="SQL">\n'
        "      <Name><![CDATA[a <b> task]]></Name>\n      <Note>x &lt; y</Note>\n      <None/>\n    </Task>\n"
        "  </Tasks>\n</Instance>"
    )
    assert found["question"] == "GET /x"
    assert found["x-odps-owner"] == "me"
    assert found["Instance/Status"] == "Running"
    assert found["Instance/Status@at"] == "now"
    assert found["Instance/Tasks/Task@Type"] == "SQL"
    assert found["Instance/Tasks/Task/Name"] == "a <b> task"
    assert found["Instance/Tasks/Task/Note"] == "x < y"
    assert "Instance/Tasks" not in found


def test_json() -> None:
    found = values(json.dumps({"a": [{"b": 1.5}, None, True], "c": {"d": "x"}}))
    assert {name: found[name] for name in ("a[0].b", "a[1]", "a[2]", "c.d")} == {
        "a[0].b": "1.5",
        "a[1]": "null",
        "a[2]": "true",
        "c.d": "x",
    }


@pytest.mark.parametrize("text", ["", "plain", "{", "<a", "</a>", "<>", "< >x</ >", "<a><b>", "[[[", "<a>" * 50])
def test_what_is_neither_is_still_a_body(text: str) -> None:
    assert values(text)["body"] == text


def test_of_thousands_of_values_a_part_is_taken() -> None:
    assert len(values(json.dumps(list(range(100_000))))) < 2_100


@given(st.text(alphabet="<>/ab =\"'![CDAT]&;?", max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    assert values(text)["body"] == text
    assert values("<a>" + text)["body"] == "<a>" + text
