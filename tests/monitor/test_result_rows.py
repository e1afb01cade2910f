"""The rows of a SELECT, out of the service's CSV."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.models import ResultDescriptor, TaskResult
from odps_tui.monitor.result_rows import MOST_ROWS, NULL, ResultRows, completeness, read_rows
from odps_tui.safe_text import clean


def result(text: str, kind: str = "csv", columns: tuple[tuple[str, str], ...] = (), status: str | None = None) -> TaskResult:
    descriptor = ResultDescriptor(True, status, columns) if columns or status else None
    return TaskResult("t", "SQL", "Success", kind, text, descriptor)


def rows_of(text: str) -> ResultRows:
    found = read_rows(result(text))
    assert found is not None
    return found


cells = st.lists(st.text().map(clean), min_size=1, max_size=4)


@given(st.lists(cells, min_size=1, max_size=6))
def test_whatever_a_cell_holds_it_comes_back(table: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table)
    found = rows_of(text.getvalue())
    assert list(found.header) == table[0]
    assert [["\\N" if cell is None else cell for cell in row] for row in found.rows] == table[1:]
    assert found.total == len(table) - 1


def test_null_is_not_a_text_and_line_feeds_in_quotes_are_one_row() -> None:
    found = rows_of(f'a,b\n1,{NULL}\n"two\nlines",""\n3,"x ""y"" z"')
    assert found.rows == [["1", None], ["two\nlines", ""], ["3", 'x "y" z']]
    assert not found.is_cut


def test_more_rows_than_are_kept_are_counted() -> None:
    found = rows_of("n\n" + "1\n" * (MOST_ROWS + 7))
    assert (len(found.rows), found.total, found.is_cut) == (MOST_ROWS, MOST_ROWS + 7, True)


@pytest.mark.parametrize("one", [result(""), result("a\n1", "text"), result("a\n1", ""), result('"' + "x" * 17_000_000)])
def test_what_cannot_be_read_as_rows_is_none(one: TaskResult) -> None:
    assert read_rows(one) is None


def test_types_are_told_only_when_they_fit_the_header() -> None:
    assert rows_of("a\n1").types == ()
    told = read_rows(result("a,b\n1,2", columns=(("a", "bigint"), ("b", "string"))))
    assert told is not None
    assert told.types == ("bigint", "string")
    other = read_rows(result("a\n1", columns=(("a", "bigint"), ("b", "string"))))
    assert other is not None
    assert other.types == ()


def test_whether_these_are_all_rows_is_said_only_when_it_is_told() -> None:
    assert completeness(result("a\n1", status="FULL"), 1) == "all rows"
    assert "CUT OFF" in completeness(result("a\n1", status="TRUNCATED"), 1)
    assert "usual limit" in completeness(result("a\n1"), 10_000)
    assert completeness(result("a\n1"), 1).startswith("?")
