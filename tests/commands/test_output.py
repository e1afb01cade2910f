from __future__ import annotations

import csv
import io
import json

import pytest

from odps_tui.commands import output
from odps_tui.commands.arguments import duration, moment
from odps_tui.commands.exits import MEANINGS, Exit, exit_of, worst
from odps_tui.errors import (
    ClockSkewed,
    CredentialsRefused,
    DecodeError,
    InstanceFailed,
    NoPermission,
    NoSuchObject,
    NoSuchProject,
    OdpsTuiError,
    ServiceError,
    SettingsError,
    TransportError,
    WaitTimeout,
)

KEYS = ("id", "owner", "names")


def written(output_format: str, *rows: output.Facts, capsys: pytest.CaptureFixture[str]) -> str:
    with output.rows(output_format, KEYS) as out:
        for row in rows:
            out.write(row)
    return capsys.readouterr().out


def test_a_spreadsheet_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    text = written("csv", {"id": "1", "owner": "=cmd()", "names": ["a", "b"]}, {"id": "-", "owner": None}, capsys=capsys)
    assert list(csv.reader(io.StringIO(text))) == [list(KEYS), ["1", "'=cmd()", '["a", "b"]'], ["-", "", ""]]


def test_a_table_counts_places_not_characters(capsys: pytest.CaptureFixture[str]) -> None:
    text = written("table", {"id": "数据", "owner": "a\nb"}, {"id": "abc", "owner": True, "names": []}, capsys=capsys)
    assert text == "ID    OWNER  NAMES\n数据  a b    -\nabc   yes    -\n"


def test_a_table_is_sized_by_its_first_rows(capsys: pytest.CaptureFixture[str]) -> None:
    with output.rows("table", ("id", "owner")) as out:
        out.write({"id": "1", "owner": "x"})
        out.flush()
        out.write({"id": "12345", "owner": "x"})
    assert capsys.readouterr().out == "ID  OWNER\n1   x\n12345  x\n"


def test_an_error_leaves_json_without_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    def list_that_breaks() -> None:
        with output.rows("json", KEYS) as out:
            out.write({"id": "1"})
            raise SettingsError("broken")

    with pytest.raises(SettingsError):
        list_that_breaks()
    with pytest.raises(json.JSONDecodeError):
        json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SettingsError("x"), Exit.USAGE),
        (NoSuchProject("x"), Exit.USAGE),
        (ClockSkewed("x"), Exit.USAGE),
        (ServiceError("x", status=400), Exit.USAGE),
        (NoSuchObject("x", status=404), Exit.NOT_FOUND),
        (CredentialsRefused("x"), Exit.REFUSED),
        (NoPermission("x"), Exit.REFUSED),
        (TransportError("x"), Exit.UNREACHABLE),
        (DecodeError("x"), Exit.UNREACHABLE),
        (ServiceError("x", status=418), Exit.UNREACHABLE),
        (WaitTimeout("x"), Exit.STILL_RUNNING),
        (InstanceFailed("x", instance_id="1", task_name="t"), Exit.FAILED),
    ],
)
def test_the_status_of_an_error(error: OdpsTuiError, status: Exit) -> None:
    assert exit_of(error) is status


def test_the_worst() -> None:
    assert worst([]) is Exit.OK
    assert worst([Exit.OK, Exit.ENDED_BEFORE, Exit.CANCELLED, Exit.FAILED]) is Exit.FAILED
    assert worst([Exit.STILL_RUNNING, Exit.NOT_FOUND]) is Exit.NOT_FOUND
    assert all(worst([status]) is status for status in Exit if status is not Exit.INTERRUPTED)
    assert set(MEANINGS) == set(Exit)


def test_durations() -> None:
    assert (duration("90s"), duration("1h30m"), duration("0.5s")) == (90, 5400, 0.5)
    for text in ("90", "", "soon", "-1s", "1h30"):
        with pytest.raises(Exception, match="not a duration"):
            duration(text)


def test_moments() -> None:
    assert moment("2026-11-24T09:00:00+08:00").isoformat() == "2026-11-24T01:00:00+00:00"
    assert moment("2026-11-24T09:00Z").isoformat() == moment("2026-11-24T09:00").isoformat()  # the tests' zone is UTC
    assert moment("1h") < moment("30m")
