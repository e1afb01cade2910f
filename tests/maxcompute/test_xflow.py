from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest

from odps_tui.errors import DecodeError, Throttled, TransportError
from odps_tui.maxcompute.codec.xflow import Action
from odps_tui.maxcompute.exchange import Response
from odps_tui.maxcompute.xflow import MAX_DEPTH, MAX_WORKFLOWS, flattened, read_tree
from odps_tui.models import SubInstance
from tests.maxcompute.clients import canned
from tests.maxcompute.exchanges import by_flag
from tests.maxcompute.wire_samples import sample


class Workflows:
    """Workflows by id, and how often each was asked for."""

    def __init__(self, workflows: Mapping[str, list[Action]]) -> None:
        self.workflows = workflows
        self.asked: list[str] = []

    async def __call__(self, workflow: str) -> tuple[Action, ...]:
        self.asked.append(workflow)
        return tuple(self.workflows[workflow])


def run(name: str, instance_id: str | None) -> Action:
    return Action(name, "Instance", instance_id)


def inner(name: str, workflow: str | None) -> Action:
    return Action(name, "SubWorkflow", workflow)


async def test_sub_workflows_open_into_their_own_actions() -> None:
    def answer(request: httpx.Request) -> Response:
        return sample("xresult-nested.xml" if "20250314010004777gs5u6b7c8" in request.url.path else "xresult.xml")

    async with canned(answer) as client:
        tree = await client.get_xflow_actions("20250314005959001gxf1ow2a3")
        flat = await client.get_xflow_sub_instances("20250314005959001gxf1ow2a3")

    leaf = SubInstance("train_iteration_1", "Instance", "20250314010009100gn1e2s3t4", ("train",))
    assert tree == (
        SubInstance("split", "Instance", "20250314010003250gs1u2b3c4"),
        SubInstance("train", "SubWorkflow", "20250314010004777gs5u6b7c8", (), (leaf,)),
    )
    assert [(name, sub.instance_id) for name, sub in flat.items()] == [
        ("split", "20250314010003250gs1u2b3c4"),
        ("train_iteration_1", "20250314010009100gn1e2s3t4"),
    ]


async def test_actions_that_have_not_started_and_kinds_unknown_are_kept_in_the_tree() -> None:
    workflows = Workflows(
        {"x": [run("later", None), inner("inner", None), Action("odd", "Loop", "1"), Action("l", "Local", "2")]}
    )

    tree = await read_tree(workflows, "x")

    assert [(action.name, action.instance_id, action.children) for action in tree] == [
        ("later", None, ()),
        ("inner", None, ()),
        ("odd", "1", ()),
    ]
    assert list(flattened(tree)) == ["later"]


async def test_of_two_with_one_name_the_later_wins_in_the_first_ones_place() -> None:
    workflows = Workflows({"x": [run("a", "1"), inner("w", "y"), run("b", "2")], "y": [run("b", "3"), run("a", "4")]})

    flat = flattened(await read_tree(workflows, "x"))

    assert [(name, sub.instance_id) for name, sub in flat.items()] == [("a", "4"), ("b", "2")]


async def test_a_workflow_inside_itself_is_opened_once() -> None:
    workflows = Workflows({"x": [inner("again", "x"), inner("other", "y")], "y": [inner("back", "x"), run("a", "1")]})

    tree = await read_tree(workflows, "x")

    assert workflows.asked == ["x", "y"]
    assert tree[0].children == ()
    assert [child.name for child in tree[1].children] == ["back", "a"]
    assert list(flattened(tree)) == ["a"]


async def test_a_workflow_used_twice_is_asked_for_once_and_shown_twice() -> None:
    workflows = Workflows({"x": [inner("one", "y"), inner("two", "y")], "y": [run("a", "1")]})

    tree = await read_tree(workflows, "x")

    assert workflows.asked == ["x", "y"]
    assert [child.path for action in tree for child in action.children] == [("one",), ("two",)]


async def test_depth_and_number_have_an_end() -> None:
    class Endless(Workflows):
        async def __call__(self, workflow: str) -> tuple[Action, ...]:
            self.asked.append(workflow)
            return (inner("deeper", workflow + "x"),)

    deep = Endless({})
    await read_tree(deep, "x")
    assert len(deep.asked) == MAX_DEPTH

    wide = Workflows({"x": [inner(str(number), f"w{number}") for number in range(MAX_WORKFLOWS)]})
    wide.workflows = {**wide.workflows, **{f"w{number}": [] for number in range(MAX_WORKFLOWS)}}
    with pytest.raises(DecodeError, match=f"more than {MAX_WORKFLOWS} workflows"):
        await read_tree(wide, "x")


async def test_a_document_without_actions_has_none() -> None:
    async with canned(lambda _: Response(200, {}, b"<Xinstance/>")) as client:
        assert await client.get_xflow_actions("i") == ()
        assert await client.get_xflow_sub_instances("i") == {}


async def test_an_xflow_is_known_by_its_source() -> None:
    async with canned(by_flag({"xsource": "xsource.xml"})) as client:
        assert await client.is_xflow_instance("i")
        assert (await client.get_xflow_source("i")).xflow == "LogisticRegression"


@pytest.mark.parametrize(
    "answer",
    [
        sample("error-parameter.xml"),
        sample("error-nosuchobject.xml"),
        sample("instance-running.xml"),
        Response(200),
        sample("error-internal.xml"),
    ],
    ids=["an error", "not known", "another document", "nothing", "an internal error"],
)
async def test_whatever_else_comes_it_is_none(answer: Response) -> None:
    async with canned(lambda _: answer) as client:
        assert not await client.is_xflow_instance("i")


async def test_what_says_nothing_of_the_instance_is_raised() -> None:
    async with canned(lambda _: sample("error-flowexceeded.xml")) as client:
        with pytest.raises(Throttled):
            await client.is_xflow_instance("i")

    def refuse(_request: httpx.Request) -> Response:
        raise httpx.ConnectError("refused")

    async with canned(refuse) as client:
        with pytest.raises(TransportError):
            await client.is_xflow_instance("i")
