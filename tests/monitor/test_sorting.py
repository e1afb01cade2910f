"""A sort in slices gives what a sort gives, and no slice of it sees nearly everything."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from odps_tui.monitor import slicing
from odps_tui.monitor.slicing import Steps, at_once
from odps_tui.monitor.sorting import sort_in_slices
from tests.monitor.slices import tiny_slices

pairs = st.tuples(st.integers(0, 6) | st.just(3), st.integers())


def first(pair: tuple[int, int]) -> int:
    return pair[0]


@given(st.lists(pairs, max_size=60))
def test_it_is_stable_and_complete(items: list[tuple[int, int]]) -> None:
    with tiny_slices():
        assert at_once(sort_in_slices(items, first)) == sorted(items, key=first)


def test_a_few_thousand_are_sorted_without_a_pause() -> None:
    assert list(sort_in_slices(list(range(2 * slicing.ASKED)), abs)) == []


def test_no_slice_asks_for_the_keys_of_nearly_everything_even_where_nearly_all_is_equal() -> None:
    asked = 0

    def key(number: int) -> int:
        nonlocal asked
        asked += 1
        return 3 if number % 20 else number % 7

    items = [number * 7919 % 100_003 for number in range(100_000)]
    ordered: list[int] = []

    def work() -> Steps[None]:
        ordered.extend((yield from sort_in_slices(items, key)))

    counts = [0]
    for _ in work():
        counts.append(asked)
        asked = 0
    assert max(*counts, asked) < 4 * slicing.ASKED
    assert ordered == sorted(items, key=key)
