from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta

import pytest

from odps_tui.errors import OdpsTuiError
from odps_tui.models import Instance, Outcome, QueueingInfo, SubStatus
from odps_tui.monitor import Ending, InstanceRow, InstanceState
from odps_tui.monitor.filtering import FilterError, RowFilter, parse_filter
from odps_tui.monitor.filtering.expression import MAX_TERMS, MAX_TEXT
from odps_tui.monitor.filtering.fields import EXAMPLES, FIELDS, QUANTITIES

NOW = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)

WAITING = InstanceRow(
    "20261124AgW",
    info=QueueingInfo(
        "20261124AgW",
        project="sales_eu",
        job_name="Daily Load",
        task_type="SQL",
        owner="ALIYUN$etl@example.com",
        status="Running",
        priority=2,
        progress=0.0,
        start_time=NOW - timedelta(minutes=90),
        cpu_usage=0,
        memory_usage=0,
        wait_pos=4,
        queue_length=12,
        sub_status=SubStatus("Waiting for resource", 1010, None),
    ),
    is_queued=True,
)
RUNNING = InstanceRow(
    "20261124BgR",
    Instance("20261124BgR", "RAM$main:reader", "Running", NOW - timedelta(seconds=52), None),
    QueueingInfo(
        "20261124BgR",
        project="sales_eu",
        job_name="console_query",
        task_type="CUPID",
        status="Running",
        priority=9,
        progress=0.578,
        cpu_usage=512,
        memory_usage=2048,
        wait_pos=0,
        sub_status=SubStatus("SQLTask is running", 1030, None),
    ),
    is_queued=True,
)
ENDED = InstanceRow(
    "20261123CgE",
    Instance("20261123CgE", "ALIYUN$etl@example.com", "Terminated", NOW - timedelta(days=1), NOW - timedelta(hours=23)),
)
FAILED = InstanceRow(
    "20261123DgF",
    Instance("20261123DgF", "ALIYUN$straße@example.com", "Terminated", NOW - timedelta(hours=2), None),
    QueueingInfo("20261123DgF", task_type="SQL", cpu_usage=900, wait_pos=3, sub_status=SubStatus("Old words", 1030, None)),
    ending=Ending(Outcome.FAILED),
)
BARE = InstanceRow("20261122EgB")
ROWS = {"W": WAITING, "R": RUNNING, "E": ENDED, "F": FAILED, "B": BARE}


def selected(text: str) -> str:
    row_filter = parse_filter(text)
    ids = row_filter.select(ROWS.values(), NOW)
    assert ids == [row.id for row in ROWS.values() if row_filter.matches(row, NOW)]
    return "".join(id_[-1] for id_ in ids)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("", "WREFB"),
        ("  ", "WREFB"),
        # text in anything the row says
        ("etl", "WE"),
        ("ETL", "WE"),
        ("STRASSE", "F"),
        ("20261124", "WR"),
        ("gr", "R"),
        ("cupid", "R"),
        ("daily", "W"),
        ('"daily load"', "W"),
        ("daily load", "W"),
        ("load daily", "W"),
        ("terminated", "EF"),
        ("waiting", "W"),
        ("resource", "W"),
        ("sales", "WR"),
        ("unknown", "B"),
        ("old", ""),
        # regular expressions see one field at a time
        ("/daily.load/", "W"),
        ("/^daily load$/", "W"),
        ("/^console$/", ""),
        ("/com.sql/", ""),
        ("/com[^x]daily/", ""),
        (r"/2611\d\d./", "WREFB"),
        (r"/\//", ""),
        # not
        ("!etl", "RFB"),
        ('!"daily load"', "REFB"),
        ("!/etl|reader/", "FB"),
        ("!owner:etl", "RFB"),
        ("!state:ended", "WRB"),
        ("sales !etl", "R"),
        # fields with text
        ("id:gw", "W"),
        ("owner:reader", "R"),
        ("owner:main:reader", "R"),
        ("OWNER:reader", "R"),
        ("owner:daily", ""),
        ('job:"daily load"', "W"),
        ("job:/^d.*d$/", "W"),
        ("job:query,x", "R"),
        ("type:sql", "WF"),
        ("!type:sql", "REB"),
        ("status:run", "WR"),
        ("why:running", "R"),
        ("why:old", ""),
        ("project:sales", "WR"),
        ("owner:reader,straße", "RF"),
        ('owner:/^ram/,"etl@"', "WRE"),
        ("job:/^$/", ""),
        # states
        ("state:waiting", "W"),
        ("state:w", "W"),
        ("state:failed,waiting", "WF"),
        ("state:FAIL", "F"),
        ("state:ended", "EF"),
        ("state:e", "EF"),
        ("state:u", "B"),
        ("state:/ing$/", "WR"),
        # figures
        ("prio<3", "W"),
        ("prio:<3", "W"),
        ("prio>=2", "WR"),
        ("prio:9", "R"),
        ("prio=9", "R"),
        ("prio:=9", "R"),
        ("!prio=9", "W"),
        ("!prio<3", "R"),
        ("progress=57", "R"),
        ("progress>57", ""),
        ("progress<=57%", "WR"),
        ("!progress>99", "WR"),
        ("cpu>5", "R"),
        ("cpu=5", "R"),
        ("cpu=5.1", "R"),
        ("cpu=5.0", ""),
        ("cpu:0", "W"),
        ("mem>=2048", "R"),
        ("pos<=10", "W"),
        ("!pos>10", "W"),
        # durations
        ("age<1m", "R"),
        ("age<60s", "R"),
        ("age:>1h", "WEF"),
        ("!age>1h", "R"),
        ("age:1h30m", "W"),
        ("age=1h", "W"),
        ("age:1d", "E"),
        ("age>90", "EF"),
        ("age>=1h30", "WEF"),
        ("run=1h", "WE"),
        ("run<1d", "WRE"),
        ("!run<1s", "WRE"),
        # words that are no fields
        ("main:reader", "R"),
        ("http://x", ""),
        ("a:b", ""),
        ("owner", ""),
        ("prio", ""),
        ("urn://x", ""),
        # all must hold
        ("owner:etl state:waiting prio:<3 age>1h !test", "W"),
    ],
)
def test_what_matches(text: str, letters: str) -> None:
    assert selected(text) == letters


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in EXAMPLES])
def test_what_is_not_known_matches_neither_a_comparison_nor_its_negation(name: str) -> None:
    assert not parse_filter(f"{name}<3").matches(BARE, NOW)
    assert not parse_filter(f"!{name}<3").matches(BARE, NOW)


@pytest.mark.parametrize("name", EXAMPLES)
def test_text_that_is_not_known_is_not_found(name: str) -> None:
    assert not parse_filter(f"{name}:failed").matches(BARE, NOW)
    assert parse_filter(f"!{name}:failed").matches(BARE, NOW)


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        ("a ! b", "!", "Write what must not match after a single !, as in !etl"),
        ("a !", "!", "Write what must not match after a single !, as in !etl"),
        ("!!a", "!", "Write what must not match after a single !, as in !etl"),
        ('a ""', '""', "Write some text between the quotes"),
        ('owner:"', '"', 'Close the quotes with "'),
        ("job:/a b", "/a b", "Close the regular expression with /, or put the text in quotes"),
        ("owner: x", "owner:", "owner takes text, as in owner:etl"),
        ("owner:a,", ",", "owner takes text, as in owner:etl"),
        ("owner:a,,b", ",", "owner takes text, as in owner:etl"),
        ("owner:,b", ":", "owner takes text, as in owner:etl"),
        ("job=x", "job=", "job takes a colon, as in job:daily"),
        ("owner:!etl", "!", "Write the ! first, as in !owner:etl"),
        ("state:", "state:", "state takes text, as in state:waiting"),
        ("state:w,wating", "wating", "No such state: did you mean waiting?"),
        ("state:/x$/", "/x$/", "No such state: use running, compiling"),
        ("prio:", "prio:", "prio takes a number from 0 to 9, as in prio<3"),
        ("a !prio<", "prio<", "prio takes a number from 0 to 9, as in prio<3"),
        ("prio<x", "x", "prio takes a number from 0 to 9, as in prio<3"),
        ("prio:3,4", "3,4", "prio takes a number from 0 to 9, as in prio<3"),
        ("prio:/3/", "/3/", "prio takes a number from 0 to 9, as in prio<3"),
        ("prio!=3", "!=", "Compare with < > <= >= or =, negate as in !prio=3"),
        ("prio:==3", "==", "Compare with < > <= >= or =, negate as in !prio=3"),
        ("prio <3", "<3", "Write a comparison without blanks, as in prio<3"),
        ("age<1w", "1w", "age takes a duration, as in age<1h30m"),
        ("run:", "run:", "run takes a duration, as in run>90s"),
        ("a ownr:x", "ownr", "No such field: did you mean owner, or text in quotes?"),
        ("!Stat:x", "Stat", "No such field: did you mean state, or text in quotes?"),
        ("user:x", "user", "No such field: did you mean owner, or text in quotes?"),
        ("priority<3", "priority", "No such field: did you mean prio, or text in quotes?"),
        ("pr:3", "pr", "No such field: did you mean prio, or text in quotes?"),
        ("foo:", "foo", "No such field: use id, owner, job"),
        ('foo:"x y"', "foo", "No such field: use id, owner, job"),
        ("foo:/x/", "foo", "No such field: use id, owner, job"),
        ("foo>=3", "foo", "No such field: use id, owner, job"),
    ],
)
def test_what_is_wrong_is_said_and_marked(text: str, marked: str, message: str) -> None:
    with pytest.raises(FilterError) as failure:
        parse_filter(text)
    assert text[failure.value.start : failure.value.end] == marked
    assert str(failure.value).startswith(message)
    assert isinstance(failure.value, OdpsTuiError)


def test_a_filter_is_not_endless() -> None:
    with pytest.raises(FilterError, match=f"at most {MAX_TEXT} characters") as failure:
        parse_filter("x" * (MAX_TEXT + 5))
    assert (failure.value.start, failure.value.end) == (MAX_TEXT, MAX_TEXT + 5)
    with pytest.raises(FilterError, match=f"at most {MAX_TERMS} terms") as failure:
        parse_filter("a " * (MAX_TERMS + 2))
    assert (failure.value.start, failure.value.end) == (MAX_TERMS * 2, MAX_TERMS * 2 + 4)
    assert parse_filter("a " * MAX_TERMS)


def test_a_filter_is_a_value() -> None:
    row_filter = parse_filter(" etl  prio<3 ")
    assert str(row_filter) == " etl  prio<3 "
    assert row_filter == parse_filter(" etl  prio<3 ")
    assert hash(row_filter) == hash(parse_filter(" etl  prio<3 "))
    assert RowFilter() == parse_filter("")
    with pytest.raises(FrozenInstanceError):
        row_filter.text = "x"  # type: ignore[misc]


def test_it_tells_what_to_ask_again() -> None:
    assert parse_filter("  ").is_empty
    assert not parse_filter("a").is_empty
    assert all(parse_filter(text).depends_on_time for text in ("age<1h", "!run<1h", "etl prio<3 age>2"))
    assert not any(parse_filter(text).depends_on_time for text in ("", "etl", "/a/", "state:ended prio<3 !owner:x cpu>1"))


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("etl", ""),
        ("etl", "et"),
        ("ETL", "et"),
        ('"two words"', "two"),
        ("etl daily", "daily"),
        ("owner:etl", "owner:et"),
        ("owner:etl", "tl"),
        ("owner:a", "owner:a,b"),
        ("owner:ax,bx", "owner:b,a,c"),
        ("owner:ax,bx", "x"),
        ("owner:/a/", "/a/"),
        ("/a/ b", "/a/"),
        ("!et", "!etl"),
        ("!et", "!owner:etl"),
        ("!owner:a,b", "!owner:b"),
        ("state:failed", "state:ended"),
        ("state:fa", "fail"),
        ("!state:ended", "!state:failed"),
        ("state:running,waiting", "ing"),
        ("prio<3", "prio<4"),
        ("prio<3", "prio<=3"),
        ("prio=3", "prio>=3"),
        ("!prio<4", "!prio<3"),
        ("age>1h30m", "age>1h"),
        ("age=1h30m", "age=1h"),
    ],
)
def test_narrows(narrow: str, wide: str) -> None:
    assert parse_filter(narrow).narrows(parse_filter(wide))
    assert not parse_filter(wide).narrows(parse_filter(narrow))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("owner:etl", "job:etl"),
        ("prio<3", "pos<3"),
        ("!a", "a"),
        ("!a", "!b"),
        ("/ab/", "/a/"),
        ("a", "/a/"),
        ("prio<3", "!prio>=3"),
    ],
)
def test_does_not_narrow(one: str, other: str) -> None:
    assert not parse_filter(one).narrows(parse_filter(other))
    assert not parse_filter(other).narrows(parse_filter(one))


def test_every_field_has_an_example_that_can_be_read() -> None:
    assert set(FIELDS) == EXAMPLES.keys() | QUANTITIES.keys()
    assert not any(parse_filter(f"{name}:{example}").is_empty for name, example in EXAMPLES.items())
    assert not any(parse_filter(quantity.form.rpartition(" ")[2]).is_empty for quantity in QUANTITIES.values())
    assert set(InstanceState) == {state for state in InstanceState if parse_filter(f"state:{state}")}


def test_rows_that_say_the_same_share_their_words() -> None:
    again = InstanceRow("another", ENDED.instance)
    assert again.says is ENDED.says
    assert ENDED.says == "ALIYUN$etl@example.com\nended\nTerminated"
    assert WAITING.says.splitlines()[3:] == ["SQL", "Daily Load", "Waiting for resource", "sales_eu"]
