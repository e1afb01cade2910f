"""The detail pane behind its tabs: what each shows, what it asks for, and what it does with what is huge, missing or hostile."""

from __future__ import annotations

import base64
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from odps_tui.demo.documents.errors import error
from odps_tui.demo.wire.messages import Answer, Request, Response
from odps_tui.screens.detail_tabs import Tab
from odps_tui.screens.row_dialog import RowDialog
from odps_tui.widgets.detail.overview import overview
from tests.ui.conftest import Session, open_dashboard
from tests.ui.pictures import assert_looks_like

_FLAGS = ("taskstatus", "source", "result", "instancesummary", "instanceprogress", "instancequota", "instancedetail", "detail")


def asked(session: Session, instance_id: str) -> Counter[str]:
    """How often each flag was asked of an instance; `` is its status."""
    flags: Counter[str] = Counter()
    for request in session.service.requests:
        if request.method == "GET" and request.path.endswith(instance_id):
            flags[next((flag for flag in _FLAGS if flag in request.query), "")] += 1
    return flags


async def show(session: Session, tab: Tab) -> None:
    session.screen.detail_pane.tab = tab
    await session.pilot.pause()


def seen(session: Session) -> str:
    """What the pane shows, however it is wrapped."""
    pane = session.screen.detail_pane
    return pane.text.document.text if pane.text.display else session.detail_text


def answering(act: Callable[[Request, Answer], Awaitable[Response | None]]) -> Callable[[Answer], Answer]:
    def disturb(answer: Answer) -> Answer:
        async def answering(request: Request) -> Response:
            return await act(request, answer) or await answer(request)

        return answering

    return disturb


def result_of(text: str, kind: str = "csv") -> str:
    packed = base64.b64encode(text.encode()).decode()
    return (
        '<?xml version="1.0"?><Instance><Tasks><Task Type="SQL"><Name>AnonymousSQLTask</Name>'
        f'<Result Transform="Base64" Format="{kind}"><![CDATA[{packed}]]></Result></Task></Tasks></Instance>'
    )


def source_of(query: str) -> str:
    return (
        '<?xml version="1.0"?><Job><Name>j</Name><Priority>9</Priority><Tasks><SQL><Name>AnonymousSQLTask</Name>'
        f"<Query><![CDATA[{query}]]></Query></SQL></Tasks></Job>"
    )


def with_result(text: str, kind: str = "csv") -> Callable[[Answer], Answer]:
    async def act(request: Request, answer: Answer) -> Response | None:
        return Response.of(result_of(text, kind)) if request.has("result") else None

    return answering(act)


# What is asked for ---------------------------------------------------------------------------------------------------------


async def test_a_tab_is_asked_for_when_it_is_shown_and_not_before() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("succeeded")
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.is_settled)
        assert not asked(session, instance_id)["result"]
        assert not asked(session, instance_id)["instancesummary"]
        await show(session, Tab.COST)
        await session.until(lambda: asked(session, instance_id)["instancesummary"] == 1)
        assert not asked(session, instance_id)["result"]
        await show(session, Tab.RESULT)
        await session.until(lambda: asked(session, instance_id)["result"] == 1)
        for tab in (*Tab, *Tab):
            await show(session, tab)
        await session.poll()
        flags = asked(session, instance_id)
        assert (flags["source"], flags["result"], flags["instancesummary"], flags["taskstatus"]) == (1, 1, 1, flags["taskstatus"])


async def test_only_the_selected_instance_is_asked() -> None:
    async with open_dashboard() as session:
        first = await session.select("skewed")
        await session.select("running")
        before = asked(session, first)
        session.clock.advance(60)
        await session.poll()
        await session.pilot.press("right_square_bracket", "left_square_bracket")
        await session.pilot.pause(0.1)
        assert asked(session, first) == before


async def test_brackets_go_round_and_a_click_chooses() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        pane = session.screen.detail_pane
        for tab in (*list(Tab)[1:], Tab.OVERVIEW):
            await session.pilot.press("right_square_bracket")
            assert pane.tab is tab
        await session.pilot.press("left_square_bracket")
        assert pane.tab is Tab.RAW
        await session.pilot.click(pane.tabs, offset=(12, 0))
        await session.until(lambda: pane.tab is Tab.SQL)


# What is shown -------------------------------------------------------------------------------------------------------------


async def test_the_overview_has_wait_and_run_apart_and_settings_that_matter() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        text = session.detail_text
        for words in ("Owner     ALIYUN$demo_admin@example.com", "Project   demo_project", "Waited    ~2s  ran ~13m "):
            assert words in text, words
        assert "SETTINGS" in text
        assert "TIMELINE" in text
        session.clock.advance(60)
        await session.poll()
        await session.until(lambda: "ran ~14m " in session.detail_text)


async def test_the_sql_in_colours_searched_with_its_settings() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await show(session, Tab.SQL)
        view = session.screen.detail_pane.text
        await session.until(lambda: view.display and view.is_ready)
        assert "INSERT OVERWRITE TABLE" in seen(session)
        assert "SETTINGS" in seen(session)
        assert any(span.style == "keyword" for span in view.document.spans)
        session.screen.detail_pane.focus()
        await session.pilot.press("slash", *"select")
        await session.until(lambda: "of" in session.text and "1 of" in session.text)
        await session.pilot.press("enter", "n")
        assert view.has_focus


async def test_every_line_of_a_text_has_the_colours_of_the_pane() -> None:
    async with open_dashboard() as session:
        await session.select("failed_table")
        await show(session, Tab.RESULT)
        view = session.screen.detail_pane.text
        await session.until(lambda: view.display and view.is_ready)
        strips = [view.render_line(y) for y in range(view.size.height)]
        assert all(segment.style is not None and segment.style.bgcolor is not None for strip in strips for segment in strip)


async def test_tasks_with_their_attempts() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await show(session, Tab.TASKS)
        assert "AnonymousSQLTask" in session.detail_text
        assert "● Running" in session.detail_text
        assert "→ still" in session.detail_text


async def test_a_failure_has_its_code_its_class_and_the_place_in_the_sql() -> None:
    async with open_dashboard() as session:
        await session.select("failed_table")
        await show(session, Tab.RESULT)
        await session.until(lambda: "✗ AnonymousSQLTask failed" in seen(session))
        assert "ODPS-0130131" in seen(session)
        assert "NoSuchTable" in seen(session)


async def test_cost_is_a_formula_and_no_bill() -> None:
    async with open_dashboard() as session:
        await session.select("succeeded")
        await show(session, Tab.COST)
        await session.until(lambda: "/ 100 / 3600" in session.detail_text and "reading" not in session.detail_text)
        assert "not a bill" in session.detail_text


async def test_what_runs_has_no_result_yet_and_says_so() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await show(session, Tab.RESULT)
        assert "It has not ended: there is no result yet." in session.detail_text
        assert "reading" not in session.text, "nothing is"


async def test_raw_answers_as_they_came_without_any_secret() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("skewed")
        await show(session, Tab.RAW)
        await session.until(lambda: session.screen.detail_pane.text.display and instance_id in seen(session))
        await session.until(lambda: "<Status>Running</Status>" in seen(session))
        for secret in (session.service.identity.secret, "Authorization", "authorization", "Signature"):
            assert secret not in seen(session)


async def test_a_missing_right_costs_one_tab() -> None:
    async def deny(request: Request, answer: Answer) -> Response | None:
        if request.has("source"):
            return Response.of(error("NoPermission", "ODPS-0420095: Access Denied - no odps:Read", "R1"), status=403)
        return None

    async with open_dashboard(disturb=answering(deny)) as session:
        instance_id = session.world.stories["skewed"]
        session.screen.table.select(instance_id)
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.job.error is not None)
        await show(session, Tab.SQL)
        await session.until(lambda: "Access Denied" in session.detail_text)
        assert "SQL✗" in session.text, "the tab itself says so"
        await show(session, Tab.TASKS)
        assert "● Running" in session.detail_text
        before = asked(session, instance_id)["source"]
        await session.poll()
        assert asked(session, instance_id)["source"] == before, "denied for good: not asked again and again"


# What is huge --------------------------------------------------------------------------------------------------------------

TEN_THOUSAND = "id,name,note\n" + "".join(f'{number},"n, {number}",\\N\n' for number in range(10_000))


async def test_ten_thousand_rows_scroll_like_ten(tmp_path: Path) -> None:
    async with open_dashboard(disturb=with_result(TEN_THOUSAND)) as session:
        await session.select("succeeded")
        await show(session, Tab.RESULT)
        table = session.screen.detail_pane.table
        await session.until(lambda: table.rows is not None and table.display)
        assert "10,000 rows" in session.text
        assert "NULL" in session.text
        session.screen.detail_pane.focus()
        await session.pilot.press("G")
        await session.until(lambda: "n, 9999" in session.text)
        await session.pilot.press("slash", *"n, 5000", "enter")
        await session.until(lambda: "n, 5000" in session.text)
        await session.pilot.press("enter")
        await session.until(lambda: isinstance(session.app.screen, RowDialog))
        await session.until(lambda: "Row 5,001 of 10,000" in session.text)
        await session.pilot.press("escape", "E")
        await session.until(lambda: session.app.screen is not session.screen)
        path = tmp_path / "result.csv"
        session.app.screen.query_one("#path").value = str(path)  # type: ignore[attr-defined]
        await session.pilot.press("enter")
        await session.until(lambda: "result written to" in str(session.screen.log_events))
    assert path.read_text() == TEN_THOUSAND
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_text_of_sixteen_megabytes_is_bounded_and_said_to_be_cut() -> None:
    line = "x" * 999 + "\n"
    async with open_dashboard(disturb=with_result(line * 16_000, "text")) as session:
        await session.select("succeeded")
        await show(session, Tab.RESULT)
        pane = session.screen.detail_pane
        await session.until(lambda: pane.text.display and pane.text.is_ready, patience=3000)
        assert "E saves all of it" in seen(session)
        assert len(seen(session)) < 5_000_000
        assert "15 MB" in seen(session).splitlines()[0]


async def test_rows_of_sixteen_megabytes_are_all_there() -> None:
    rows = "id,note\n" + "".join(f"{number},{'n' * 390}\n" for number in range(40_000))
    async with open_dashboard(disturb=with_result(rows)) as session:
        await session.select("succeeded")
        await show(session, Tab.RESULT)
        table = session.screen.detail_pane.table
        await session.until(lambda: table.rows is not None and table.display, patience=3000)
        assert "40,000 rows" in session.text
        session.screen.detail_pane.focus()
        await session.pilot.press("G")
        await session.until(lambda: "39999" in session.text)


async def test_what_is_larger_than_that_is_not_read_and_says_so() -> None:
    async with open_dashboard(disturb=with_result("x" * 19_000_000, "text")) as session:
        await session.select("succeeded")
        await show(session, Tab.RESULT)
        await session.until(lambda: "larger than 24 MB; it was not read" in session.detail_text, patience=3000)
        assert "Result✗" in session.text


async def test_one_line_of_five_megabytes_of_sql() -> None:
    async def act(request: Request, answer: Answer) -> Response | None:
        return Response.of(source_of("select 1 " + "union all select 2 " * 280_000)) if request.has("source") else None

    async with open_dashboard(disturb=answering(act)) as session:
        await session.select("skewed")
        await show(session, Tab.SQL)
        pane = session.screen.detail_pane
        await session.until(lambda: pane.text.display and pane.text.is_ready, patience=3000)
        assert "no colours: it is longer than" in seen(session)
        pane.focus()
        begin = time.monotonic()
        await session.pilot.press("pagedown", "pagedown", "G", "g")
        assert time.monotonic() - begin < 20, "not a figure: it only must not take as long as the text is"


@pytest.mark.parametrize("body", ["", "<Instance/>", "<Instance><Tasks/></Instance>"])
async def test_a_result_that_is_empty_says_so(body: str) -> None:
    async def act(request: Request, answer: Answer) -> Response | None:
        return Response.of(body) if request.has("result") else None

    async with open_dashboard(disturb=answering(act)) as session:
        await session.select("succeeded")
        await show(session, Tab.RESULT)
        await session.until(lambda: "left nothing" in session.detail_text or "✗" in session.detail_text)


async def test_hostile_text_is_only_text_in_every_tab() -> None:
    async with open_dashboard() as session:
        await session.select("hostile")
        for tab in Tab:
            await show(session, tab)
            await session.pilot.pause(0.05)
            assert "\x1b" not in session.text


def test_an_overview_of_nothing_but_an_id() -> None:
    from odps_tui.monitor import InstanceRow, utc_now

    text = overview(InstanceRow("20260101000000000gabc"), None, utc_now(), "p").plain
    assert "?" in text
    assert "0s" not in text


# Pictures ------------------------------------------------------------------------------------------------------------------


SOLD = "day,city,amount,note\n" + "".join(
    f"2026-11-{number % 23 + 1:02},{city},{number * 7919 % 100_000}.{number % 10}0,{note}\n"
    for number, (city, note) in enumerate(
        [("hangzhou", "\\N"), ("shanghai", '"says ""hello"", twice"'), ("北京", "首单"), ("chengdu", '"two\nlines"')] * 60
    )
)


def for_a_picture(rows: str = "") -> Callable[[Answer], Answer]:
    """Request ids are drawn by lot: here they are not. And where `rows` are given they are the result."""

    async def act(request: Request, answer: Answer) -> Response | None:
        response = Response.of(result_of(rows)) if rows and request.has("result") else await answer(request)
        kept = [(name, value) for name, value in response.headers if name.lower() != "x-odps-request-id"]
        return replace(response, headers=(*kept, ("x-odps-request-id", "6566F2A1B3C4D5E6F7A8B9C0")))

    return answering(act)


@pytest.mark.parametrize(
    ("name", "size", "story", "tab"),
    [
        ("overview-120x40", (120, 40), "skewed", Tab.OVERVIEW),
        ("sql-120x40", (120, 40), "skewed", Tab.SQL),
        ("tasks-120x40", (120, 40), "skewed", Tab.TASKS),
        ("result-120x40", (120, 40), "failed_table", Tab.RESULT),
        ("cost-120x40", (120, 40), "succeeded", Tab.COST),
        ("raw-120x40", (120, 40), "skewed", Tab.RAW),
        ("rows-120x40", (120, 40), "succeeded", Tab.RESULT),
        ("sql-80x24", (80, 24), "skewed", Tab.SQL),
        ("rows-80x24", (80, 24), "succeeded", Tab.RESULT),
    ],
)
async def test_picture(name: str, size: tuple[int, int], story: str, tab: Tab) -> None:
    async with open_dashboard(size=size, disturb=for_a_picture(SOLD if name.startswith("rows") else "")) as session:
        instance_id = await session.select(story)
        await session.until(lambda: any(row.id == instance_id for row in session.screen.table.visible_rows()), "it is in sight")
        if size[0] < 120:
            await session.pilot.press("enter")
        await show(session, tab)
        pane = session.screen.detail_pane
        await session.until(lambda: not pane.text.display or pane.text.is_ready)
        await session.until(lambda: "reading" not in session.text)
        await session.until(lambda: (known := session.screen.detail) and (known.is_settled or not known.is_terminated))
        await session.settle()
        await assert_looks_like(name, session.pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_picture_of_the_choice_of_a_field(size: tuple[int, int]) -> None:
    async with open_dashboard(size=size) as session:
        await session.select("skewed")
        await session.settle()
        await session.pilot.press("Y", *"time")
        await session.until(lambda: "start_time: 20 characters" in session.dialog_text)
        await assert_looks_like(f"fields-{size[0]}x{size[1]}", session.pilot)


async def test_an_id_that_looks_like_markup_is_only_a_name() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        row = session.screen.selected
        assert row is not None
        session.screen.detail_pane.head = replace(row, id="2026[/y][b]z")
        await session.pilot.pause()
        assert "Detail …26[/y][b]z" in session.text
