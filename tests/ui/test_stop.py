"""Stops as states: what is asked, what is sent, what is said, what is written down."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from odps_tui.config.audit_log import AuditLog
from odps_tui.demo.documents.errors import error
from odps_tui.demo.wire.messages import Answer, Request, Response
from odps_tui.monitor import InstanceState
from odps_tui.screens.stop_dialog import StopDialog
from tests.ui.conftest import Session, open_dashboard

WALK_KEYS = int(os.environ.get("ODPS_TUI_WALK_KEYS", "250"))
"""Keys of each random walk; `make walk` takes 10,000 in all."""


def puts(session: Session) -> list[str]:
    return [request.path.rsplit("/", 1)[1] for request in session.service.requests if request.method == "PUT"]


def said(session: Session) -> str:
    return "\n".join(text for _, text in session.screen.log_events)


async def stop(session: Session, story: str, *keys: str) -> str:
    instance_id = await session.select(story)
    await session.pilot.press("K", *(keys or ("y",)))
    return instance_id


async def test_the_dialog_says_what_is_lost_what_is_freed_and_what_is_sent() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.quota.value is not None)
        instance_id = await stop(session, "skewed", "c")
        for words in (
            "Discards",
            "core·h",
            "49/50",
            "Frees",
            "cores in use now, ~0.1% of etl_prod",
            f'kill {instance_id};"',
            "o.stop_instance(",
        ):
            assert words in session.text, words
        assert "Sends" in session.text


async def test_an_xflow_says_what_becomes_of_its_sub_instances() -> None:
    async with open_dashboard() as session:
        await session.select("xflow")
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.actions is not None)
        await session.pilot.press("K")
        assert "sub-instances" in session.text


async def test_the_end_is_told_when_the_service_tells_it() -> None:
    async with open_dashboard() as session:
        await stop(session, "skewed")
        await session.until(lambda: "stop requested" in said(session))
        assert "ended" not in said(session).replace("not yet ended", "")
        session.clock.advance(30)
        await session.poll()
        await session.until(lambda: "ended Cancelled: stopped" in said(session))


async def test_a_job_that_wins_the_race_is_not_called_stopped() -> None:
    async with open_dashboard() as session:
        await session.select("ending_soon")
        session.clock.advance(24.9)
        await session.pilot.press("K", "y")
        await session.until(lambda: puts(session))
        session.clock.advance(60)
        await session.poll()
        await session.until(lambda: "before the stop arrived" in said(session))
        assert "stopped" not in said(session)


async def test_marked_instances_are_stopped_together_and_the_rest_is_named() -> None:
    async with open_dashboard(size=(120, 40)) as session:
        table = session.screen.table
        stories = session.world.stories
        hidden, ended, others = stories["cupid"], stories["succeeded"], stories["running"]
        wanted = {stories["skewed"], stories["waiting"], stories["ending_soon"]}
        await session.select("skewed")
        table.marks = frozenset({*wanted, hidden, ended, others})
        await session.pilot.press("slash", *"!type:cupid", "enter")
        await session.until(lambda: not table.is_shown(hidden))
        await session.pilot.press("K")
        await session.until(lambda: "Stop 3 instances" in session.text)
        assert "is another's: stop it alone: not stopped" in session.text
        assert "hidden by the filter: not stopped" in session.text
        assert "already ended: not stopped" in session.text
        await session.pilot.press("y")
        await session.until(lambda: said(session).count("stop requested") == 3)
        assert set(puts(session)) == wanted
        assert len(puts(session)) == 3
        assert table.marks == {hidden, ended, others}


async def test_a_double_press_is_one_stop() -> None:
    async with open_dashboard() as session:
        await stop(session, "skewed", "y", "y", "y")
        await session.until(lambda: "stop requested" in said(session))
        await session.pilot.pause(0.1)
        assert len(puts(session)) == 1


async def test_a_stop_works_while_drawing_is_paused() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("p", "K", "y")
        await session.until(lambda: "stop requested" in session.text)
        assert len(puts(session)) == 1


async def test_offline_nothing_is_stopped_and_that_is_said() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.end_service()
        await session.pilot.press("K", "y")
        await session.until(lambda: "not stopped" in said(session))


async def test_another_owner_than_the_confirmed_one_is_not_hurt() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("skewed")
        await session.pilot.press("K")
        instance = session.world.find(instance_id)
        assert instance is not None
        instance.owner = session.world.find(session.world.stories["cupid"]).owner  # type: ignore[union-attr]
        await session.pilot.press("y")
        await session.until(lambda: "belongs to" in said(session))
        assert puts(session) == []


async def test_another_status_than_the_confirmed_one_cancels_and_is_shown() -> None:
    async with open_dashboard() as session:
        await session.select("suspended")
        await session.pilot.press("K")
        session.clock.advance(61 * 60)
        await session.pilot.press("y")
        await session.until(lambda: "it is Running now, it was Suspended" in said(session))
        assert puts(session) == []


def on_put(act: Callable[[Answer, Request], Awaitable[Response]]) -> Callable[[Answer], Answer]:
    """A service that answers a PUT in a way of its own, and everything else as ever."""

    def disturb(answer: Answer) -> Answer:
        async def answering(request: Request) -> Response:
            return await (act(answer, request) if request.method == "PUT" else answer(request))

        return answering

    return disturb


async def test_an_answer_that_is_lost_is_found_in_the_state_and_not_asked_for_again() -> None:
    async def lose(answer: Answer, request: Request) -> Response:
        await answer(request)
        return Response(500, b"", "text/plain")

    async with open_dashboard(disturb=on_put(lose)) as session:
        await stop(session, "skewed")
        await session.until(lambda: "it may have arrived, its state will tell" in said(session))
        session.clock.advance(30)
        await session.poll()
        await session.until(lambda: "ended Cancelled: stopped" in said(session))
        assert len(puts(session)) == 1


async def test_a_stop_that_is_never_answered_is_given_up_and_not_sent_again() -> None:
    arrived: list[str] = []

    async def hang(answer: Answer, request: Request) -> Response:
        arrived.append(request.path)
        await asyncio.Event().wait()
        return await answer(request)

    async with open_dashboard(disturb=on_put(hang), deadline=3) as session:
        await stop(session, "skewed")
        await session.until(lambda: "did not answer within 3 s" in said(session))
        assert "it may have arrived" in said(session)
        assert len(arrived) == 1


async def test_an_instance_that_has_vanished_is_not_stopped() -> None:
    gone: set[str] = set()

    def forgetting(answer: Answer) -> Answer:
        async def answering(request: Request) -> Response:
            if request.path.rsplit("/", 1)[1] in gone:
                return Response.of(error("NoSuchObject", "ODPS-0420111: Instance not found", "R1"), status=404)
            return await answer(request)

        return answering

    async with open_dashboard(disturb=forgetting) as session:
        instance_id = await session.select("skewed")
        await session.pilot.press("K")
        gone.add(instance_id)
        await session.pilot.press("y")
        await session.until(lambda: "not stopped: ODPS-0420111: Instance not found" in said(session))
        assert puts(session) == []


async def test_two_stops_at_once_both_arrive() -> None:
    arrived: list[str] = []
    both = asyncio.Event()

    async def hold(answer: Answer, request: Request) -> Response:
        arrived.append(request.path.rsplit("/", 1)[1])
        if len(arrived) == 2:
            both.set()
        await both.wait()
        return await answer(request)

    async with open_dashboard(disturb=on_put(hold)) as session:
        first = await stop(session, "skewed")
        await session.until(lambda: arrived == [first], "the first is on its way")
        second = await stop(session, "ending_soon")
        await session.until(lambda: said(session).count("stop requested") == 2)
        assert sorted(puts(session)) == sorted([first, second])


async def test_thousands_of_marks_are_counted_and_the_dialog_stays_quick() -> None:
    async with open_dashboard(instances=3000) as session:
        await session.pilot.press("6", "asterisk", "K")
        await session.until(lambda: "instances?" in str(session.app.screen.query_one("#dialog").border_title))
        assert re.search(r"… and [\d,]+ more", session.dialog_text)
        await session.pilot.press("escape")
        assert puts(session) == []


async def test_a_protected_place_wants_the_end_of_the_id() -> None:
    async with open_dashboard(protected=True) as session:
        instance_id = await stop(session, "skewed", "y", "enter")
        assert puts(session) == []
        await session.pilot.press("escape")
        await session.pilot.press("K", *"xxxx", "enter", "enter")
        assert puts(session) == [], "Enter on a wrong word goes to Cancel"
        await session.pilot.press("K", *instance_id[-4:], "enter")
        assert puts(session) == [], "the right word arms the button and presses nothing"
        await session.pilot.press("enter")
        await session.until(lambda: puts(session) == [instance_id])


async def test_several_in_a_protected_place_want_their_number() -> None:
    async with open_dashboard(protected=True) as session:
        stories = session.world.stories
        await session.select("skewed")
        session.screen.table.marks = frozenset({stories["skewed"], stories["waiting"]})
        await session.pilot.press("K")
        await session.until(lambda: isinstance(session.app.screen, StopDialog))
        await session.pilot.press("2", "enter", "enter")
        await session.until(lambda: len(puts(session)) == 2)


async def test_a_read_only_place_has_no_stop_key() -> None:
    async with open_dashboard(read_only=True) as session:
        await stop(session, "skewed", "K")
        assert session.app.screen is session.screen
        assert puts(session) == []
        assert session.text.lstrip().startswith("[RO]")
        assert "stop" not in session.text.splitlines()[-1]


async def test_every_stop_is_written_down(tmp_path: Path) -> None:
    audit = AuditLog("LTAI…1234", tmp_path)
    async with open_dashboard(audit=audit) as session:
        stopped = await stop(session, "skewed")
        await session.until(lambda: "stop requested" in said(session))
        refused = await stop(session, "not_ours")
        await session.until(lambda: "not stopped" in said(session))
    entries = [json.loads(line) for line in audit.path.read_text(encoding="utf-8").splitlines()]
    assert [(entry["instance_id"], entry["result"]) for entry in entries] == [(stopped, "requested"), (refused, "refused")]
    assert all(entry["request_id"] and entry["who"] == "LTAI…1234" and entry["project"] == "demo_project" for entry in entries)
    assert "odps:Write" in entries[1]["error"]


async def test_an_audit_that_cannot_be_written_is_said_before_the_act(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with open_dashboard(audit=AuditLog("who", tmp_path / "file")) as session:
        await stop(session, "skewed", "c")
        said_first = session.dialog_text.splitlines()[0]
        assert "cannot be written" in said_first
        assert "leave no trace" in said_first


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_walk_over_the_keys_without_a_yes_sends_a_put(seed: int) -> None:
    """Every key but `y`, and the arrows and Tab that lead to the Stop button, in any order."""
    walk = random.Random(seed)
    keys = [
        *"jjkkgggGKKKKKoprmfSIBhlFuvc123456?<>+-",
        "space",
        "enter",
        "escape",
        "down",
        "up",
        "pagedown",
        "n",
        "slash",
        "asterisk",
    ]
    asked = 0
    async with open_dashboard() as session:
        for _ in range(WALK_KEYS):
            key = {"?": "question_mark", "<": "less_than_sign", ">": "greater_than_sign", "+": "plus", "-": "minus"}
            pressed = walk.choice(keys)
            await session.pilot.press(key.get(pressed, pressed))
            asked += isinstance(session.app.screen, StopDialog)
        assert session.app.is_running
        assert asked, "the dialog was open now and then"
        assert puts(session) == []
        assert not any(row.state is InstanceState.STOPPING for row in session.screen.table.shown_rows())


# Locks and commands --------------------------------------------------------------------------------------------------------


async def command(session: Session, text: str) -> None:
    await session.pilot.press("colon", *["space" if letter == " " else letter for letter in text], "enter")


async def test_a_read_only_place_is_unlocked_for_a_time() -> None:
    async with open_dashboard(read_only=True) as session:
        await command(session, "unlock 10m")
        await session.until(lambda: "[RW 10:00]" in session.text)
        session.clock.advance(61)
        await session.until(lambda: "[RW 8:59]" in session.text)
        instance_id = await stop(session, "skewed")
        await session.until(lambda: puts(session) == [instance_id])
        session.clock.advance(600)
        await session.until(lambda: "[RO]" in session.text)
        await session.select("running")
        await session.pilot.press("K")
        assert session.app.screen is session.screen


async def test_a_yes_that_comes_after_the_unlock_has_ended_stops_nothing() -> None:
    async with open_dashboard(read_only=True) as session:
        await session.select("skewed")
        await command(session, "unlock 1m")
        await session.pilot.press("K")
        session.clock.advance(61)
        await session.pilot.press("y")
        await session.until(lambda: "read-only again meanwhile" in said(session))
        assert puts(session) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("unlok", "Did you mean :unlock"),
        ("unlock 3d", "60 minutes at most"),
        ("unlock x", "for how long"),
        ("window x", "90m, 6h"),
    ],
)
async def test_a_wrong_command_is_said_and_harmless(typed: str, words: str) -> None:
    async with open_dashboard(read_only=True) as session:
        await command(session, typed)
        await session.until(lambda: words in said(session))
        assert "[RO]" in session.text


async def test_there_is_nothing_to_unlock_where_nothing_is_locked() -> None:
    async with open_dashboard() as session:
        await command(session, "unlock")
        await session.until(lambda: "not read-only" in said(session))


async def test_the_audit_can_be_read(tmp_path: Path) -> None:
    async with open_dashboard(audit=AuditLog("LTAI…1234", tmp_path)) as session:
        await stop(session, "skewed")
        await session.until(lambda: "stop requested" in said(session))
        await command(session, "audit")
        await session.until(lambda: "Stops from this host" in session.text)
        assert "requested" in session.text
        assert "LTAI…1234" in session.text
        await session.pilot.press("escape")
        assert session.app.screen is session.screen


async def test_the_menu_names_every_act_and_does_none_by_itself() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("x")
        assert "stop, after a question" in session.text
        await session.pilot.press("down", "down", "down", "down", "enter")
        await session.until(lambda: "Stop this instance?" in session.text)
        await session.pilot.press("escape")
        assert puts(session) == []
    async with open_dashboard(read_only=True) as session:
        await session.select("skewed")
        await session.pilot.press("x")
        assert "stop, after a question" not in session.text
