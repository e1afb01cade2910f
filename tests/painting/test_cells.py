"""What is in each cell of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from textual.strip import Strip

from odps_tui.painting.cells import _NARROW, cells_of, split

texts = st.text(
    alphabet=st.sampled_from("ab ·…─│▌▸†★✓é漢🙂\u0301\ufe0f\u200d\x1b\xad") | st.characters(codec="utf-8"), max_size=12
)


def test_what_is_taken_for_narrow_is() -> None:
    narrow = [chr(code) for code in range(0x20, 0x3000) if _NARROW(chr(code))]
    assert len(narrow) > 300
    assert [character for character in narrow if split(character) != (character,) or cell_len(character) != 1] == []


@given(texts)
def test_it_makes_no_difference_whether_a_text_is_looked_at_one_by_one(text: str) -> None:
    assert cells_of([Strip([Segment(text)])], ColorSystem.TRUECOLOR).characters == list(split(text))
