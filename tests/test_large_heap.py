"""Garbage is looked for when nobody is there, and in the end whoever is; large containers are not looked through meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from odps_tui.large_heap import look_when_nobody_is_there, untracked


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, float], bool]:
    """Tell whether it looks after so many small looks and so many seconds of rest."""

    def does_look(small_looks: int, rest: float) -> bool:
        looked: list[bool] = []
        monkeypatch.setattr(gc, "get_count", lambda: (0, 0, small_looks))
        monkeypatch.setattr(gc, "collect", lambda: looked.append(True))
        look_when_nobody_is_there(rest)
        return bool(looked)

    return does_look


def test_it_looks_when_nobody_is_there(looks: Callable[[int, float], bool]) -> None:
    assert looks(500, 60.0)
    assert looks(500, float("inf")), "nobody ever was"
    assert not looks(499, 60.0), "there is not much to find"


def test_while_somebody_is_there_it_waits_but_not_for_ever(looks: Callable[[int, float], bool]) -> None:
    assert not looks(500, 1.0)
    assert not looks(2499, 0.0)
    assert looks(2500, 0.0)


@pytest.mark.parametrize("made", [[1, 2], {1: 2}, {1, 2}])
def test_what_is_untracked_is_not_looked_through_and_is_used_as_ever(
    made: list[object] | dict[object, object] | set[object],
) -> None:
    gc.collect()
    container = untracked(made)  # type: ignore[type-var]
    assert not gc.is_tracked(container)
    assert len(container) in (1, 2)
