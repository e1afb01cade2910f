"""Samples: equal reads are one, holes stay holes, and there are never too many."""

from __future__ import annotations

import itertools
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from odps_tui.models import TaskProgress
from odps_tui.monitor.progress import SampleBook, Samples
from odps_tui.monitor.progress.samples import GAP
from tests.clock import START
from tests.monitor.progress.telling import histories, progress, sampled, sampled_at, stage


@given(histories)
def test_samples_are_in_order_apart_and_none_is_lost(history: list[tuple[TaskProgress, float]]) -> None:
    samples = sampled_at(history)
    assert sum(sample.count for sample in samples) == len(history)
    runs = list(samples)
    for before, after in itertools.pairwise(runs):
        assert before.at <= before.until < after.at <= after.until
        assert after.gap == (after.at - before.until > GAP)
        assert after.gap or before.progress != after.progress, "equal reads are one sample"
    assert samples.last is not None
    assert samples.last.progress == history[-1][0]


def test_a_read_that_is_not_newer_changes_nothing() -> None:
    samples = Samples().taken(START, progress(stage(done=3)))
    assert samples.taken(START - timedelta(seconds=1), progress()) is samples
    assert samples.taken(START, progress()) is samples


@given(st.integers(1001, 4000), st.integers(1, 900))
def test_there_are_never_too_many_and_thinning_keeps_holes_and_both_ends(reads: int, hole_at: int) -> None:
    samples, moment = Samples(), START
    for number in range(reads):
        moment += timedelta(seconds=600 if number == hole_at else 5)
        samples = samples.taken(moment, progress(stage(done=number)))
    assert len(samples) <= 1000
    assert samples.first is not None
    assert samples.last is not None
    assert samples.first.at == START + timedelta(seconds=5)
    assert samples.last.done == reads - 1
    assert sum(sample.gap for sample in samples) == 1, "the hole is still there, and only that one"


def test_the_book_remembers_each_task_and_forgets_the_longest_unread() -> None:
    book = SampleBook()
    for number in range(70):
        book.take(f"instance {number}", "task", START, progress(stage(done=number)))
    assert not book.samples("instance 0", "task")
    kept = book.samples("instance 69", "task").last
    assert kept is not None
    assert kept.done == 69
    assert len(book.take("instance 69", "task", START + timedelta(seconds=5), progress(stage(done=70)))) == 2


def test_what_was_last_seen_of_stages_outlives_an_empty_answer() -> None:
    samples = sampled([progress(stage(done=4)), progress()])
    assert samples.last_with_stages is not None
    assert samples.last_with_stages.done == 4
