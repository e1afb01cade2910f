"""The progress pane over the real client and the demo service: stories followed to their end, on the screen and on the wire."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from odps_tui.demo.wire.messages import JSON, Answer, Request, Response
from odps_tui.widgets.progress.keys import StageKey, SubInstanceKey
from tests.ui.conftest import Session, open_dashboard

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from odps import ODPS

Told = Callable[[Request], Response | None]


def asked(session: Session, flag: str, instance_id: str | None = None) -> int:
    """How often a flag was asked for, of one instance or of any."""
    return sum(
        1
        for request in session.service.requests
        if flag in request.query and (instance_id is None or request.path.endswith(instance_id))
    )


def telling(told: Told) -> Callable[[Answer], Answer]:
    """A service that answers with what `told` returns, and as usual where that is None."""

    def disturb(answer: Answer) -> Answer:
        async def disturbed(request: Request) -> Response:
            return told(request) or await answer(request)

        return disturbed

    return disturb


def flags(request: Request) -> set[str]:
    return {name for name, _ in request.query}


async def look_again(session: Session, seconds: float = 5.0) -> None:
    """Let time go on, ask, and wait until the selected instance's progress is as of now, or it has ended."""
    session.clock.advance(seconds)
    now = session.clock.utc_now()
    await session.pilot.press("r")

    def is_read() -> bool:
        detail = session.screen.detail
        if detail is None or (detail.instance.read_at != now and not detail.is_settled):
            return False
        running = [task.name for task in detail.tasks.value or () if task.status != "Waiting"]
        read = [detail.progress.get(name) for name in running]
        return detail.is_settled or all(one is not None and (one.read_at == now or one.error) for one in read)

    await session.until(is_read, "progress as of now")
    await session.until(lambda: session.screen.progress_pane.now is not None)
    await session.pilot.pause()


def line_of(session: Session, begin: str) -> str:
    """The pane's line that begins with these words."""
    found = [line for line in session.progress_text.splitlines() if line.strip().startswith(begin)]
    assert found, f"no line begins with {begin!r}:\n{session.progress_text}"
    return found[0]


def events(session: Session) -> str:
    return "\n".join(text for _, text in session.screen.log_events)


# Stories -------------------------------------------------------------------------------------------------------------------


async def test_a_job_from_the_queue_to_its_end() -> None:
    async with open_dashboard(size=(200, 60)) as session:
        instance_id = await session.select("queue_1")
        begin = session.clock.now
        polls, percents, phases = 0, [], set()
        while not (session.screen.detail is not None and session.screen.detail.is_terminated):
            await look_again(session, 10)
            polls += 1
            text = session.progress_text
            if " SQL Waiting" in text:
                phases.add("queue")
                assert "%" not in text, "no percentage before a plan"
            if "no stage has begun" in text or "no plan yet" in text:
                phases.add("plan")
                assert "░░░" in text
                assert "%" not in text
            if found := re.search(r"~(\d+)%", text):
                percents.append(int(found[1]))
                phases.add("stages")
            assert polls < 200
        assert phases == {"queue", "plan", "stages"}
        assert max(percents[:-1]) <= 99
        await session.until(lambda: " Success" in session.progress_text)
        assert "✓ done" in session.progress_text
        assert "● running" not in session.progress_text
        falls = [(a, b) for a, b in itertools.pairwise(percents) if b < a]
        assert events(session).count("progress went from") >= min(1, len(falls)), "a fall is told with its cause"
        # Politeness.
        seconds = session.clock.now - begin
        assert 1 <= asked(session, "instancequota", instance_id) <= 1 + seconds // 30
        assert asked(session, "instanceprogress", instance_id) <= polls + 1
        assert asked(session, "instancedetail") == asked(session, "detail") == 0, "workers only while they are shown"
        others = [request for request in session.service.requests if "instanceprogress" in request.query]
        assert {request.path.rsplit("/", 1)[1] for request in others if request.path.endswith(instance_id)} == {instance_id}
        session.service.requests.clear()
        for _ in range(3):
            await session.poll()
        assert asked(session, "instanceprogress") == 0, "an ended instance is asked once"


async def test_a_failure_keeps_its_last_real_figure() -> None:
    async with open_dashboard() as session:
        await session.select("failed")
        assert "✗ failed" in session.progress_text
        assert "100%" not in session.progress_text
        assert re.search(r"~\d\d?%  \d+/\d+ workers", session.progress_text)
        assert "ETA" not in session.progress_text


async def test_a_retry_is_counted() -> None:
    async with open_dashboard(size=(200, 60)) as session:
        await session.select("multi_task")
        assert "attempt 2, 1 failed before" in line_of(session, "load_orders")
        assert "build_report" in session.progress_text
        assert "not read yet" in line_of(session, "export_report"), "a task that waits is not asked"


async def test_a_task_that_tells_no_stages_has_no_percentage_of_ours() -> None:
    async with open_dashboard() as session:
        await session.select("cupid")
        await session.until(lambda: "by the queue; CUPID tells no stages" in session.progress_text)
        assert "~" not in line_of(session, "░")
        for _ in range(5):
            await look_again(session, 120)
        assert "stalled" not in session.progress_text


async def test_stages_say_how_long_they_ran_and_how_fast_they_are_only_when_that_was_seen() -> None:
    async with open_dashboard(size=(200, 60)) as session:
        await session.select("skewed")
        assert line_of(session, "M1").split()[-6:] == ["?", "-", "?", "?", "?", "-"], (
            "ended before anybody looked, workers not read"
        )
        assert "? watched for less than a minute" in session.progress_text
        for _ in range(14):
            await look_again(session)
        assert "≥1m" in line_of(session, "R4_3")
        assert "▁" in line_of(session, "finished")
        assert "~0 a minute" in line_of(session, "finished")


async def test_the_last_wave_is_named_and_no_end_is_promised() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        assert "R4_3: one worker of 50 left since" in line_of(session, "last wave")
        assert line_of(session, "ETA").endswith("not estimable: last wave, one worker of R4_3")
        assert "R4_3 is down" not in events(session), "what was so when the instance was opened is no news"


async def test_an_end_is_a_range_once_waves_were_seen() -> None:
    async with open_dashboard() as session:
        await session.select("wide")
        await look_again(session, 2000)
        for _ in range(60):
            if "ends in" in session.progress_text:
                break
            await look_again(session, 15)
        assert "not estimable: R4_3 not begun, pace unknown; what is at work" in line_of(session, "ETA")
        assert re.search(r"ends in ~[\dhms]+–[\dhms]+", session.progress_text)


async def test_a_standstill_is_told_with_its_length_and_ends_with_a_movement() -> None:
    frozen: dict[str, Response] = {}

    def disturb(answer: Answer) -> Answer:
        async def disturbed(request: Request) -> Response:
            if "instanceprogress" not in flags(request) or "thaw" in frozen:
                return await answer(request)
            return frozen.setdefault(request.path, await answer(request))

        return disturbed

    async with open_dashboard(disturb=disturb) as session:
        await session.select("skewed")
        for _ in range(2):
            await look_again(session, 60)
        assert "stalled" not in session.progress_text, "two minutes are none"
        for _ in range(7):
            await look_again(session, 60)
        assert "no worker finished and no record moved for 9 min" in line_of(session, "stalled")
        assert "not estimable: nothing moves" in line_of(session, "ETA")
        frozen["thaw"] = next(iter(frozen.values()))
        await look_again(session, 60)
        assert "stalled" not in session.progress_text


async def test_a_fall_is_told_among_the_events_with_its_cause() -> None:
    async with open_dashboard() as session:
        await session.select("multi_task")
        for _ in range(200):
            if "progress went from" in events(session):
                break
            await look_again(session, 30)
        assert re.search(r"build_report progress went from ~\d+% to ~\d+%: [A-Z]\d\w* began", events(session))


# Views ---------------------------------------------------------------------------------------------------------------------


async def test_t_goes_round_table_tree_and_time_line() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        assert "DONE/TOTAL" in session.progress_text
        await session.pilot.press("T")
        await session.until(lambda: "READS FROM" in session.progress_text)
        assert [line[:8].rstrip() for line in session.progress_text.splitlines()[3:7]] == [
            "R4_3 ◆",
            "└─J3_1_2",
            "  ├─M1",
            "  └─M2",
        ]
        await session.pilot.press("T")
        await session.until(lambda: "╌ not known, W asks" in session.progress_text)
        await look_again(session, 60)
        assert "▓" in line_of(session, "R4_3"), "from the first look on it was one worker"
        await session.pilot.press("T")
        await session.until(lambda: "~PEND" in session.progress_text)


async def test_at_80x24_t_and_w_open_the_pane_first() -> None:
    async with open_dashboard(size=(80, 24)) as session:
        await session.select("skewed")
        await session.pilot.press("T")
        await session.until(lambda: "DONE/TOTAL" in session.text, "the table comes first")
        await session.pilot.press("T")
        await session.until(lambda: "READS FROM" in session.text)
        await session.pilot.press("escape")
        await session.until(lambda: "INSTANCE" in session.text)
        await session.pilot.press("W")
        await session.until(lambda: "told · time mean" in session.text)
        await session.pilot.press("T")
        await session.until(lambda: "READS FROM" in session.text, "back to the stages as they were")


async def test_a_hole_in_the_polling_is_a_hole_in_the_time_line() -> None:
    async with open_dashboard() as session:
        await session.select("multi_task")
        await session.pilot.press("T", "T")
        await look_again(session, 60)
        await look_again(session, 600)
        await look_again(session, 60)
        assert "▒ ran, nobody watched" in session.progress_text


async def test_the_time_line_has_the_phases_of_the_scheduler_too() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        assert "Waiting for scheduling 1s" in line_of(session, "phase"), "in a line"
        await session.pilot.press("T", "T")
        await session.until(lambda: "phases " in session.progress_text)
        lines = session.progress_text.splitlines()[-4:]
        assert [re.sub(r"^\w*[ █]+", "", line) for line in lines] == [
            "Waiting for scheduling 1s",
            "Waiting for execution 1s",
            "SQLTask is running 19s",
            "Offline Job Running 13m",
        ]
        assert all("█" in line for line in lines)


async def test_what_the_detail_tells_is_exact() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        assert "?" in line_of(session, "M1")
        await session.pilot.press("W")
        await session.until(lambda: "told · time mean" in session.progress_text)
        await session.pilot.press("escape", "T", "T")
        await session.until(lambda: "timeline" in session.text)
        assert "╌" not in line_of(session, "M1")
        assert "█" in line_of(session, "M1")


# Workers and logs ----------------------------------------------------------------------------------------------------------


async def test_w_lists_the_workers_slowest_first_and_marks_the_straggler() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("skewed")
        await session.pilot.press("W")
        await session.until(lambda: "told · time mean" in session.progress_text)
        assert "workers of R4_3" in session.progress_text, "the stage that matters"
        first = session.progress_text.splitlines()[4]
        assert "running" in first
        assert re.search(r"\dx !", first), "its time is three times the mean or more, so far"
        assert asked(session, "instancedetail", instance_id) == 1


async def test_the_table_tells_mean_and_longest_of_workers_once_they_were_read() -> None:
    def workers_of(name: str) -> list[str]:
        cells = line_of(session, name).split()
        return cells[-5 if "!" in cells else -4 : -1]

    async with open_dashboard(size=(200, 60)) as session:
        await session.select("skewed")
        assert workers_of("J3_1_2") == ["?", "?", "?"], "nobody has asked"
        assert "workers   not read, W asks" in session.progress_text
        assert asked(session, "instancedetail") == 0
        await session.pilot.press("W")
        await session.until(lambda: "told · time mean" in session.progress_text)
        found = re.search(r"time mean ~(\w+), max (\w+) \(~([\d.]+)x\)", session.progress_text)
        assert found is not None
        mean, longest, ratio = found.groups()
        await session.pilot.press("escape")
        await session.until(lambda: "as of 09:41:07, W reads them anew" in session.progress_text)
        shown = workers_of("R4_3")
        assert shown == [mean, f"{longest}…", f"{ratio}x", "!"], "the slowest is still at it"
        assert all(re.fullmatch(r"(\d+m)?\d+s", cell) for cell in workers_of("M1")[:2])


async def test_workers_are_asked_every_fifteen_seconds_and_only_while_they_are_shown() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("W")
        await session.until(lambda: "told · time mean" in session.progress_text)
        for _ in range(2):
            await look_again(session)
        assert asked(session, "instancedetail") == 1
        assert "read 10s ago" in session.progress_text
        await look_again(session)
        await session.until(lambda: asked(session, "instancedetail") == 2)
        await session.pilot.press("escape")
        await session.until(lambda: "DONE/TOTAL" in session.progress_text)
        for _ in range(5):
            await look_again(session, 20)
        assert asked(session, "instancedetail") == 2
        await session.pilot.press("W", "W", "W")
        await session.until(lambda: asked(session, "instancedetail") == 3)
        await session.select("running")
        assert "workers of" not in session.progress_text, "another instance starts with its stages"


async def test_l_reads_a_workers_log_searches_it_and_follows_its_end() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("L")
        await session.until(lambda: "told · time mean" in session.progress_text, "first a worker is chosen")
        await session.pilot.press("L")
        await session.until(lambda: "[INFO]" in session.text)
        assert asked(session, "log") == 1
        request = session.service.requests[-1]
        assert request.query["logtype"] == "stdout"
        assert request.query["size"] == "262144", "only the end of a long log"
        await session.pilot.press("slash", *"started", "enter")
        await session.until(lambda: "“started” in 1 of " in session.text)
        await session.pilot.press("escape", "right_square_bracket", "right_square_bracket", "right_square_bracket")
        await session.until(lambda: "at com.example.worker" in session.text, "jstack")
        await session.pilot.press("right_square_bracket", "right_square_bracket")
        await session.until(lambda: "the worker has written no hs_err_log" in session.text)
        await session.pilot.press("left_square_bracket", "left_square_bracket", "left_square_bracket", "left_square_bracket")
        await session.pilot.press("left_square_bracket")
        await session.until(lambda: "[INFO]" in session.text)
        before = asked(session, "log")
        session.clock.advance(60)
        await session.pilot.press("f")
        await session.until(lambda: "tailing" in session.text and asked(session, "log") > before)
        await session.pilot.press("a")
        await session.until(lambda: "size" not in session.service.requests[-1].query, "all of it")
        await session.pilot.press("escape")
        assert session.app.screen is session.screen
        assert "workers of" in session.progress_text


async def test_at_80_columns_all_kinds_of_log_and_the_state_can_be_seen() -> None:
    async with open_dashboard(size=(80, 24)) as session:
        await session.select("skewed")
        await session.pilot.press("W")
        await session.until(lambda: "told · time mean" in session.text)
        await session.pilot.press("L")
        await session.until(lambda: "read 09:41:07 · " in session.text)
        assert "coreinfo" in session.text.splitlines()[1]


async def test_an_evil_log_is_only_text() -> None:
    async with open_dashboard() as session:
        await session.select("hostile")
        await session.pilot.press("W")
        await session.until(lambda: "told · time mean" in session.progress_text)
        await session.pilot.press("L", "right_square_bracket")
        await session.until(lambda: "[/y]" in session.text)
        assert not any(character in session.text for character in "\x1b\x07")


# XFlow ---------------------------------------------------------------------------------------------------------------------


async def open_xflow(session: Session) -> str:
    instance_id = await session.select("xflow")
    await session.until(lambda: "iteration_2" in session.progress_text and "reading" not in session.progress_text, "the family")
    session.screen.progress_pane.focus()
    await session.pilot.pause()
    return instance_id


async def put_cursor_on(session: Session, instance_id: str) -> None:
    pane = session.screen.progress_pane
    await session.pilot.press("g")
    for _ in range(10):
        if isinstance(pane.cursor, SubInstanceKey) and pane.cursor.instance_id == instance_id:
            return
        await session.pilot.press("j")
    raise AssertionError(f"the cursor never came to {instance_id}:\n{session.text}")


async def test_an_xflow_is_a_tree_with_the_state_of_every_step() -> None:
    async with open_dashboard() as session:
        await open_xflow(session)
        assert "~2 of 3 known steps ended" in line_of(session, "SUB-INSTANCES")
        assert "✓ success" in line_of(session, "├─split")
        assert "● running ~1 of 2" in " ".join(line_of(session, "└─train").split())
        assert "✓ success" in line_of(session, "├─iteration_1")
        assert re.search(r"● running .*%", line_of(session, "└─iteration_2"))


async def test_enter_jumps_into_a_nested_step_and_esc_comes_back() -> None:
    async with open_dashboard() as session:
        xflow = await open_xflow(session)
        step = session.world.stories["sub_instance"]
        await put_cursor_on(session, step)
        await session.pilot.press("enter")
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.id == step)
        assert session.screen.table.cursor_id == step, "list and panes mean the same instance"
        await session.until(lambda: "DONE/TOTAL" in session.progress_text)
        assert "↰ step iteration_2 of the XFlow" in session.progress_text
        await session.pilot.press("escape")
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.id == xflow)
        assert session.screen.progress_pane.has_focus
        await session.pilot.press("escape")
        assert session.screen.table.has_focus, "nothing to go back to: to the list"
        assert session.screen.table.cursor_id == xflow


async def test_a_step_one_has_jumped_into_is_stopped_alone() -> None:
    async with open_dashboard() as session:
        xflow = await open_xflow(session)
        step = session.world.stories["sub_instance"]
        await put_cursor_on(session, step)
        await session.pilot.press("enter")
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.id == step)
        await session.pilot.press("K")
        await session.until(lambda: step in session.dialog_text)
        assert xflow not in session.dialog_text
        await session.pilot.press("y")
        await session.until(lambda: any("stop requested" in text for _, text in session.screen.log_events))
        stopped = [request.path.rsplit("/", 1)[1] for request in session.service.requests if request.method == "PUT"]
        assert stopped == [step]


async def test_a_step_leads_up_to_its_xflow_too() -> None:
    async with open_dashboard() as session:
        await open_xflow(session)
        nested = session.world.stories["sub_xflow"]
        await session.select("sub_instance")
        await session.until(lambda: "↰ step iteration_2" in session.progress_text)
        session.screen.progress_pane.focus()
        await session.pilot.press("g", "enter")
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.id == nested)


async def test_a_step_need_not_be_in_the_list() -> None:
    async with open_dashboard(size=(200, 60)) as session:
        xflow = await open_xflow(session)
        await session.pilot.press("escape", "slash", *"churn_lr_v1", "enter")
        row = session.screen.table.row(session.world.stories["sub_instance"])
        assert row is not None
        step = session.world.stories["sub_instance"]
        session.screen.table.select(xflow)
        await session.pilot.press("slash", *" type:sql", "enter")
        await session.until(lambda: not session.screen.table.is_shown(step))
        await session.until(lambda: "iteration_2" in session.progress_text)
        session.screen.progress_pane.focus()
        await put_cursor_on(session, step)
        await session.pilot.press("enter")
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.id == step)
        assert session.screen.table.cursor_id == step


async def test_logview_is_that_of_the_step_under_the_cursor() -> None:
    async with open_dashboard() as session:
        await open_xflow(session)
        step = session.world.stories["sub_instance"]
        await put_cursor_on(session, step)
        await session.pilot.press("o")
        await session.until(lambda: step in session.dialog_text)


async def test_who_moves_on_in_the_list_is_not_taken_back() -> None:
    async with open_dashboard() as session:
        await open_xflow(session)
        await put_cursor_on(session, session.world.stories["sub_instance"])
        await session.pilot.press("enter")
        await session.until(lambda: session.screen.table.cursor_id == session.world.stories["sub_instance"])
        elsewhere = await session.select("skewed")
        session.screen.progress_pane.focus()
        await session.pilot.press("escape")
        await session.pilot.pause()
        assert session.screen.table.cursor_id == elsewhere


# What the service leaves out -----------------------------------------------------------------------------------------------

SPARSE = '<Progress><Stage ID=" M1_job_0"><Status>Running</Status></Stage><Stage ID=" R2_1_job_0" /></Progress>'


@pytest.mark.parametrize(
    ("flag", "body", "shown"),
    [
        ("instanceprogress", "<Progress/>", "no plan yet"),
        ("instanceprogress", SPARSE, "stages tell no workers"),
        ("instanceprogress", "<Progress><Stage", "✗ "),
    ],
)
async def test_what_is_left_out_is_not_nought(flag: str, body: str, shown: str) -> None:
    told = telling(lambda request: Response.of(body) if flag in flags(request) else None)
    async with open_dashboard(disturb=told) as session:
        await session.select("skewed")
        await session.until(lambda: shown in session.progress_text)
        assert "0%" not in session.progress_text
        for line in session.progress_text.splitlines():
            if line.startswith(("M1", "R2_1")):
                assert "?/?" in line
                assert "0" not in line.split("?/?")[1]


async def test_an_empty_quota_shows_none_and_a_later_one_does_not_wipe_out_the_first() -> None:
    silent = True

    def told(request: Request) -> Response | None:
        return Response.of(json.dumps({}), JSON) if silent and "instancequota" in flags(request) else None

    async with open_dashboard(disturb=telling(told)) as session:
        await session.select("skewed")
        assert "quota" not in session.progress_text
        silent = False
        await look_again(session, 40)
        await session.until(lambda: "etl_prod" in session.progress_text)
        silent = True
        await look_again(session, 40)
        assert "40s old" in line_of(session, "quota"), "the last good one, with its age"


async def test_an_empty_detail_is_said_to_be_empty() -> None:
    told = telling(lambda request: Response.of("", JSON) if flags(request) & {"instancedetail", "detail"} else None)
    async with open_dashboard(disturb=told) as session:
        await session.select("skewed")
        await session.pilot.press("W")
        await session.until(lambda: "the detail is empty: the service tells no workers" in session.progress_text)


@pytest.mark.parametrize("flag", ["instanceprogress", "instancequota", "instancedetail", "log", "xresult"])
async def test_a_missing_right_costs_its_part_only(flag: str) -> None:
    def told(request: Request) -> Response | None:
        if flag not in flags(request):
            return None
        words = "ODPS-0420095: You have NO privilege 'odps:Read' on this"
        return Response.of(
            f"<Error><Code>NoPermission</Code><Message>{words}</Message><RequestId>1</RequestId><HostId/></Error>", status=403
        )

    async with open_dashboard(disturb=telling(told), size=(200, 60)) as session:
        await session.select("xflow" if flag == "xresult" else "skewed")
        if flag in {"instancedetail", "log"}:
            await session.pilot.press("W")
            await session.until(lambda: "workers of" in session.progress_text)
            if flag == "log":
                await session.until(lambda: "told · time mean" in session.progress_text)
                await session.pilot.press("L")
        await session.until(lambda: "NO privilege" in session.text)
        assert "● live" in session.text or flag == "log"
        if flag == "instancequota":
            assert "DONE/TOTAL" in session.progress_text


async def test_stages_that_the_service_forgets_stay_as_last_seen() -> None:
    gone = False

    def told(request: Request) -> Response | None:
        return Response.of("<Progress/>") if gone and "instanceprogress" in flags(request) else None

    async with open_dashboard(disturb=telling(told)) as session:
        await session.select("ending_soon")
        await look_again(session)
        gone = True
        while session.screen.detail is None or not session.screen.detail.is_settled:
            await look_again(session, 10)
        assert "as last seen" in session.progress_text
        assert "DONE/TOTAL" in session.progress_text
        assert "100%" not in session.progress_text


# Referee -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", ["running", "skewed", "wide", "multi_task", "succeeded", "failed"])
async def test_the_numbers_shown_are_those_of_pyodps_at_the_same_moment(story: str) -> None:
    # PyODPS signs with this machine's clock.
    async with open_dashboard(size=(200, 60), now=time.time()) as session:
        instance_id = await session.select(story)
        identity, endpoint = session.service.identity, session.service.endpoint

        def referee() -> dict[str, Any]:
            odps = ODPS(identity.access_id, identity.secret, project="demo_project", endpoint=endpoint, overwrite_global=False)
            return dict(odps.get_instance(instance_id).get_all_task_progresses())

        theirs = await asyncio.to_thread(referee)
        pane = session.screen.progress_pane
        shown = {key: line.split() for line, key in zip(session.progress_text.splitlines(), pane._keys, strict=True)}
        stages = [(task, stage) for task, told in theirs.items() for stage in told.stages]
        assert stages
        for task, stage in stages:
            cells = shown[StageKey(task, stage.name)]
            assert cells[0] == stage.name.removesuffix("_job_0")
            place = next(number for number, cell in enumerate(cells) if re.fullmatch(r"\d+/\d+", cell))
            assert cells[place] == f"{stage.terminated_workers}/{stage.total_workers}"
            pending = max(0, stage.total_workers - stage.terminated_workers - stage.running_workers)
            assert cells[place + 1 : place + 4] == [str(stage.running_workers), str(pending), str(stage.backup_workers)]
