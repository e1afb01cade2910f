"""Access keys among the settings of a job are not for the eye."""

from __future__ import annotations

import json
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.maxcompute.codec.job import decode_job
from odps_tui.maxcompute.codec.readable import readable
from odps_tui.maxcompute.codec.secret_values import HIDDEN, hide_secrets
from odps_tui.maxcompute.exchange import Response

SETTINGS = {
    "spark.hadoop.odps.access.id": "LTAIordinary",
    "spark.hadoop.odps.access.key": "s3cr3t-one",
    "fs.oss.accessKeySecret": "s3cr3t-two",
    "my.db.password": "s3cr3t-three",
    "odps.security.token": "s3cr3t-four",
    "odps.sql.mapper.split.size": "256",
}


def job(settings: str) -> bytes:
    return (
        "<Job><Name>j</Name><Tasks><CUPID><Name>t</Name><Config>"
        f"<Property><Name>settings</Name><Value>{settings}</Value></Property>"
        "<Property><Name>client.token</Name><Value>s3cr3t-five</Value></Property>"
        "</Config></CUPID></Tasks></Job>"
    ).encode()


@pytest.mark.parametrize("written", [json.dumps(SETTINGS), escape(json.dumps(SETTINGS)), f"<![CDATA[{json.dumps(SETTINGS)}]]>"])
def test_a_jobs_secrets_are_in_none_of_its_values(written: str) -> None:
    task = decode_job(Response(200, {}, job(written))).tasks[0]
    assert "s3cr3t" not in str(task)
    assert task.settings["spark.hadoop.odps.access.key"] == task.settings["my.db.password"] == HIDDEN
    assert task.settings["odps.sql.mapper.split.size"] == "256"
    assert task.settings["spark.hadoop.odps.access.id"] == "LTAIordinary"


@pytest.mark.parametrize("written", [json.dumps(SETTINGS), escape(json.dumps(SETTINGS)), f"<![CDATA[{json.dumps(SETTINGS)}]]>"])
def test_nor_in_the_raw_answer(written: str) -> None:
    text = readable(job(written))
    for number in ("one", "two", "three", "four"):
        assert f"s3cr3t-{number}" not in text
    assert text.count(HIDDEN) >= 4
    assert "256" in text
    assert "LTAIordinary" in text


def test_nor_in_json_within_json() -> None:
    text = readable(json.dumps({"a": json.dumps(SETTINGS), "b": "x: " + json.dumps(SETTINGS)}).encode())
    assert "s3cr3t" not in text
    assert "256" in text


@given(st.text(alphabet='":\\ tokensecret.{}'))
def test_what_is_no_such_pair_stays(text: str) -> None:
    assert (hide_secrets(text) == text) is (HIDDEN not in hide_secrets(text))


def test_a_long_word_behind_a_quote_is_no_trap() -> None:
    assert hide_secrets('"' + "x" * 200_000) == '"' + "x" * 200_000
