"""Whole-app tests: what the demo service says appears on the screen, and what a key asks for arrives at the service."""

from __future__ import annotations

import pytest

from odps_tui.monitor import InstanceState
from odps_tui.screens.detail_tabs import Tab
from tests.ui.conftest import Session, open_dashboard


def puts(session: Session) -> list[str]:
    """Paths of the stops that went over the wire."""
    return [request.path for request in session.service.requests if request.method == "PUT"]


def gets(session: Session, instance_id: str, flag: str) -> int:
    return sum(1 for request in session.service.requests if request.path.endswith(instance_id) and flag in request.query)


async def test_a_byte_reaches_a_cell() -> None:
    async with open_dashboard(size=(200, 60)) as session:
        for story in ("skewed", "waiting", "suspended", "cupid"):
            assert session.world.stories[story] in session.text
        assert "● live 0s ago" in session.text
        line = next(line for line in session.text.splitlines() if session.world.stories["suspended"] in line)
        assert "suspended" in line
        line = next(line for line in session.text.splitlines() if session.world.stories["waiting"] in line)
        assert "waiting" in line
        assert "queue " in line


async def test_one_poll_costs_two_requests_whatever_the_list_holds() -> None:
    async with open_dashboard(instances=400) as session:
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.job.is_good)
        session.service.requests.clear()
        await session.poll()
        lists = [request for request in session.service.requests if "/instances/" not in request.path]
        assert sorted(request.path.rsplit("/", 1)[1] for request in lists) == ["cachedinstances", "instances"]
        asked = {request.path.rsplit("/", 1)[1] for request in session.service.requests if "/instances/" in request.path}
        assert len(asked) <= 9, "the selected instance, and a few that left the queue"


async def test_progress_moves_with_the_clock_and_is_never_100() -> None:
    async with open_dashboard() as session:
        await session.select("running")
        before = session.progress_text
        session.clock.advance(600)
        detail = session.screen.detail
        await session.pilot.press("r")
        await session.until(lambda: session.screen.detail is not detail and session.progress_text != before)
        assert "100%" not in session.text


async def test_a_failed_instance_shows_its_error_and_then_its_outcome_in_the_list() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("failed")
        await session.until(lambda: "ODPS-" in session.detail_text, "the error text")
        await session.until(lambda: row_state(session, instance_id) is InstanceState.FAILED)
        assert "✗ failed" in next(line for line in session.text.splitlines() if instance_id in line)


async def test_an_ended_instance_is_asked_once() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("succeeded")
        session.screen.detail_pane.tab = Tab.RESULT
        await session.until(lambda: gets(session, instance_id, "result"))
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.is_settled)
        asked = gets(session, instance_id, "taskstatus")
        await session.poll()
        await session.poll()
        assert gets(session, instance_id, "result") == 1
        assert gets(session, instance_id, "taskstatus") == asked


async def test_an_xflow_shows_its_sub_instances() -> None:
    async with open_dashboard() as session:
        await session.select("xflow")
        await session.until(lambda: "SUB-INSTANCES" in session.progress_text)


async def test_a_missing_right_costs_its_part_only() -> None:
    async with open_dashboard() as session:
        await session.select("forbidden")
        await session.until(lambda: "NO privilege" in session.detail_text)
        assert "SQL" in session.detail_text
        assert "● live" in session.text


async def test_racing_down_the_list_asks_for_one_detail() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        session.service.requests.clear()
        for _ in range(12):
            session.screen.table.action_cursor_by(1)  # faster than any test can press
        chosen = session.screen.table.cursor_id
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.id == chosen)
        asked = {request.path.rsplit("/", 1)[1] for request in session.service.requests}
        assert asked == {chosen}


async def test_keys_move_the_cursor() -> None:
    async with open_dashboard() as session:
        table = session.screen.table
        first = table.cursor_id
        await session.pilot.press("j", "down")
        assert table.cursor_id != first
        await session.pilot.press("k", "up")
        assert table.cursor_id == first
        await session.pilot.press("G")
        last = table.cursor_id
        assert last != first
        assert last is not None
        assert last in session.text, "scrolled into view"
        await session.pilot.press("pageup")
        assert table.cursor_id not in (first, last)
        await session.pilot.press("g")
        assert table.cursor_id == first


async def test_the_cursor_stays_on_its_instance_while_the_list_moves() -> None:
    async with open_dashboard(instances=200) as session:
        instance_id = await session.select("ddl")
        for _ in range(5):
            session.clock.advance(60)
            await session.poll()
            assert session.screen.table.cursor_id == instance_id
            assert session.screen.selected is not None
            assert session.screen.selected.id == instance_id


# Stopping ------------------------------------------------------------------------------------------------------------------


async def test_a_key_reaches_a_put_and_stopped_is_said_only_after_the_service() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("skewed")
        await session.pilot.press("K")
        assert instance_id in session.text, "the dialog names it"
        await session.pilot.press("y")
        await session.until(lambda: "stop requested" in session.text)
        assert puts(session) == [f"/api/projects/demo_project/instances/{instance_id}"]
        assert row_state(session, instance_id) is InstanceState.STOPPING
        assert "cancelled" not in next(line for line in session.text.splitlines() if instance_id in line)
        session.clock.advance(30)
        await session.pilot.press("r")
        await session.until(
            lambda: row_state(session, instance_id) is InstanceState.CANCELLED, "the end, as the service tells it"
        )
        assert len(puts(session)) == 1


@pytest.mark.parametrize("keys", [["enter"], ["escape"], ["n"], ["left", "right", "enter"]])
async def test_every_way_out_of_the_dialog_but_yes_stops_nothing(keys: list[str]) -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("K")
        await session.pilot.press(*keys)
        await session.poll()
        assert session.app.screen is session.screen
        assert puts(session) == []


async def test_what_has_ended_cannot_be_stopped() -> None:
    async with open_dashboard() as session:
        await session.select("succeeded")
        await session.pilot.press("K")
        await session.until(lambda: "already ended" in session.text)
        assert puts(session) == []


async def test_an_end_while_the_dialog_was_open_is_seen_before_the_put() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("ending_soon")
        await session.pilot.press("K")
        session.clock.advance(120)
        await session.pilot.press("y")
        await session.until(lambda: "had ended before the stop" in session.text)
        assert puts(session) == []
        assert not session.screen.table.row(instance_id).is_live  # type: ignore[union-attr]


async def test_a_refused_stop_names_the_right() -> None:
    async with open_dashboard() as session:
        await session.select("not_ours")
        await session.pilot.press("K", "y")
        await session.until(lambda: "not stopped" in session.text)
        assert any("odps:Write" in text for _, text in session.screen.log_events)


# Weather -------------------------------------------------------------------------------------------------------------------


async def test_pause_holds_the_panes_and_goes_on_polling() -> None:
    async with open_dashboard() as session:
        await session.pilot.press("p")
        held = session.screen.snapshot
        session.clock.advance(300)
        before = len(session.service.requests)
        await session.pilot.press("r")
        await session.until(lambda: len(session.service.requests) >= before + 2)
        await session.pilot.pause(0.1)
        assert session.screen.snapshot is held
        assert "PAUSED" in session.text
        await session.pilot.press("p")
        await session.until(lambda: session.screen.snapshot is not held)
        assert "PAUSED" not in session.text


async def test_age_of_the_data_is_shown_and_grows() -> None:
    async with open_dashboard() as session:
        session.clock.advance(9)
        await session.until(lambda: "● live 9s ago" in session.text)
        session.clock.advance(33)
        await session.until(lambda: "◌ waiting for an answer · data 42s old" in session.text)


async def test_a_service_that_does_not_answer_leaves_the_data_greyed_with_its_age() -> None:
    async with open_dashboard() as session:
        await session.end_service()
        session.clock.advance(30)
        await session.pilot.press("r")
        await session.until(lambda: "no answer" in session.text)
        assert session.screen.has_class("-stale")
        assert "data 30s old" in session.text
        assert "next try in" in session.text
        assert session.world.stories["skewed"] in session.text


# Text from outside ---------------------------------------------------------------------------------------------------------


async def test_hostile_text_is_only_text() -> None:
    async with open_dashboard() as session:
        await session.select("hostile")
        await session.until(lambda: "[@click=app.quit" in session.detail_text, "markup as it is written")
        assert not any(character in session.text for character in "\x1b\x07\x9b\x9d\u202e")
        assert session.app.is_running
        await session.select("hostile_failed")
        await session.pilot.press("K")
        assert session.app.is_running


# Sizes ---------------------------------------------------------------------------------------------------------------------


async def test_at_80x24_the_list_has_a_peek_and_enter_opens_the_instance() -> None:
    async with open_dashboard(size=(80, 24)) as session:
        await session.select("skewed")
        assert "INSTANCE" in session.text
        assert session.world.stories["skewed"] in session.text, "the peek shows the whole id"
        await session.pilot.press("enter")
        await session.until(lambda: "DONE/TOTAL" in session.text)
        assert "WHY" not in session.text, "the list made room"
        await session.pilot.press("escape")
        await session.until(lambda: "WHY" in session.text)


async def test_a_resize_keeps_the_selection() -> None:
    async with open_dashboard(size=(200, 60)) as session:
        instance_id = await session.select("skewed")
        for size in ((80, 24), (20, 5), (120, 40)):
            await session.pilot.resize_terminal(*size)
            await session.pilot.pause()
            assert session.screen.table.cursor_id == instance_id
        assert instance_id in session.text


async def test_too_small_says_so() -> None:
    async with open_dashboard(size=(20, 5)) as session:
        assert "too small" in " ".join(session.text.split())
        await session.pilot.resize_terminal(80, 24)
        await session.until(lambda: "INSTANCE" in session.text)


async def test_help_lists_every_key_of_the_dashboard() -> None:
    async with open_dashboard(size=(120, 60)) as session:
        await session.pilot.press("question_mark")
        await session.until(lambda: "Everywhere" in session.text)
        for words in ("stop the instance", "open Logview", "ask the service now", "page down"):
            assert words in session.dialog_text
        for key in (":", "[", "]", "/", "+", "Ctrl-d", "PgUp", "Space"):
            assert f"  {key} " in session.dialog_text, "keys are named as they are typed"
        assert "_" not in session.dialog_text.replace("_1d", "")
        await session.pilot.press("escape")
        assert session.app.screen is session.screen


def row_state(session: Session, instance_id: str) -> InstanceState | None:
    row = session.screen.table.row(instance_id)
    return row.state if row is not None else None


@pytest.mark.parametrize("size", [(20, 5), (80, 24)])
async def test_a_terminal_that_was_small_for_a_while_leaves_the_keys_where_they_went(size: tuple[int, int]) -> None:
    async with open_dashboard(size=(120, 40)) as session:
        focused = session.screen.focused
        assert focused is session.screen.table
        await session.pilot.resize_terminal(*size)
        await session.pilot.resize_terminal(120, 40)
        await session.until(lambda: session.screen.focused is focused, "the focus")


async def test_a_pane_that_has_no_room_any_more_gives_its_keys_to_the_list() -> None:
    async with open_dashboard(size=(120, 40)) as session:
        session.screen.progress_pane.focus()
        await session.until(lambda: session.screen.progress_pane.has_focus, "the progress pane")
        await session.pilot.resize_terminal(80, 24)
        await session.until(lambda: session.screen.focused is session.screen.table, "the list")
