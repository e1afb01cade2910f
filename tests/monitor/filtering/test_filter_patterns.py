import re
import warnings

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from odps_tui.monitor.filtering import FilterError, parse_filter
from odps_tui.monitor.filtering.patterns import MAX_PATTERN, MAX_WAYS, ways


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("etl", 1),
        ("etl|daily|x", 3),
        ("a?b", 2),
        (r"\d+", 4),
        (r"\d+_\w+_\d+", 64),
        (r"\d{4}-\d{2}", 1),
        (r"x{2,5}\w", 4),
        ("[*+?(]+_", 4),
        (r"\(\*\+_", 1),
        ("(?:ab)+c", 4),
        ("(a|b)c(a|b)", 4),
        ("(?P<n>a)(?=b)(?#(+[)c", 1),
    ],
)
def test_ways(pattern: str, expected: int) -> None:
    assert ways(pattern) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        "etl_(daily|hourly)_.*_v2",
        r"\d{4}-\d{2}-\d{2}",
        ".*etl.*daily.*2026.*",
        r"^\w+_\w+_\w+$",
        "(?i)sql|cupid",
        "(ab)*c",
        r"[a-z]+\d+",
    ],
)
def test_what_people_write_is_taken(pattern: str) -> None:
    assert not parse_filter(f"/{pattern}/").is_empty


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*b",
        "(a?){30}a{30}",
        "((a{0,32}){0,32}){0,32}",
        r"(?:\w+\s?)*!",
        r"\w*\w*\w*!",
        "a?" * 40 + "a" * 40,
        "(a|a)" * 30,
        "(?x)( a + ) +",
        "(?x: ( a + ) + )",
        "(?#[)(a+)+]",
        "(?#()(a+)+",
    ],
)
def test_what_could_take_forever_is_refused(pattern: str) -> None:
    with pytest.raises(FilterError, match="forever") as failure:
        parse_filter(f"x /{pattern}/")
    assert (failure.value.start, failure.value.end) == (2, len(pattern) + 4)


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        ("/a[b/", "[", "unterminated character set"),
        ("/a(b/", "(", "missing )"),
        ("owner:/*/", "*", "nothing to repeat"),
        ("//", "//", "between the slashes"),
        ("/(?P</", "/(?P</", "missing group name"),
        ("/a{99999999999}/", "/a{99999999999}/", "repeats or nests too much"),
        (f"/{'a' * 201}/", f"/{'a' * 201}/", f"at most {MAX_PATTERN}"),
    ],
)
def test_what_is_wrong_is_marked(text: str, marked: str, message: str) -> None:
    with pytest.raises(FilterError, match=re.escape(message)) as failure:
        parse_filter(text)
    assert text[failure.value.start : failure.value.end] == marked


def test_a_set_that_may_read_differently_one_day_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parse_filter("/[[a]--b/")


PIECES = [*r"ab.^$|)*+?", "(", "(?:", "(?=", "[ab]", "[^]]", r"\w", r"\d", r"\.", "{2}", "{1,3}", "{,2}", "(?#[)", "*?", "++"]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_nothing_that_varies_may_repeat(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error:
        assume(False)
    assert ways(pattern) >= 1
    if ways(pattern) > 1:
        assert all(ways(f"(?:{pattern}){repeat}!") > MAX_WAYS for repeat in ("*", "+", "{2,}", "{0,30}"))
