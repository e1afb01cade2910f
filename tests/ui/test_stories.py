"""The demo's stories followed to their end on the screen and on the wire; only the clock is ours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

import pytest

from odps_tui.demo.documents.errors import error
from odps_tui.demo.wire.messages import Answer, Request, Response
from odps_tui.demo.world.jobs import SubmittedJob, SubmittedTask
from odps_tui.models import Outcome
from odps_tui.screens.detail_tabs import Tab
from tests.ui.conftest import Session, open_dashboard
from tests.ui.test_detail import seen, show
from tests.ui.test_progress import asked, line_of, look_again

_PATIENCE = 60


async def to_the_end(session: Session, seconds: float, look: Callable[[], None]) -> None:
    """Look again and again until the service says Terminated and everything has been read."""
    for _ in range(_PATIENCE):
        await look_again(session, seconds)
        detail = session.screen.detail
        assert detail is not None
        if detail.is_terminated:
            await session.until(lambda: (known := session.screen.detail) and known.is_settled, "all was read")
            look()
            return
        look()
    raise AssertionError(f"it never ended:\n{session.text}")


async def assert_asked_no_more(session: Session) -> None:
    """An ended instance is asked once; its sub-instances too."""
    session.service.requests.clear()
    for _ in range(3):
        session.clock.advance(60)
        await session.poll()
    for flag in ("instanceprogress", "instancequota", "xresult", "taskstatus", "source", "instancesummary", "result"):
        ids = {request.path.rsplit("/", 1)[1] for request in session.service.requests if flag in request.query}
        assert session.screen.detail is not None
        assert session.screen.detail.id not in ids, flag


async def test_a_retry_goes_on_through_all_tasks_to_a_success() -> None:
    percents: list[int] = []
    running: set[str] = set()

    async with open_dashboard(size=(160, 40), instances=30) as session:
        await session.select("multi_task")

        def look() -> None:
            text, detail = session.progress_text, session.screen.detail
            assert detail is not None
            assert "attempt 2, 1 failed before" in line_of(session, "load_orders"), "whatever became of it since"
            running.update(task.name for task in detail.tasks.value or () if task.status == "Running")
            if not detail.is_terminated:
                percents.extend(int(found) for found in re.findall(r"~(\d+)%.*stages begun", text))

        await to_the_end(session, 1800, look)
        assert {"build_report", "export_report"} <= running
        assert max(percents) <= 99
        assert all("Success" in line_of(session, name) for name in ("load_orders", "build_report", "export_report"))
        assert session.screen.selected is not None
        assert session.screen.selected.outcome is Outcome.SUCCESS
        await assert_asked_no_more(session)


async def test_an_xflow_step_by_step_to_its_end() -> None:
    ended: list[int] = []

    async with open_dashboard(size=(160, 40), instances=30) as session:
        instance_id = await session.select("xflow")
        await session.until(lambda: "iteration_2" in session.progress_text)

        def look() -> None:
            found = re.search(r"~(\d+) of (\d+) known steps ended", session.progress_text)
            assert found is not None
            ended.append(int(found[1]))

        await to_the_end(session, 1800, look)
        assert ended == sorted(ended), "no step comes back to life"
        for step in ("split", "train", "iteration_1", "iteration_2", "evaluate"):
            line = next(line for line in session.progress_text.splitlines() if f"─{step} " in line)
            assert "✓ success" in line, step
        assert asked(session, "xresult", instance_id) <= len(ended) + 2
        await assert_asked_no_more(session)


async def test_a_job_fails_while_one_looks_on_and_says_why() -> None:
    query = "SELECT day,\n       total\nFROM   no_such_table\nLIMIT  5;"
    async with open_dashboard(size=(160, 40)) as session:
        task = SubmittedTask("AnonymousSQLTask", "SQL", query)
        instance = session.world.submit(SubmittedJob("ad_hoc", 1, (task,)), session.world.now())
        await session.poll()
        session.screen.table.select(instance.id)
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.id == instance.id)
        await show(session, Tab.RESULT)
        assert "It has not ended: there is no result yet." in session.detail_text
        assert "✗" not in session.progress_text
        await to_the_end(session, 1, lambda: None)
        await session.until(lambda: "✗ AnonymousSQLTask failed" in seen(session))
        assert "ODPS-0130131" in seen(session)
        place = next(line for line in seen(session).splitlines() if line.startswith("Place"))
        assert "line 3, column 8" in place
        assert "▸ 3 │ FROM   no_such_table" in seen(session)
        assert "100%" not in session.progress_text
        assert asked(session, "result", instance.id) == 1, "for the overview and for the tab"
        await assert_asked_no_more(session)


# Politeness ----------------------------------------------------------------------------------------------------------------


async def test_details_are_asked_of_the_selected_instance_only_and_no_more_often_than_is_polite() -> None:
    moments: dict[tuple[str, str], list[float]] = defaultdict(list)
    sessions: list[Session] = []

    def disturb(answer: Answer) -> Answer:
        async def noting(request: Request) -> Response:
            for flag in ("instancequota", "instancedetail", "instanceprogress", "source", "instancesummary", "xresult"):
                if request.has(flag) and sessions:
                    moments[flag, request.path.rsplit("/", 1)[1]].append(sessions[0].clock.now)
            return await answer(request)

        return noting

    async with open_dashboard(size=(160, 40), instances=30, disturb=disturb) as session:
        sessions.append(session)
        instance_id = await session.select("skewed")
        await session.pilot.press("W")
        await session.until(lambda: "told · time mean" in session.progress_text)
        for _ in range(14):
            await look_again(session, 5)
        gaps = {flag: min(b - a for a, b in pairwise(at)) for (flag, _), at in moments.items() if len(at) > 1}
        assert gaps["instancequota"] >= 30
        assert gaps["instancedetail"] >= 15
        assert len(moments["instancedetail", instance_id]) > 3, "it was asked again and again"
        assert len(moments["instancequota", instance_id]) > 1
        assert len(moments["source", instance_id]) <= 1
        assert {asked_of for _, asked_of in moments} == {instance_id}, "nothing of any other instance"


# A right that is missing ---------------------------------------------------------------------------------------------------

DENIED = {
    "taskstatus": ("skewed", Tab.TASKS),
    "source": ("skewed", Tab.SQL),
    "result": ("succeeded", Tab.RESULT),
    "instancesummary": ("succeeded", Tab.COST),
}


@pytest.mark.parametrize("flag", DENIED)
async def test_one_flag_denied_is_one_tab_that_says_so(flag: str) -> None:
    words = "ODPS-0420095: Access Denied - you have no privilege 'odps:Read' on this"

    def disturb(answer: Answer) -> Answer:
        async def denying(request: Request) -> Response:
            return Response.of(error("NoPermission", words, "R1"), status=403) if request.has(flag) else await answer(request)

        return denying

    story, denied = DENIED[flag]
    async with open_dashboard(size=(160, 40), disturb=disturb) as session:
        session.screen.table.select(session.world.stories[story])
        await show(session, denied)
        await session.until(lambda: "Access Denied" in seen(session))
        assert f"{denied}✗" in session.text, "the tab itself says so"
        for tab in (Tab.OVERVIEW, Tab.SQL, Tab.TASKS, Tab.COST, Tab.RAW):
            if tab is denied:
                continue
            await show(session, tab)
            await session.until(lambda: "reading" not in seen(session))
            assert f"{tab}✗" not in session.text or tab is Tab.OVERVIEW or flag == "taskstatus"
        if flag != "taskstatus":
            assert "DONE/TOTAL" in session.progress_text
        before = asked(session, flag, session.world.stories[story])
        await session.poll()
        assert asked(session, flag, session.world.stories[story]) - before <= (1 if flag == "taskstatus" else 0)
