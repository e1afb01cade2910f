"""A strip that nobody shows any more is gone at once, and is cut as ever while it is there."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import MONOKAI
from textual._styles_cache import StylesCache
from textual.color import Color
from textual.filter import ANSIToTruecolor, Monochrome
from textual.strip import Strip

from odps_tui.painting.strips import (
    _apply_filter,
    _crop_extend,
    _divide,
    _inner_outer,
    apply_filter,
    crop_extend,
    divide,
    let_strips_go,
)

GREY = Style(dim=True)
texts = st.lists(st.text(alphabet="ab 漢🙂", min_size=1, max_size=4), max_size=4)


@pytest.fixture
def _no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def strip_of(parts: list[str]) -> Strip:
    return Strip([Segment(part) for part in parts])


@pytest.mark.usefixtures("_no_collector")
def test_nothing_but_the_collector_has_to_look_for_a_strip() -> None:
    class Kept(Strip):
        __slots__ = ("__weakref__",)

    strip = Kept([Segment("abc"), Segment("漢")])
    seen = ref(strip)
    divide(strip, [5])
    divide(strip, [2, 5])
    crop_extend(strip, 0, 5, GREY)
    crop_extend(strip, 1, 9, GREY)
    del strip
    assert seen() is None


@pytest.mark.usefixtures("_no_collector")
def test_nothing_remembers_what_a_widget_showed_for_the_colours_it_asked_for() -> None:
    let_strips_go()
    cache = StylesCache()
    cache.get_inner_outer(Color.parse("#010203"), Color.parse("#040506"))
    seen = ref(cache)
    del cache
    assert seen() is None


colours = st.builds(Color, st.integers(0, 255), st.integers(0, 255), st.integers(0, 255), st.sampled_from([0.0, 0.3, 1.0]))


@given(colours, colours)
def test_the_colours_of_a_border_are_textuals(base: Color, ground: Color) -> None:
    within, outside = _inner_outer(base, ground)
    assert (within.background, outside.background) == (base + ground, base)


@given(texts, st.lists(st.integers(0, 40), max_size=4).map(sorted), st.integers(0, 12), st.integers(0, 12))
def test_it_is_cut_as_textual_cuts_it(parts: list[str], cuts: list[int], start: int, length: int) -> None:
    strip = strip_of(parts)
    ours, theirs = divide(strip, [*cuts]), _divide(strip_of(parts), [*cuts])
    assert [one.text for one in ours] == [one.text for one in theirs]
    assert [one.cell_length for one in ours] == [one.cell_length for one in theirs]
    end = start + length
    mine, stock = crop_extend(strip, start, end, GREY), _crop_extend(strip_of(parts), start, end, GREY)
    assert (mine.text, mine.cell_length) == (stock.text, stock.cell_length)
    assert list(mine) == list(stock)


looks = st.sampled_from(
    [None, "#ff0000", "bold #00ff00 on #0000ff", "red", "#ffffff on blue", "dim #ffffff", "italic", "color(17)"]
)


@given(st.lists(st.tuples(st.text("ab ", min_size=1, max_size=4), looks), max_size=4))
def test_it_is_coloured_as_textual_colours_it(parts: list[tuple[str, str | None]]) -> None:
    segments = [Segment(text, None if look is None else Style.parse(look)) for text, look in parts]
    ground = Color.parse("#102030")
    own = ANSIToTruecolor(MONOKAI)
    assert list(apply_filter(Strip(segments), own, ground)) == list(_apply_filter(Strip(segments), own, ground))


def test_what_has_its_own_colours_is_not_made_anew() -> None:
    strip = Strip([Segment("a", Style.parse("bold #00ff00")), Segment("b")])
    assert apply_filter(strip, ANSIToTruecolor(MONOKAI), Color.parse("#102030")) is strip


def test_any_other_filter_is_textuals() -> None:
    strip = Strip([Segment("a", Style.parse("bold #00ff00"))])
    ground = Color.parse("#102030")
    assert list(apply_filter(strip, Monochrome(), ground)) == list(_apply_filter(strip, Monochrome(), ground)) != list(strip)
