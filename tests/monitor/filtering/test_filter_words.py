import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.monitor.filtering import FilterError
from odps_tui.monitor.filtering.words import Reader, Word


def words(text: str) -> list[Word]:
    reader = Reader(text)
    found = []
    while not reader.is_at_end:
        found.append(reader.word())
        reader.skip_blanks()
    return found


def test_words_know_where_they_stand() -> None:
    assert words(' etl  "two words" /a b/ ') == [
        Word("etl", 1, 4),
        Word("two words", 6, 17, is_plain=False),
        Word("a b", 18, 23, is_plain=False, is_regex=True),
    ]


def test_quotes_and_slashes_count_at_the_beginning_only() -> None:
    assert [word.text for word in words('don"t a/b "a/b" /a"b/')] == ['don"t', "a/b", "a/b", 'a"b']


def test_a_slash_inside_a_regular_expression_is_escaped() -> None:
    assert words(r"/a\/b\\/") == [Word(r"a\/b\\", 0, 8, is_plain=False, is_regex=True)]


def test_a_list_ends_at_a_blank_and_may_have_gaps() -> None:
    reader = Reader('a,"b, c",/d{1,2}/,,e f')
    assert [word.text for word in reader.words()] == ["a", "b, c", "d{1,2}", "", "e"]
    assert reader.position == 20


@pytest.mark.parametrize(
    ("text", "marked"),
    [('a "b c', '"b c'), ("a /b c", "/b c"), (r"/a\/", r"/a\/"), ('"a"b c', "b"), ("/a/b/ c", "b/"), ('"', '"')],
)
def test_what_is_not_closed_or_goes_on_is_marked(text: str, marked: str) -> None:
    with pytest.raises(FilterError) as failure:
        words(text)
    assert text[failure.value.start : failure.value.end] == marked


@given(st.text(alphabet='ab"/\\ ,\t'))
def test_every_character_is_in_a_word_or_a_blank(text: str) -> None:
    try:
        found = words(text)
    except FilterError:
        return
    ends = [0, *(word.end for word in found)]
    starts = [*(word.start for word in found), len(text)]
    assert all(text[end:start].strip() == "" for end, start in zip(ends, starts, strict=True))
