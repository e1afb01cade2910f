"""What reads from what, from names alone; names can be anything."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.monitor.progress import StageGraph, parse_stage_name
from tests.monitor.progress.telling import names

STAR = ["M1_job_0", "M2_job_0", "M4_job_0", "J3_1_2_job_0", "J5_3_4_job_0", "R6_5_job_0"]


@pytest.mark.parametrize(
    ("name", "short", "number", "reads"),
    [
        ("R3_1_2_job_0", "R3_1_2", 3, (1, 2)),
        ("M1", "M1", 1, ()),
        ("M12_job_1", "M12", 12, ()),
        ("odd", "odd", None, ()),
        ("R2_1_", "R2_1_", None, ()),
        ("", "", None, ()),
    ],
)
def test_a_name_is_taken_apart(name: str, short: str, number: int | None, reads: tuple[int, ...]) -> None:
    found = parse_stage_name(name)
    assert (found.whole, found.short, found.number, found.reads) == (name, short, number, reads)


def test_a_star_is_a_tree_from_its_end() -> None:
    lines = [f"{line.lead}{parse_stage_name(line.stage).short}" for line in StageGraph(STAR).tree()]
    assert lines == ["R6_5", "└─J5_3_4", "  ├─J3_1_2", "  │ ├─M1", "  │ └─M2", "  └─M4"]


def test_a_stage_that_two_read_stands_in_full_once() -> None:
    lines = StageGraph(["M1", "R2_1", "R3_1", "J4_2_3"]).tree()
    assert [(line.stage, line.again) for line in lines] == [
        ("J4_2_3", False),
        ("R2_1", False),
        ("M1", False),
        ("R3_1", False),
        ("M1", True),
    ]


def test_jobs_do_not_mix() -> None:
    graph = StageGraph(["M1_job_0", "R2_1_job_0", "M1_job_1", "R2_1_job_1"])
    assert graph.inputs["R2_1_job_1"] == ("M1_job_1",)


any_name = names | st.builds(
    lambda number, reads: f"R{number}" + "".join(f"_{one}" for one in reads),
    st.integers(0, 12),
    st.lists(st.integers(0, 12), max_size=4),
)


@given(st.lists(any_name, max_size=14))
def test_whatever_the_names_every_stage_stands_in_the_tree_once(found: list[str]) -> None:
    lines = StageGraph(found).tree()
    whole = [line.stage for line in lines if not line.again]
    assert sorted(whole) == sorted(set(found))
    assert all(line.stage in whole for line in lines)


@given(st.lists(any_name, min_size=1, max_size=14), st.dictionaries(any_name, st.floats(0, 100)))
def test_a_way_goes_along_inputs_and_ends(found: list[str], ends: dict[str, float]) -> None:
    graph = StageGraph(found)
    way = graph.way_to(found[0], ends.get)
    assert way[0] == found[0]
    assert len(set(way)) == len(way)
    for here, before in itertools.pairwise(way):
        assert before in graph.inputs[here]


def test_a_chain_of_thousands_is_no_problem() -> None:
    chain = ["M1", *(f"R{number}_{number - 1}" for number in range(2, 3000))]
    assert len(StageGraph(chain).tree()) == 2999


def test_the_way_that_took_longest_goes_by_the_latest_input() -> None:
    ends = {"M1_job_0": 5.0, "M2_job_0": 9.0, "J3_1_2_job_0": 20.0, "M4_job_0": 12.0}
    assert StageGraph(STAR).way_to("J5_3_4_job_0", ends.get) == ("J5_3_4_job_0", "J3_1_2_job_0", "M2_job_0")
    del ends["M1_job_0"]
    assert StageGraph(STAR).way_to("J5_3_4_job_0", ends.get) == ("J5_3_4_job_0", "J3_1_2_job_0"), "unknown where it decides"
