from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odps_tui.models import Instance, Outcome, QueueingInfo, SubStatus
from odps_tui.monitor import Ending, InstanceRow
from odps_tui.monitor.filtering import FilterError, RowFilter, parse_filter
from odps_tui.monitor.filtering.fields import FIELDS, QUANTITIES

NOW = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)

# Letters whose lower, upper and folded forms differ in kind, and few of them, so that texts are found in one another.
texts = st.text(alphabet="abAσςΣßſİ _", min_size=1, max_size=5).map(str.strip).filter(bool)
cells = st.none() | texts
moments = st.integers(0, 7200).map(lambda seconds: NOW - timedelta(seconds=seconds))
infos = st.builds(
    QueueingInfo,
    st.just("i"),
    project=cells,
    job_name=cells,
    task_type=st.sampled_from(["SQL", "CUPID", None]),
    owner=cells,
    status=st.sampled_from(["Running", "Suspended", None]),
    priority=st.none() | st.integers(0, 9),
    progress=st.none() | st.floats(-1, 1),
    start_time=st.none() | moments,
    cpu_usage=st.none() | st.integers(0, 1000),
    memory_usage=st.none() | st.integers(0, 10),
    wait_pos=st.none() | st.integers(0, 10),
    sub_status=st.none() | st.builds(SubStatus, texts, st.sampled_from([None, 1010, 1030]), st.none()),
)
instances = st.builds(
    Instance, st.just("i"), cells, st.sampled_from(["Running", "Terminated", "Odd"]), st.none() | moments, st.none() | moments
)
endings = st.builds(Ending, st.sampled_from(Outcome), st.sampled_from(["SQL", "CUPID", None]))
rows = st.builds(
    InstanceRow,
    texts,
    st.none() | instances,
    st.none() | infos,
    st.booleans(),
    st.none() | endings,
    st.none() | moments,
)

values = st.one_of(
    texts.map(lambda text: f'"{text}"'), texts.filter(lambda text: " " not in text), st.sampled_from(["/a/", "/^b/", "/ß$/"])
)
lists = st.lists(values, min_size=1, max_size=3).map(",".join)
states = st.lists(st.sampled_from(["r", "s", "su", "ended", "failed", "unknown", "/ing/", "WAIT"]), min_size=1, max_size=2).map(
    ",".join
)
amounts = st.sampled_from(["0", "1", "2", "3.5", "5", "50", "90"])
operators = st.sampled_from(["<", ">", "<=", ">=", "=", ":", ":<", ":>="])
positives = st.one_of(
    values,
    st.builds("{}:{}".format, st.sampled_from(["id", "owner", "job", "type", "status", "why", "project"]), lists),
    states.map("state:{}".format),
    st.builds("{}{}{}".format, st.sampled_from(sorted(QUANTITIES)), operators, amounts),
)
terms = positives | positives.map("!{}".format)
filters = st.lists(terms, max_size=3).map(" ".join).map(parse_filter)


def matches(text: str, row: InstanceRow) -> bool:
    return parse_filter(text).matches(row, NOW)


@given(filters)
def test_the_text_of_a_filter_is_the_filter(row_filter: RowFilter) -> None:
    assert parse_filter(str(row_filter)) == row_filter
    assert parse_filter(f"  {row_filter}  ").terms == row_filter.terms


@given(st.lists(terms, max_size=4), rows)
def test_all_terms_must_hold(parts: list[str], row: InstanceRow) -> None:
    assert matches(" ".join(parts), row) == all(matches(part, row) for part in parts)


@given(filters, st.lists(rows, max_size=5))
def test_select_keeps_what_matches_in_order(row_filter: RowFilter, several: list[InstanceRow]) -> None:
    assert row_filter.select(iter(several), NOW) == [row.id for row in several if row_filter.matches(row, NOW)]


@given(positives, rows)
def test_a_term_or_its_negation_holds_unless_a_figure_is_not_known(term: str, row: InstanceRow) -> None:
    held = [matches(term, row), matches(f"!{term}", row)]
    quantity = next((quantity for name, quantity in QUANTITIES.items() if term.startswith(name)), None)
    is_known = quantity is None or quantity.value(row, NOW) is not None
    assert sorted(held) == ([False, True] if is_known else [False, False])


@given(texts, rows)
def test_text_is_found_in_any_cell(text: str, row: InstanceRow) -> None:
    said = (row.id, row.owner, row.job_name, row.task_type, row.state, row.status, row.sub_status_words, row.project)
    assert matches(f'"{text}"', row) == any(text.casefold() in cell.casefold() for cell in said if cell)


@given(filters, filters, rows)
def test_what_narrows_selects_no_other_rows(narrow: RowFilter, wide: RowFilter, row: InstanceRow) -> None:
    if narrow.narrows(wide) and narrow.matches(row, NOW):
        assert wide.matches(row, NOW)


@given(terms, terms, st.lists(rows, max_size=5))
def test_a_term_that_narrows_selects_no_other_rows(narrow: str, wide: str, several: list[InstanceRow]) -> None:
    one, other = parse_filter(narrow), parse_filter(wide)
    if one.narrows(other):
        assert set(one.select(several, NOW)) <= set(other.select(several, NOW))


@given(filters, terms)
def test_a_filter_narrows_itself_and_every_part_of_it(row_filter: RowFilter, term: str) -> None:
    longer = parse_filter(f"{row_filter} {term}")
    assert longer.narrows(longer)
    assert longer.narrows(row_filter)
    assert longer.narrows(parse_filter(term))


typed = st.lists(
    st.sampled_from([*FIELDS, *' !"/:,<>=()[]*+?{}|\\', "foo", "a", "1", "h", "http://"]) | st.characters(), max_size=12
)


@given(typed.map("".join) | st.text(), rows)
def test_anything_typed_is_a_filter_or_a_mistake_at_a_place(text: str, row: InstanceRow) -> None:
    try:
        row_filter = parse_filter(text)
    except FilterError as error:
        failure = error
    else:
        assert str(row_filter) == text
        assert row_filter.matches(row, NOW) in {True, False}
        return
    assert 0 <= failure.start < failure.end <= len(text)
    assert str(failure).isprintable()
    assert len(str(failure)) < 300
