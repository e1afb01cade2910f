"""Whatever is in a text, a sequence begins and ends where we say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.notifying.terminal import osc9, osc99, osc777, title, wrapped

TEXTS = st.text(max_size=300) | st.text(alphabet="\x1b\a\x9b\x9c]\\;;ab\n\r\x00\u202e", max_size=40)


@given(TEXTS, TEXTS)
def test_no_text_ends_a_sequence_or_begins_another(summary: str, text: str) -> None:
    assert re.fullmatch(r"\x1b\]2;[^\x00-\x1f\x7f-\x9f]*\a", title(text))
    assert re.fullmatch(r"\x1b\]9;[^\x00-\x1f\x7f-\x9f]*\a", osc9(text))
    assert re.fullmatch(r"\x1b\]777;notify;[^\x00-\x1f\x7f-\x9f;]*;[^\x00-\x1f\x7f-\x9f;]*\a", osc777(summary, text))
    assert osc99(summary, text).count("\x1b") == osc99(summary, text).count("\a") == 2


@given(TEXTS)
def test_screen_gets_pieces_that_its_buffer_holds(text: str) -> None:
    text += "\N{CJK UNIFIED IDEOGRAPH-4E2D}\N{GRINNING FACE}" * 200
    for piece in wrapped(osc99("odps-tui", text), {"TERM": "screen.xterm"}).split("\x1bP")[1:]:
        assert piece.endswith("\x1b\\")
        assert len(piece.encode()) <= 768


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "\x1b]9;a\a"),
        ({"TERM": "xterm"}, "\x1b]9;a\a"),
        ({"TMUX": "x", "TERM": "screen"}, "\x1bPtmux;\x1b\x1b]9;a\a\x1b\\"),
        ({"TERM": "screen-256color"}, "\x1bP\x1b]9;a\a\x1b\\"),
    ],
)
def test_wrapped_for_what_lies_between(environ: dict[str, str], expected: str) -> None:
    assert wrapped(osc9("a"), environ) == expected
