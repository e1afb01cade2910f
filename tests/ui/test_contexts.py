"""Going from one profile or project to another: real files, real clients, two demo services."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import weakref
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from textual._styles_cache import StylesCache
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, OptionList

from odps_tui.app import OdpsApp
from odps_tui.config.settings import Flags, read_settings
from odps_tui.contexts import OpenPlaces
from odps_tui.demo import DemoService, World
from odps_tui.messages import ContextWanted
from odps_tui.open_place import open_place
from odps_tui.screens.context_dialog import ContextDialog
from odps_tui.screens.dashboard import DashboardScreen
from odps_tui.screens.key_dialog import KeyDialog
from odps_tui.screens.project_dialog import ProjectDialog
from odps_tui.screens.stop_dialog import StopDialog

CONFIG = """\
default_profile = "prod"
[profiles.prod]
endpoint = "{first}"
project = "dw_prod"
region = "cn-demo"
auth = "aliyun:prod"
interval = 30
[profiles.dev]
endpoint = "{second}"
project = "dw_dev"
projects = ["dw_sandbox"]
region = "cn-demo"
auth = "aliyun:dev"
colour = "green"
[profiles.typed]
endpoint = "{second}"
project = "dw_dev"
auth = "prompt"
[profiles.broken]
endpoint = "{second}"
project = "dw_dev"
auth = "aliyun:gone"
[profiles.refused]
endpoint = "{second}"
project = "dw_dev"
auth = "aliyun:prod"
[profiles.absent]
endpoint = "http://127.0.0.1:9/api"
project = "none"
auth = "aliyun:dev"
"""


@dataclass
class Opened:
    app: OdpsApp
    pilot: Pilot[None]
    first: DemoService
    second: DemoService

    @property
    def dashboard(self) -> DashboardScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, DashboardScreen)
        return screen

    @property
    def text(self) -> str:
        screen = self.app.screen
        return "\n".join("".join(segment.text for segment in line) for line in screen._compositor.render_strips(screen.size))

    @property
    def top(self) -> str:
        return self.text.partition("\n")[0]

    @property
    def events(self) -> str:
        return "\n".join(words for _, words in self.dashboard.log_events)

    async def until(self, holds: object, what: str = "") -> None:
        assert callable(holds)
        for _ in range(600):
            if holds():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"never came true: {what}\n{self.text}\n{self.events}")

    async def command(self, text: str) -> None:
        field = self.app.screen.query_one("#command-text", Input)
        await self.pilot.press("colon")
        await self.until(lambda: field.has_focus, "the command line")
        field.value = text
        await self.pilot.press("enter")

    async def until_at(self, place: str) -> None:
        await self.until(lambda: place in self.top and self.dashboard.snapshot is not None, f"at {place}")


def home_with_keys(home: Path, first: DemoService, second: DemoService) -> Mapping[str, str]:
    profiles = [
        {"name": name, "mode": "AK", "access_key_id": identity.access_id, "access_key_secret": identity.secret}
        for name, identity in (("prod", first.identity), ("dev", second.identity))
    ]
    (home / ".aliyun").mkdir(parents=True)
    (home / ".aliyun" / "config.json").write_text(json.dumps({"current": "prod", "profiles": profiles}))
    config = home / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text(CONFIG.format(first=first.endpoint, second=second.endpoint))
    return {"HOME": str(home), "ODPS_TUI_CONFIG_DIR": str(config.parent)}


def spoil_key(home: Path) -> None:
    """The first profile's secret is wrong from now on."""
    path = home / ".aliyun" / "config.json"
    keys = json.loads(path.read_text())
    keys["profiles"][0]["access_key_secret"] = "wrong"
    path.write_text(json.dumps(keys))


def files_in(home: Path) -> dict[Path, bytes]:
    """What is written under the home directory."""
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


@asynccontextmanager
async def opened(
    home: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = (120, 40), **flags: str
) -> AsyncIterator[Opened]:
    monkeypatch.setenv("ODPS_TUI_STATE_DIR", str(home / "state"))
    worlds = World(seed=7, instances=40, project="dw_prod"), World(seed=8, instances=40, project="dw_dev")
    async with DemoService(worlds[0], port=0) as first, DemoService(worlds[1], port=0) as second:
        environ = home_with_keys(home, first, second)
        places = OpenPlaces(environ)
        place = open_place(read_settings(environ, Flags(**flags)))
        await place.poller.begin()
        connection = places.adopt(place)
        app = OdpsApp(
            connection.service,
            connection.poller,
            connection.details,
            connection.place,
            clock=connection.clock,
            audit=connection.audit,
            signed_as=connection.signed_as,
            contexts=places,
        )
        async with app.run_test(size=size) as pilot:
            session = Opened(app, pilot, first, second)
            await session.until(lambda: session.dashboard.snapshot is not None, "a first snapshot")
            yield session
        await places.aclose()


async def test_production_says_so_and_is_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path, monkeypatch) as session:
        top = session.top
        assert "[RO]" in top
        assert "PROD" in top
        assert "dw_prod" in top
        assert "every 30s" in top
        assert session.dashboard.query_one("#connection").has_class("-production")
        assert not session.dashboard.may_stop()
        await session.command("who")
        await session.until(lambda: "aliyun CLI, profile prod" in session.events)
        assert session.first.identity.access_id not in session.text


async def test_another_profile_leaves_nothing_of_the_old_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path, monkeypatch) as session:
        old = session.dashboard
        assert old.snapshot is not None
        ids = set(old.snapshot.rows)
        await session.command("ctx dev")
        await session.until_at("dw_dev")
        assert session.dashboard is not old
        assert len(session.app.screen_stack) == 1
        top = session.top
        assert "PROD" not in top
        assert "RO" not in top
        assert session.dashboard.snapshot is not None
        assert not ids & set(session.dashboard.snapshot.rows)
        assert session.dashboard.may_stop()
        assert not old.is_running
        calls = len(session.first.requests)
        await session.pilot.press("r")
        await session.pilot.pause(0.3)
        assert len(session.first.requests) == calls, "the old client asks no more"


async def test_the_list_of_profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path, monkeypatch, profile="dev") as session:
        await session.command("ctx")
        await session.until(lambda: isinstance(session.app.screen, ContextDialog))
        line = next(line for line in session.text.splitlines()[1:] if "dw_prod" in line)
        assert "PROD" in line
        assert "aliyun:prod" in line
        here = next(line for line in session.text.splitlines()[1:] if "dw_dev · cn-demo" in line)
        assert "●" in here
        assert "●" not in line.split("PROD")[0][-6:]
        await session.pilot.press("up", "enter")
        await session.until_at("dw_prod")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("ctx dve", "Did you mean dev?"),
        ("ctx broken", "no profile gone"),
    ],
)
async def test_a_place_that_cannot_be_opened_leaves_us_where_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, words: str
) -> None:
    async with opened(tmp_path, monkeypatch) as session:
        old = session.dashboard
        await session.command(command)
        await session.until(lambda: words in session.events or isinstance(session.app.screen, KeyDialog))
        if isinstance(session.app.screen, KeyDialog):
            assert words in session.text.replace("\n", " ") or "gone" in session.text
            await session.pilot.press("escape")
            await session.until(lambda: "was not opened" in session.events)
        assert session.dashboard is old
        assert old.is_running


async def test_a_service_that_is_away_is_weather(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path, monkeypatch) as session:
        await session.command("ctx absent")
        await session.until(lambda: "none" in session.top and "no answer" in session.text)


@pytest.mark.parametrize("command", ["ctx typed", "ctx refused"])
async def test_a_key_is_asked_for_and_kept_for_this_session_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    async with opened(tmp_path, monkeypatch) as session:
        if command == "ctx refused":
            spoil_key(tmp_path)
        before = files_in(tmp_path)
        await session.command(command)
        await session.until(lambda: isinstance(session.app.screen, KeyDialog))
        dialog = session.app.screen
        dialog.query_one("#key-id", Input).value = session.second.identity.access_id
        await session.pilot.press("enter")
        dialog.query_one("#key-secret", Input).value = session.second.identity.secret
        await session.pilot.pause()
        assert session.second.identity.secret not in session.text
        assert session.second.identity.secret not in session.app.export_screenshot()
        await session.pilot.press("enter")
        await session.until_at("dw_dev")
        await session.command("who")
        await session.until(lambda: "typed for this session" in session.events)
        assert files_in(tmp_path) == before


async def test_a_key_that_is_refused_may_be_replaced_by_one_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path, monkeypatch) as session:
        await session.command("ctx broken")
        await session.until(lambda: isinstance(session.app.screen, KeyDialog))
        assert "no profile gone" in session.text
        assert "aliyun CLI, profile dev" in session.text
        await session.pilot.press("tab", "tab", "down", "enter")
        await session.until_at("dw_dev")
        await session.command("who")
        await session.until(lambda: "from aliyun CLI, profile dev" in session.events)


async def test_a_question_on_the_screen_is_answered_before_the_place_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path, monkeypatch, profile="dev") as session:
        await session.pilot.press("K")
        await session.until(lambda: isinstance(session.app.screen, StopDialog), "the stop dialog")
        session.app.post_message(ContextWanted("ctx", "prod"))
        await session.until(lambda: "opening prod" in session.events and len(session.first.requests) > 1, "the other place open")
        await session.pilot.pause(0.2)
        assert isinstance(session.app.screen, StopDialog)
        await session.pilot.press("y")
        await session.until_at("dw_prod")
        stops = [request for request in session.second.requests if request.method == "PUT"]
        assert len(stops) == 1, "what was asked for here was done here"
        assert not [request for request in session.first.requests if request.method == "PUT"]


async def test_another_project_typed_or_from_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path, monkeypatch, profile="dev") as session:
        await session.command("project")
        await session.until(lambda: isinstance(session.app.screen, ProjectDialog))
        await session.until(lambda: "dw_sandbox" in session.text, "the profile's own projects")
        names = session.app.screen.query_one("#projects", OptionList)
        await session.until(lambda: names.option_count > 1, "the service's projects")
        await session.pilot.press("escape")
        await session.command("project nowhere")
        await session.until(lambda: "nowhere was not opened" in session.events)
        assert "dw_dev" in session.top


async def test_an_arrow_goes_onto_a_name_and_names_that_come_later_leave_it_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = asyncio.Event()

    async def listed() -> AsyncIterator[tuple[str, ...]]:
        await wanted.wait()
        yield ("dw_first", "dw_other")

    async with opened(tmp_path, monkeypatch, profile="dev") as session:
        dialog = ProjectDialog(("dw_sandbox",), listed)
        chosen: list[str | None] = []
        session.app.push_screen(dialog, chosen.append)
        await session.until(lambda: "dw_sandbox" in session.text)
        await session.pilot.press("down")
        names = dialog.query_one("#projects", OptionList)
        wanted.set()
        await session.until(lambda: names.option_count == 3, "names that come later")
        await session.pilot.press("enter")
        assert chosen == ["dw_sandbox"]


def count_of(kind: type) -> int:
    return sum(issubclass(type(one), kind) for one in gc.get_objects())


async def test_dashboards_that_were_left_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual itself holds the first one for good, the tasks of the last few are still about: none of these holds any rows.

    And nothing holds what a widget has drawn when the widget is gone.
    """
    monkeypatch.setattr("odps_tui.app._LET_GO", 0.01)
    left: list[weakref.ref[DashboardScreen]] = []
    gc.collect()
    drawn_by_nobody = count_of(StylesCache) - count_of(Widget)
    async with opened(tmp_path, monkeypatch) as session:
        for number in range(8):
            left.append(weakref.ref(session.dashboard))
            profile = ("dev", "prod")[number % 2]
            await session.command(f"ctx {profile}")
            await session.until_at(f"dw_{profile}")
        last = left[-1]
        await session.until(lambda: (dashboard := last()) is None or dashboard.snapshot is None, "the last one has let go")
        gc.collect()
        held = [dashboard for one in left if (dashboard := one()) is not None]
        assert len(held) <= 5
        assert count_of(StylesCache) - count_of(Widget) <= drawn_by_nobody
        for dashboard in held:
            assert dashboard.snapshot is None
            assert not dashboard._poller._roster.rows
            assert not dashboard._watch._rows


async def test_a_list_that_was_left_is_freed_without_a_look_for_garbage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is as large as the service likes, and the look goes through all there is while the screen stands still."""
    monkeypatch.setattr("odps_tui.app._LET_GO", 0.01)
    monkeypatch.setattr("odps_tui.app.collect_what_was_left", lambda: None)
    async with opened(tmp_path, monkeypatch) as session:
        await session.command("ctx dev")
        await session.until_at("dw_dev")
        await session.until(lambda: session.dashboard.selected is not None, "a selection")
        snapshot = session.dashboard.snapshot
        assert snapshot is not None
        assert session.dashboard.selected is not None
        row = next(row for row in snapshot.rows.values() if row.id != session.dashboard.selected.id)
        gc.collect()
        gc.disable()
        try:
            await session.command("ctx prod")
            await session.until_at("dw_prod")
            del snapshot
            nobodys = replace(row)
            await session.until(lambda: sys.getrefcount(row) <= sys.getrefcount(nobodys), "nobody else holds the row")
        finally:
            gc.enable()
