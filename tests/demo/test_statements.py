"""What submitted SQL does."""

from __future__ import annotations

import pytest

from odps_tui.demo.world import iris
from odps_tui.demo.world.statements import understand

HEADER = '"sepallength","sepalwidth","petallength","petalwidth","name"\n'


def test_the_table_is_the_classic_one() -> None:
    assert len(iris.ROWS) == 150
    assert iris.ROWS[0] == ("5.1", "3.5", "1.4", "0.2", "Iris-setosa")
    assert iris.ROWS[-1] == ("5.9", "3.0", "5.1", "1.8", "Iris-virginica")
    sums = [round(sum(float(row[column]) for row in iris.ROWS), 1) for column in range(4)]
    assert sums == [876.5, 458.6, 563.7, 179.9]


def test_the_guides_select() -> None:
    verdict = understand("select * from pyodps_iris limit 1")
    assert verdict.text == HEADER + '5.1,3.5,1.4,0.2,"Iris-setosa"\n'
    assert (verdict.rows, verdict.stages, verdict.failed) == (1, ("M1",), False)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT * FROM pyodps_iris;", 150),
        ("select * from demo_project.pyodps_iris LIMIT 20", 20),
        ("-- a comment\nset odps.sql.allow.fullscan=true;\nselect name /* no\nmore */ from `pyodps_iris` limit 0", 0),
        ("select name, petalwidth from pyodps_iris limit 1000", 150),
        ("select count(*) from pyodps_iris", 1),
        ("select COUNT(1) from pyodps_iris", 1),
        ("select 1", 1),
    ],
)
def test_what_it_reads(query: str, rows: int) -> None:
    verdict = understand(query)
    assert not verdict.failed, verdict.text
    assert verdict.rows == rows
    assert verdict.text.count("\n") == rows + 1


def test_constants() -> None:
    assert understand("select 1, 'it'").text == '"_c0","_c1"\n1,"it"\n'


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("select * from nope", "ODPS-0130131:[1,15] Table not found - table {project}.nope cannot be resolved"),
        ("select *\n  from other.nope n", "ODPS-0130131:[2,8] Table not found - table {project}.nope cannot be resolved"),
        ("select * from pyodps_iris join b on 1=1", "ODPS-0130131:[1,32] Table not found - table {project}.b cannot be resolved"),
        ("desc nope", "ODPS-0130131:[1,6] Table not found - table {project}.nope cannot be resolved"),
        ("insert into x select * from y", "ODPS-0130131:[1,29] Table not found - table {project}.y cannot be resolved"),
        ("create table x as select * from y", "ODPS-0130131:[1,33] Table not found - table {project}.y cannot be resolved"),
        ("SLEECT 1", "ODPS-0130161:[1,1] Parse exception - invalid token 'SLEECT'"),
        ("\n  42", "ODPS-0130161:[2,3] Parse exception - invalid token '42'"),
        ("", "ODPS-0130161:[1,1] Parse exception - unexpected end of statement"),
        ("select * from", "ODPS-0130161:[1,10] Parse exception - unexpected end of statement"),
        ("create", "ODPS-0130161:[1,1] Parse exception - unexpected end of statement"),
        ("desc", "ODPS-0130161:[1,1] Parse exception - unexpected end of statement"),
        ("select colour from pyodps_iris", "ODPS-0130071:[1,8] Semantic analysis exception - column colour cannot be resolved"),
        ("select x", "ODPS-0130071:[1,8] Semantic analysis exception - column x cannot be resolved"),
    ],
)
def test_how_it_fails(query: str, text: str) -> None:
    verdict = understand(query)
    assert (verdict.failed, verdict.text) == (True, text)


def test_more_than_the_demo_reads() -> None:
    verdict = understand("select name from pyodps_iris where name = 'x'")
    assert verdict.failed
    assert verdict.text.startswith("ODPS-0130071:[1,30] Semantic analysis exception - the demo reads pyodps_iris with")


@pytest.mark.parametrize(
    "query", ["create table t (a bigint)", "drop table if exists t", "alter table t add partition (ds='1');"]
)
def test_data_definition_has_no_stages(query: str) -> None:
    verdict = understand(query)
    assert (verdict.failed, verdict.text, verdict.stages) == (False, "", ())


def test_a_write_from_the_known_table_has_a_stage() -> None:
    verdict = understand("insert overwrite table t select * from pyodps_iris")
    assert (verdict.failed, verdict.text, verdict.stages) == (False, "", ("M1",))


def test_desc_tells_the_columns() -> None:
    text = understand("desc pyodps_iris").text
    assert all(f"| {name}" in text for name, _ in iris.COLUMNS)
    assert len({len(line) for line in text.replace("{project}", "project01").splitlines()}) == 1


def test_other_types_just_take_their_time() -> None:
    assert not understand("", "Copy").failed
    assert '"Cost"' in understand("select 1", "SQLCost").text
