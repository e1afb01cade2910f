"""The list as an operator uses it: it never moves under the hand, and says what limits it."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.widgets import Input

from odps_tui.config.view_store import ViewStore
from odps_tui.monitor import Heading, InstanceState, Line, slicing
from odps_tui.screens import instances_pane
from odps_tui.screens.instances_pane import InstancesPane
from odps_tui.widgets import sliced_work
from tests.ui.conftest import Session, open_dashboard


def pane(session: Session) -> InstancesPane:
    return session.screen.query_one(InstancesPane)


def shown(session: Session) -> list[str]:
    return [row.id for row in session.screen.table.shown_rows()]


async def type_filter(session: Session, text: str) -> None:
    await session.pilot.press("slash")
    session.screen.query_one("#filter-text", Input).value = text
    await session.pilot.pause()


# Limits --------------------------------------------------------------------------------------------------------------------


async def test_a_filter_works_while_it_is_typed_and_esc_clears_it() -> None:
    async with open_dashboard() as session:
        everything = shown(session)
        await session.pilot.press("slash", *"owner:etl")
        await session.until(lambda: 0 < len(shown(session)) < len(everything))
        assert "owner:etl" in session.text
        at_hand = session.screen.table.cursor_id
        assert all("etl" in (row.owner or "") for row in session.screen.table.shown_rows() if row.id != at_hand)
        await session.pilot.press("enter")
        assert session.screen.table.has_focus
        assert len(shown(session)) < len(everything), "kept"
        await session.pilot.press("escape")
        await session.until(lambda: shown(session) == everything)


async def test_the_row_under_the_cursor_stays_in_sight_when_a_filter_is_cleared() -> None:
    async with open_dashboard() as session:
        table = session.screen.table
        last = shown(session)[-1]
        await session.pilot.press("G", "slash", *last[-6:])
        await session.until(lambda: shown(session) == [last])
        await session.pilot.press("enter", "escape")
        await session.until(lambda: table.shown == table.total)
        assert table.cursor_id == last
        assert last in [row.id for row in table.visible_rows()]
        assert last in session.text


@pytest.mark.parametrize(("text", "words"), [("age>x", "duration"), ("/(", "/"), ("ownr:x", "did you mean owner"), ('"abc', "")])
async def test_a_filter_that_cannot_be_read_is_marked_and_harmless(text: str, words: str) -> None:
    async with open_dashboard() as session:
        await type_filter(session, "state:running")
        await session.until(lambda: len(shown(session)) < session.screen.table.total)
        before = shown(session)
        session.screen.query_one("#filter-text", Input).value = text
        await session.until(lambda: str(session.screen.query_one("#filter-problem").render()))
        assert words in str(session.screen.query_one("#filter-problem").render())
        assert shown(session) == before, "the last filter that could be read stays"


async def test_chips_count_everything_and_show_one_kind() -> None:
    async with open_dashboard() as session:
        await session.pilot.press("2")
        states = {row.state for row in session.screen.table.shown_rows() if row.id != session.screen.table.cursor_id}
        assert states == {InstanceState.WAITING}
        await session.pilot.press("2")
        assert len(shown(session)) == session.screen.table.total, "again: all"
        await session.pilot.press("1", "6")
        assert len(shown(session)) == session.screen.table.total


async def test_faults_only() -> None:
    async with open_dashboard(size=(200, 60)) as session:
        table = session.screen.table
        await session.pilot.press("f")

        def others() -> list[InstanceState]:
            """The states of what is shown, but for the row under the cursor, which stays whatever it is."""
            return [row.state for row in table.shown_rows() if row.id != table.cursor_id]

        await session.until(lambda: InstanceState.FAILED in others(), "what ended is asked how")
        await session.until(lambda: set(others()) == {InstanceState.FAILED}, "what did not fail has left")
        assert session.world.stories["failed"] in {row.id for row in table.shown_rows()}
        await session.until(lambda: f"4 fail {len(others())}" in session.text.replace("?", ""), "all of them are counted")


async def test_mine_are_those_that_carry_my_name() -> None:
    async with open_dashboard() as session:
        await session.pilot.press("m")
        await session.until(lambda: pane(session).scope.owner is not None)
        owners = {row.owner for row in session.screen.table.shown_rows() if row.id != session.screen.table.cursor_id}
        assert owners == {pane(session).scope.owner}
        assert "mine" in session.text
        await session.pilot.press("m")
        assert len(shown(session)) == session.screen.table.total


async def test_the_window_reaches_further_back_and_comes_back() -> None:
    async with open_dashboard(instances=200) as session:
        few = session.screen.table.total
        await session.pilot.press("t")
        await session.pilot.press("down", "enter")
        await session.until(lambda: session.screen.table.total > few)
        assert session.screen.window == timedelta(hours=6)
        listing = [request for request in session.service.requests if request.path.endswith("/instances")][-1]
        assert session.clock.time() - int(listing.query["daterange"].partition(":")[0]) == pytest.approx(6 * 3600, abs=5)
        await session.pilot.press("t", "up", "enter")
        await session.until(lambda: session.screen.table.total <= few + 2)


async def test_another_window_is_typed_and_a_wrong_one_refused() -> None:
    async with open_dashboard() as session:
        await session.pilot.press("t", "tab", *"x")
        await session.pilot.press("enter")
        await session.until(lambda: "90m, 6h or 2d" in session.text)
        await session.pilot.press("backspace", *"90m", "enter")
        await session.until(lambda: session.screen.window == timedelta(minutes=90))


# Order ---------------------------------------------------------------------------------------------------------------------


async def test_any_column_sorts_both_ways() -> None:
    async with open_dashboard() as session:
        table = session.screen.table
        seen = set()
        for _ in range(len(table.painter.columns) + 1):
            await session.pilot.press("greater_than_sign")
            seen.add(table.arrangement.sort)
            forward = shown(session)
            await session.pilot.press("S")
            assert shown(session) == forward[::-1]
            await session.pilot.press("S")
        assert seen == {"", *(column.id for column in table.painter.columns)}
        await session.pilot.press("less_than_sign")
        assert table.arrangement.sort == table.painter.columns[-1].id


async def test_a_click_on_a_title_sorts_and_on_a_row_selects() -> None:
    async with open_dashboard() as session:
        table = session.screen.table
        offset = next(line for line in session.text.splitlines() if "INSTANCE" in line).index("INSTANCE") - table.content_region.x
        await session.pilot.click(table, offset=(offset + 1, 1))
        assert table.arrangement.sort == "id"
        assert shown(session) == sorted(shown(session))
        await session.pilot.click(table, offset=(offset + 1, 1))
        assert table.arrangement.reverse
        third = shown(session)[2]
        await session.pilot.press("g")
        await session.pilot.click(table, offset=(offset, 4))
        assert table.cursor_id == third


async def test_the_order_is_found_again_next_time(tmp_path: Path) -> None:
    store = ViewStore(tmp_path)
    async with open_dashboard(store=store) as session:
        await session.pilot.press("greater_than_sign", "S", "I", "B")
        left = session.screen.table.arrangement
    async with open_dashboard(store=store) as session:
        assert session.screen.table.arrangement == left


async def test_a_state_directory_that_cannot_be_written_is_said_and_survived(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with open_dashboard(store=ViewStore(tmp_path / "file" / "below")) as session:
        await session.pilot.press("S")
        await session.until(lambda: "cannot be kept" in session.text)


# What is at hand -----------------------------------------------------------------------------------------------------------


async def test_an_instance_that_leaves_the_filter_stays_until_the_cursor_moves_on() -> None:
    async with open_dashboard() as session:
        ending = await session.select("ending_soon")
        await session.pilot.press("1")
        session.clock.advance(600)
        await session.poll()
        await session.until(lambda: session.screen.table.row(ending).state is InstanceState.SUCCESS)  # type: ignore[union-attr]
        assert session.screen.table.cursor_id == ending
        line = next(line for line in session.text.splitlines() if ending in line)
        assert "†" in line
        assert "success" in line, "with its outcome"
        await session.pilot.press("k")
        await session.until(lambda: ending not in shown(session))


async def test_marks_belong_to_instances() -> None:
    async with open_dashboard(instances=100) as session:
        table = session.screen.table
        await session.pilot.press("g", "space", "space", "v", "j", "j", "v")
        marks = table.marks
        assert len(marks) == 5
        session.clock.advance(120)
        await session.poll()
        await session.pilot.press("S", "greater_than_sign", "B", "I")
        await type_filter(session, "state:failed")
        assert table.marks == marks
        assert "5 marked" in session.text
        assert "hidden" in session.text
        await session.pilot.press("escape", "asterisk")
        assert len(table.marks) == table.total
        await session.pilot.press("u")
        assert table.marks == frozenset()


async def test_following_keeps_an_instance_in_the_middle() -> None:
    async with open_dashboard(instances=200) as session:
        followed = await session.select("ddl")
        await session.pilot.press("F")
        assert "following" in session.text
        for keys in (("S",), ("greater_than_sign",), ("S",)):
            await session.pilot.press(*keys)
            assert session.screen.table.cursor_id == followed
            assert followed in session.text
        await session.pilot.press("j")
        assert "following" not in session.text


async def test_what_changed_since_the_last_poll_is_marked_for_one_poll() -> None:
    async with open_dashboard(size=(200, 60)) as session:
        ending = session.world.stories["ending_soon"]
        await type_filter(session, f"id:{ending[-6:]}")
        await session.pilot.press("enter")
        session.clock.advance(600)
        await session.poll()

        def line() -> str:
            return next(line for line in session.text.splitlines() if ending in line)

        await session.until(lambda: "•" in line())
        await session.settle()
        assert "•" in line(), "what was learned meanwhile is no poll"
        session.clock.advance(5)
        await session.poll()
        await session.until(lambda: "•" not in line())


async def test_pause_counts_what_changed() -> None:
    async with open_dashboard() as session:
        await session.pilot.press("p")
        session.clock.advance(300)
        await session.pilot.press("r")
        await session.until(lambda: session.screen.held_changes > 0)
        assert f"PAUSED, {session.screen.held_changes} changed" in session.text


async def test_the_interval_changes() -> None:
    async with open_dashboard() as session:
        await session.pilot.press("plus")
        await session.until(lambda: "every 3s" in session.text)
        await session.pilot.press("minus", "minus")
        await session.until(lambda: "every 10s" in session.text)


@contextmanager
def work_in_many_slices() -> Iterator[None]:
    """Everything the list works out takes many turns of the event loop, with keys and polls in between."""
    with (
        patch.multiple(slicing, ASKED=16, COPIED=32, SOUGHT=8),
        patch.multiple(sliced_work, _FOR_A_KEY=sliced_work._Pace(-1, 0.0005), _FOR_NEWS=sliced_work._Pace(-1, 0.001)),
    ):
        yield


@pytest.mark.parametrize("at_work", [nullcontext, work_in_many_slices])
async def test_nothing_but_a_key_ever_moves_cursor_or_marks(at_work: Callable[[], AbstractContextManager[None]]) -> None:
    """A random walk: what the service does to the list between two keys is nobody's wish."""
    with at_work():
        await walk_through_the_list()


async def walk_through_the_list() -> None:
    walk = random.Random(3)
    keys = ["j", "k", "G", "g", "space", "S", "greater_than_sign", "1", "6", "B", "h", "l", "I", "F", "pagedown"]
    ways = (
        [[key] for key in keys]
        + [["slash", *text, "enter"] for text in ("owner:etl", "state:waiting", "none such")]
        + [["escape"]] * 3
    )
    async with open_dashboard(instances=120) as session:
        table = session.screen.table

        def is_in_sight(line: Line | None) -> bool:
            """A row that is in the list at all is on the screen, wherever it went."""
            number = table._listing.number(line)
            return number is None or 0 <= number - table.scroll_offset.y < table._page

        for _ in range(40):
            way = walk.choice(ways)
            await session.pilot.press(*way)
            at_hand = (table.cursor, table.marks)
            session.clock.advance(walk.choice([1, 30, 300]))
            await session.poll()
            if walk.random() < 0.3:
                await session.pilot.resize_terminal(*walk.choice([(80, 24), (120, 40), (200, 60)]))
            if not (isinstance(table.cursor, Heading) or isinstance(at_hand[0], Heading)):
                assert table.cursor == at_hand[0]
            assert table.marks == at_hand[1]
            await session.until(lambda: table._work.is_done, "all is worked out")
            await session.pilot.pause()
            assert is_in_sight(table.cursor), f"after {' '.join(way)}"
        ids = [row.id for row in table.shown_rows()]
        assert table.snapshot is not None
        passes, now = table._listing._sight.wishes.passes, session.clock.utc_now()
        wanted = {row.id for row in table.snapshot.rows.values() if passes(row, now)}
        assert len(set(ids)) == len(ids)
        assert wanted <= set(ids) <= wanted | {table.cursor_id}


# Groups --------------------------------------------------------------------------------------------------------------------


async def test_groups_have_counts_and_fold() -> None:
    async with open_dashboard(size=(200, 60)) as session:
        table = session.screen.table
        await session.pilot.press("B", "g")
        assert isinstance(table.cursor, Heading)
        assert "▾" in session.text
        group = table.cursor.group
        members = [row.id for row in table.shown_rows() if row.owner and group in row.owner]
        assert f"{group}  {len(members)}" in session.text
        assert members[0] in session.text
        await session.pilot.press("enter")
        assert "▸" in session.text
        assert members[0] not in session.text
        await session.pilot.press("l")
        assert members[0] in session.text
        await session.pilot.press("j", "h")
        assert table.cursor == Heading(group)


# Columns and export --------------------------------------------------------------------------------------------------------


async def test_the_list_is_arranged_by_commands() -> None:
    async with open_dashboard() as session:
        table = session.screen.table
        await session.type("colon", *"group", "space", *"owner", "enter")
        await session.until(lambda: table.arrangement.group == "owner" and "▾" in session.text)
        await session.type("colon", *"group", "space", *"none", "enter")
        await session.type("colon", *"sort", "space", *"cpu", "space", *"desc", "enter")
        await session.until(lambda: (table.arrangement.sort, table.arrangement.reverse) == ("cpu", True))
        assert table.arrangement.group == ""


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("group ownr", "There is no grouping 'ownr'. Did you mean owner?"),
        ("sort", "Say which column."),
        ("sort cpu down", "There is no order 'down'. There are asc, desc."),
        ("windw 1h", "No command :windw. Did you mean :window?"),
    ],
)
async def test_a_command_that_makes_no_sense_is_said_and_changes_nothing(command: str, words: str) -> None:
    async with open_dashboard() as session:
        before = session.screen.table.arrangement
        await session.type("colon", *("space" if letter == " " else letter for letter in command), "enter")
        await session.until(lambda: words in session.screen.log_events[-1][1] if session.screen.log_events else False)
        assert session.screen.table.arrangement == before


async def test_columns_are_chosen_ordered_and_sized() -> None:
    async with open_dashboard() as session:
        table = session.screen.table
        before = [column.id for column in table.painter.columns]
        await session.pilot.press("c", "space", "j", "J", "plus", "plus", "enter")
        after = [column.id for column in table.painter.columns]
        assert after == [before[2], before[1], *before[3:]]
        assert dict(table.arrangement.widths)["id"] == 29
        await session.pilot.press("c", "space", "escape")
        assert [column.id for column in table.painter.columns] == after


async def test_ids_whole_or_by_their_end() -> None:
    async with open_dashboard(size=(80, 24)) as session:
        row = session.screen.table.shown_rows()[3]
        assert row.id not in session.text
        await session.pilot.press("I")
        assert row.id in session.text


@pytest.mark.parametrize("suffix", ["csv", "json"])
async def test_what_is_shown_is_exported(tmp_path: Path, suffix: str) -> None:
    async with open_dashboard() as session:
        await session.pilot.press("1", "S", "E")
        file = tmp_path / f"out.{suffix}"
        session.app.screen.query_one(Input).value = str(file)
        await session.pilot.press("enter")
        await session.until(file.exists)
        expected = shown(session)
        if suffix == "json":
            assert [fact["id"] for fact in json.loads(file.read_text())] == expected
        else:
            rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
            place = rows[0].index("INSTANCE")
            assert [row[place] for row in rows[1:]] == expected
            assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
        assert file.stat().st_mode & 0o777 == 0o600
        await session.pilot.press("E")
        session.app.screen.query_one(Input).value = str(file)
        await session.pilot.press("enter")
        await session.until(lambda: "not exported: there is one already" in session.text)


# Outcomes ------------------------------------------------------------------------------------------------------------------


async def test_outcomes_are_asked_for_what_is_on_the_screen_and_remembered() -> None:
    async with open_dashboard(instances=400, size=(120, 40)) as session:
        first = session.screen.table.cursor_id
        await session.pilot.press("5", "g")
        await session.until(lambda: all(row.outcome for row in session.screen.table.visible_rows() if not row.is_live))
        asked = [request.path for request in session.service.requests if "taskstatus" in request.query]
        ended = [row for row in session.screen.table.shown_rows() if not row.is_live]
        assert len(set(asked)) < len(ended) + 2
        assert any(row.outcome is None for row in ended), "what lies below the screen was not asked"
        session.service.requests.clear()
        await session.poll()
        await session.pilot.press("j", "k")
        await session.pilot.pause(0.4)
        again = [request.path for request in session.service.requests if "taskstatus" in request.query]
        visited = {f"/api/projects/demo_project/instances/{id_}" for id_ in (first, *shown(session)[:2])}
        assert not set(again) & set(asked) - visited, "only what the detail pane was opened on is read again"


async def test_the_type_of_an_ended_instance_comes_with_its_outcome() -> None:
    async with open_dashboard(size=(200, 60)) as session:
        ddl = session.world.stories["ddl"]
        await session.pilot.press("5")
        await session.until(lambda: session.screen.table.row(ddl).outcome is not None)  # type: ignore[union-attr]
        assert session.screen.table.row(ddl).task_type == "SQL"  # type: ignore[union-attr]


def asked_how_they_ended(session: Session) -> set[str]:
    """But for the one under the cursor, of which the detail pane asks everything."""
    paths = {request.path for request in session.service.requests if "taskstatus" in request.query}
    return {path for path in paths if not path.endswith(session.screen.table.cursor_id or "?")}


@pytest.mark.parametrize("text", ["state:failed", "state:fail", "state:failed,cancelled"])
async def test_a_filter_by_how_they_ended_asks_how(text: str) -> None:
    async with open_dashboard(size=(200, 60)) as session:
        table = session.screen.table
        await session.pilot.press("slash", *text)
        await session.pilot.press("enter")
        await session.until(lambda: table.shown < table.total and not table.count_unknown_ends(), "all are asked")
        await session.until(lambda: "ends unknown" not in session.text)
        wanted = {InstanceState(word) for word in ("failed", "cancelled") if word[:4] in text}
        assert {row.state for row in table.shown_rows() if row.id != table.cursor_id} == wanted
        assert session.world.stories["failed"] in shown(session)


async def test_a_filter_by_how_they_ended_does_not_ask_through_a_whole_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances_pane, "ASKED_AT_REST", 16)
    async with open_dashboard(instances=400) as session:
        await session.settle()
        before = asked_how_they_ended(session)
        await session.pilot.press("slash", *"state:cancelled", "enter")
        await session.until(lambda: len(asked_how_they_ended(session) - before) == 16)
        await session.pilot.pause(0.5)
        assert len(asked_how_they_ended(session) - before) == 16, "at rest no more are asked"
        unknown = session.screen.table.count_unknown_ends()
        await session.until(lambda: unknown and f"{unknown} ends unknown" in session.text, "what is not known is counted")
        session.clock.advance(5)
        await session.poll()
        await session.until(lambda: len(asked_how_they_ended(session) - before) > 16, "a few at every poll")
        assert len(asked_how_they_ended(session) - before) <= 16 + 8
        await session.pilot.press("j")
        await session.until(lambda: len(asked_how_they_ended(session) - before) > 16 + 8 + 1, "the operator goes on")


# Width ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_wide_and_hostile_owners_keep_the_columns_aligned(size: tuple[int, int]) -> None:
    async with open_dashboard(size=size) as session:
        await session.select("hostile")
        widths = {strip.cell_length for strip in session.app.screen._compositor.render_strips(session.app.screen.size)}
        assert widths == {size[0]}
        table = session.screen.table
        assert {table.render_line(y).cell_length for y in range(table.size.height)} == {table.painter.width}


async def test_a_hundred_thousand_instances_scroll_like_ten() -> None:
    async with open_dashboard(instances=100_000) as session:
        session.screen.take_window(InstancesPane.WindowChosen(timedelta(days=7)))
        await session.until(lambda: session.screen.table.total > 99_000, "all of them", patience=6000)
        table = session.screen.table
        await session.pilot.press("G")
        assert shown(session)[-1] in session.text
        await session.pilot.press("k", "pageup", "g", "j")
        assert table.cursor_id == shown(session)[1]
        last = shown(session)[-1]
        await type_filter(session, f"id:{last[-8:]}")
        await session.until(lambda: last in session.text)
        assert table.shown <= 3
