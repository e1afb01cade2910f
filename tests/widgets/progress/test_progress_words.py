"""How the progress pane writes: columns that fit, bars of eighths, and what nobody told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from odps_tui.models import StageProgress, StageStatus
from odps_tui.monitor.progress import BackupStarted, DownToOne, Estimate, Fell, Moment, NoEstimate, Span
from odps_tui.widgets.log_lines import LogLines
from odps_tui.widgets.progress.cells import Cell, Column, fit, lay_out
from odps_tui.widgets.progress.news_words import news_words
from odps_tui.widgets.progress.stage_words import counts, elapsed_words, out_per_in, stage_bar, state_cell
from odps_tui.widgets.progress.task_notes import estimate_line, sparkline
from tests.clock import START

texts = st.text(alphabet="ab数…█", max_size=12)


@given(st.lists(st.tuples(texts, st.integers(0, 9)), min_size=1, max_size=8), st.lists(texts, max_size=4), st.integers(1, 120))
def test_a_line_never_exceeds_its_room_unless_its_first_column_does(
    titles: list[tuple[str, int]], row: list[str], room: int
) -> None:
    columns = [Column(title, rank) for title, rank in titles]
    cells = [Cell((row + [""] * len(columns))[place]) for place in range(len(columns))]
    layout = lay_out(columns, [cells], room)
    line = layout.line(cells)
    if len(layout.shown) > 1:
        assert line.cell_length <= room
    assert line.cell_length == layout.heading().cell_length


@given(texts, st.integers(0, 20), st.booleans())
def test_a_fitted_text_has_the_cells_it_is_given(text: str, width: int, left: bool) -> None:
    assert cell_len(fit(text, width, left=left)) == width


@given(st.lists(st.none() | st.floats(0, 1e6), max_size=40))
def test_a_sparkline_has_a_sign_a_minute_and_tells_unwatched_from_none(rates: list[float | None]) -> None:
    drawn = sparkline(rates)
    assert len(drawn) == len(rates)
    for sign, rate in zip(drawn, rates, strict=True):
        assert (sign == "·") == (rate is None)
        assert (sign == "▁") == (rate == 0)


def test_what_nobody_told_is_a_question_mark() -> None:
    bare = StageProgress("R2_1_job_0")
    assert counts(bare) == "?/?"
    assert state_cell(bare).text == "?"
    assert stage_bar(bare, 10) == ""
    assert out_per_in(bare) == "?"
    assert state_cell(StageProgress("M1", "Somehow")).text == "? somehow"


@pytest.mark.parametrize(
    ("came_in", "went_out", "words"),
    [(0, 5, "-"), (8, 0, "0.0x"), (1_000_000, 1, "<0.1x"), (100, 4, "<0.1x"), (100, 5, "0.1x"), (3, 6, "2.0x"), (1, 32, "32x")],
)
def test_a_little_is_not_told_as_nothing(came_in: int, went_out: int, words: str) -> None:
    assert out_per_in(StageProgress("R2_1", input_records=came_in, output_records=went_out)) == words


def test_terminated_with_workers_missing_is_not_done() -> None:
    assert state_cell(StageProgress("M1", StageStatus.TERMINATED, 10, 10)).text == "✓ done"
    assert state_cell(StageProgress("M1", StageStatus.TERMINATED, 10, 7)).text == "· terminated"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (None, "-"),
        (Span("M1"), "-"),
        (Span("M1", Moment(START, START), Moment(START + timedelta(minutes=3), START + timedelta(minutes=3))), "3m"),
        (Span("M1", Moment(START - timedelta(seconds=5), START)), "~9m"),
        (Span("M1", Moment(None, START)), "≥9m"),
        (Span("M1", Moment(None, START), Moment(None, START)), "?"),
    ],
)
def test_times_say_where_they_are_from(span: Span | None, words: str) -> None:
    assert elapsed_words(span, START + timedelta(minutes=9)) == words


@given(st.integers(0, 100_000), st.integers(1, 100_000))
def test_an_end_is_never_one_figure(low: int, more: int) -> None:
    line = estimate_line(Estimate(timedelta(seconds=low), timedelta(seconds=low + more), START, 6)).plain
    begin, _, rest = line.removeprefix("ends in").strip().removeprefix("~").partition("–")
    assert begin
    assert rest
    assert "pace of the last 6 min holds" in line


def test_a_refusal_has_its_reason() -> None:
    assert estimate_line(NoEstimate("last wave, one worker of R3_2")).plain == (
        "ETA       not estimable: last wave, one worker of R3_2"
    )


def test_news_are_sentences() -> None:
    assert news_words(Fell(97, 61, begun=("R2_1_job_0",))) == "progress went from ~97% to ~61%: R2_1 began"
    assert news_words(Fell(50, 25)) == "progress went from ~50% to ~25%: the service counts otherwise"
    assert news_words(DownToOne("R3_2_job_0", 2000)) == "R3_2 is down to its last worker of 2000"
    assert news_words(BackupStarted("R3_2_job_0", 1)) == "backup worker started in R3_2"


@given(st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("\t\n"), max_size=200), st.integers(8, 60))
def test_a_log_is_folded_and_nothing_of_it_is_lost(text: str, width: int) -> None:
    lines = LogLines(text, width)
    assert "".join(line.plain for line in lines) == "".join(line.expandtabs(8) for line in text.splitlines())
    assert all(line.cell_length <= max(width, 8) for line in lines)


def test_a_search_finds_whatever_its_case_and_takes_signs_as_they_are() -> None:
    lines = LogLines("one\nTWO [x]\ntwo (x)", 40, "TWO [")
    assert lines.hits == [1]
    assert LogLines("one\ntwo", 40, "").hits == []
