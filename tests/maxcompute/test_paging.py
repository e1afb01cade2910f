from __future__ import annotations

from collections.abc import Callable

import pytest

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.exchange import Response
from tests.maxcompute.clients import canned, target
from tests.maxcompute.wire_samples import sample


def pages(*markers: str) -> Callable[[object], Response]:
    """Answer with one instance per page, each with its marker in turn."""
    left = list(markers)

    def answer(_request: object) -> Response:
        marker = left.pop(0)
        body = f"<Instances><Marker>{marker}</Marker><Instance><Name>i{len(left)}</Name></Instance></Instances>"
        return Response(200, {}, body.encode())

    return answer


async def test_every_page_is_asked_for_with_the_marker_of_the_one_before() -> None:
    asked: list[str] = []

    def answer(request: object) -> Response:
        asked.append(target(request))  # type: ignore[arg-type]
        return sample("instances-page1.xml" if len(asked) == 1 else "instances-page2.xml")

    async with canned(answer) as client:
        ids = [instance.id async for instance in client.list_instances(only_owner=False)]

    assert len(ids) == 6
    assert asked == [
        "/projects/demo_project/instances?onlyowner=no",
        "/projects/demo_project/instances?onlyowner=no&marker=MjAyNTAzMTQwMTIxNDU4ODBnejV5NHczcTIq",
    ]


async def test_a_list_may_have_many_pages() -> None:
    async with canned(pages(*map(str, range(500)), "")) as client:
        assert len([instance async for instance in client.list_instances()]) == 501


@pytest.mark.parametrize("markers", [("a", "a"), ("a", "b", "a"), ("a", "b", "c", "b")])
async def test_a_list_that_leads_in_a_circle_is_an_error(markers: tuple[str, ...]) -> None:
    async with canned(pages(*markers)) as client:
        pages_seen = client.list_instance_pages()
        for _ in markers:
            await anext(pages_seen)
        with pytest.raises(DecodeError, match="leads in a circle"):
            await anext(pages_seen)


async def test_whoever_has_seen_enough_asks_for_no_more() -> None:
    async with canned(pages("a", "b")) as client:
        async for _ in client.list_instances():
            break
