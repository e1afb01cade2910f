"""Copying any field of the panes: what is offered, what is sent, and what never is."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest

from odps_tui.screens.detail_tabs import Tab
from odps_tui.screens.field_dialog import FieldDialog
from odps_tui.widgets.fields import Field
from tests.ui.clipboard_wire import ClipboardWire, over_ssh
from tests.ui.conftest import Session, open_dashboard
from tests.ui.test_detail import show, with_result


@pytest.fixture(autouse=True)
def _over_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    over_ssh(monkeypatch)


async def choose(session: Session, words: str, *, keys: tuple[str, ...] = ("Y",)) -> None:
    """Open the choice, type letters, take what is on top."""
    await session.pilot.press(*keys)
    await session.until(lambda: isinstance(session.app.screen, FieldDialog) and "characters" in session.dialog_text)
    await session.pilot.press(*("space" if letter == " " else letter for letter in words))
    await session.pilot.press("enter")
    await session.until(lambda: session.app.screen is session.screen)


def event(session: Session) -> str:
    return session.screen.log_events[-1][1]


def offered(session: Session) -> Iterator[Field]:
    """Everything that both panes offer now."""
    yield from session.screen.detail_pane.fields()
    yield from session.screen.progress_pane.fields()


async def test_a_field_is_chosen_by_a_few_letters_from_the_menu_or_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        instance_id = await session.select("skewed")
        await choose(session, "owner", keys=("y", "f"))
        await session.until(lambda: len(wire.texts) == 1)
        await choose(session, "mapper split")
        await session.until(lambda: len(wire.texts) == 2)
        assert wire.texts == ["ALIYUN$demo_admin@example.com", "128"]
        assert event(session) == f"odps.sql.mapper.split.size (Settings) of …{instance_id[-10:]} sent to the terminal (OSC 52)"


async def test_arrows_choose_and_what_nobody_told_cannot_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        await session.select("skewed")
        await session.pilot.press("Y")
        await session.until(lambda: "id: 25 characters" in session.dialog_text)
        await session.pilot.press("down", "down", "down")
        await session.until(lambda: "owner: " in session.dialog_text, "over the outcome, which nobody told")
        await session.pilot.press("up", "enter")
        await session.until(lambda: wire.texts == ["Running"])
        await session.pilot.press("Y", *"outcome")
        await session.until(lambda: "nothing fits" in session.dialog_text)
        await session.pilot.press("enter")
        assert isinstance(session.app.screen, FieldDialog), "there is nothing to take"
        await session.pilot.press("escape")
        assert wire.texts == ["Running"]


async def test_one_character_is_counted_as_one() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("Y", *"priority")
        await session.until(lambda: re.search(r"priority: \d character\b", session.dialog_text))


async def test_the_cell_under_the_cursor_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["id", "name"], ["1", 'a "quoted", one'], ["2", "数据\nof two lines"], ["3", "\\N"]]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    async with open_dashboard(disturb=with_result(text.getvalue())) as session:
        wire = ClipboardWire(session, monkeypatch)
        await session.select("succeeded")
        await show(session, Tab.RESULT)
        await session.until(lambda: session.screen.detail_pane.table.display)
        session.screen.detail_pane.focus()
        await session.pilot.press("j", "l")
        await choose(session, "")
        await session.until(lambda: wire.texts == ["数据\nof two lines"])
        await choose(session, "whole row")
        await session.until(lambda: len(wire.texts) == 2)
        assert next(csv.reader(io.StringIO(wire.texts[1]))) == rows[2]
        await session.pilot.press("k")
        await choose(session, "name")
        await session.until(lambda: wire.texts[2:] == ['a "quoted", one'])


async def test_the_stage_and_the_worker_under_the_cursor_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        await session.select("skewed")
        session.screen.progress_pane.focus()
        await session.pilot.press("g", "j")
        await choose(session, "total_workers")
        await session.until(lambda: wire.texts == ["48"], "of M2")
        await session.pilot.press("W")
        await session.until(lambda: "told · time mean" in session.progress_text)
        worker = session.screen.progress_pane.worker_at_hand
        assert worker is not None
        await choose(session, "log_id")
        await session.until(lambda: wire.texts[1:] == [worker.worker.log_id])


async def test_any_value_of_a_raw_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        await session.select("skewed")
        await show(session, Tab.RAW)
        await session.until(lambda: "instancequota" in session.screen.detail_pane.text.document.text)
        await choose(session, "taskstatus task/name")
        await choose(session, "instancequota groupalias")
        await session.until(lambda: wire.texts == ["AnonymousSQLTask", "etl_prod"])


async def test_costs_and_times_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        await session.select("succeeded")
        await show(session, Tab.COST)
        await session.until(lambda: "/ 100 / 3600" in session.detail_text and "reading" not in session.detail_text)
        cost = await session.client.get_task_cost(session.world.stories["succeeded"], "AnonymousSQLTask")
        assert cost is not None
        await choose(session, "anonymous cpu")
        await session.until(lambda: wire.texts == [str(cost.cpu)])
        await show(session, Tab.TASKS)
        await choose(session, "start_time")
        await session.until(lambda: len(wire.texts) == 2)
        assert wire.texts[1].endswith("Z")


@pytest.mark.parametrize("story", ["skewed", "hostile_failed", "xflow"])
async def test_no_secret_no_link_and_no_control_character_is_offered(story: str) -> None:
    async with open_dashboard() as session:
        await session.select(story)
        for tab in Tab:
            await show(session, tab)
            await session.until(lambda: "reading …" not in session.detail_text or not session.screen.detail_pane.facts.display)
            found = list(offered(session))
            assert found
            for field in found:
                assert session.service.identity.secret not in field.text
                assert not any(word in field.text.lower() for word in ("token=", "authorization", "log-view"))
                assert not any(ord(character) < 0x20 and character not in "\n\t" for character in field.text + field.name)
                assert "\x1b" not in field.group


async def test_before_anything_is_read_there_is_the_row() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        session.screen.detail = None
        assert {field.name for field in offered(session)} >= {"id", "owner", "status"}
