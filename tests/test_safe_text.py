from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from odps_tui import safe_text
from odps_tui.safe_text import REPLACEMENT, clean, clean_line

OBEYED = [chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))]


@given(st.text())
def test_nothing_a_terminal_obeys_passes(text: str) -> None:
    cleaned = clean(text + "\x1b]52;c;aGk=\x07\x9b2J")
    assert not any(character in cleaned for character in OBEYED)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.text(alphabet="ab\r\n\x1b\t数\u202e"))
def test_a_long_text_is_cleaned_slice_by_slice_and_no_otherwise(text: str) -> None:
    whole = clean(text)
    with patch.object(safe_text, "_SLICE", 3):
        assert clean(text) == whole


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    assert len(clean_line(f"a{text}b").splitlines()) == 1


def test_ordinary_text_stays_as_it_is() -> None:
    sql = "SELECT\t'价格' AS 🙂\nFROM dwd_orders;"
    assert clean(sql) == sql
    assert clean_line("RAM$main:bi_reader") == "RAM$main:bi_reader"


def test_line_breaks_and_bidirectional_controls() -> None:
    assert clean("a\r\nb") == "a\nb"
    assert clean_line("a\r\nb\tc") == "a b c"
    assert clean("user\u202egnp.exe") == f"user{REPLACEMENT}gnp.exe"
    assert clean("\ud800") == REPLACEMENT
