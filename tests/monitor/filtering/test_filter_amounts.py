import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.monitor.filtering.amounts import Amount, Span, duration, number, span


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("3", Amount(3.0, 1.0)),
        ("3.", Amount(3.0, 1.0)),
        ("99.50", Amount(99.5, 0.01)),
        (".5", Amount(0.5, 0.1)),
        ("9" * 400, Amount(math.inf, 1.0)),
        *((text, None) for text in ("", ".", "-1", "1e3", "inf", "nan", "1_000", "1,5", " 1", "٣")),
    ],
)
def test_numbers(text: str, amount: Amount | None) -> None:
    assert number(text) == amount


@pytest.mark.parametrize(
    ("text", "seconds", "precision"),
    [
        ("90s", 90, 1),
        ("5", 300, 60),
        ("5m", 300, 60),
        ("1h30m", 5400, 60),
        ("1h05", 3900, 60),
        ("1H", 3600, 3600),
        ("1.5h", 5400, 360),
        ("3d04h", 273_600, 3600),
        ("1d2h3m4s", 93_784, 1),
        ("0", 0, 60),
    ],
)
def test_durations(text: str, seconds: float, precision: float) -> None:
    assert duration(text) == Amount(seconds, precision)


@pytest.mark.parametrize("text", ["", "h", "1w", "1m1h", "1h1h", "-1h", "1h m", "5 m", "1:30", "s"])
def test_no_durations(text: str) -> None:
    assert duration(text) is None


@pytest.mark.parametrize(
    ("operator", "held"),
    [("<", [2.0]), ("<=", [2.0, 3.0]), (">", [3.5, 4.0]), (">=", [3.0, 3.5, 4.0]), ("=", [3.0, 3.5])],
)
def test_spans(operator: str, held: list[float]) -> None:
    assert [value for value in (2.0, 3.0, 3.5, 4.0) if value in span(operator, Amount(3.0, 1.0))] == held


@given(st.integers(0, 99), st.integers(0, 99))
def test_equality_of_decimals_is_exact(written: int, hundredths: int) -> None:
    amount = number(f"0.{written:02}")
    assert amount is not None
    assert (hundredths / 100 in span("=", amount)) == (written == hundredths)


numbers = st.floats(-9, 9, allow_nan=False)
spans = st.builds(Span, numbers, numbers) | st.builds(lambda low: Span(low, math.inf), numbers)


@given(spans, spans, numbers)
def test_a_span_in_a_span(inner: Span, outer: Span, value: float) -> None:
    if inner.lies_in(outer) and value in inner:
        assert value in outer
