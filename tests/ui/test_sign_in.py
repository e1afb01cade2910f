"""The first screen: what is found, what is typed, what the service says, what is kept."""

from __future__ import annotations

import os
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, RadioSet, Static

from odps_tui.config.config_file import inspect_config
from odps_tui.demo import DemoServiceThread, World
from odps_tui.screens.sign_in import SignInScreen
from odps_tui.screens.sign_in_service import Wish
from odps_tui.sign_in_app import DEMO, SignInApp
from odps_tui.signing_in import SigningIn, settings_after
from tests.ui.pictures import assert_looks_like
from tests.ui.terminal import Terminal


@dataclass
class SignIn:
    app: SignInApp
    pilot: Pilot[Wish | str | None]
    service: DemoServiceThread
    home: Path

    @property
    def screen(self) -> SignInScreen:
        assert isinstance(self.app.screen, SignInScreen)
        return self.app.screen

    @property
    def problem(self) -> str:
        return str(self.screen.query_one("#sign-in-problem", Static).content)

    @property
    def config(self) -> Path:
        return self.home / "config" / "config.toml"

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.screen.query_one(f"#sign-in-{name.replace('_', '-')}", Input).value = value

    def fill_rightly(self, **others: str) -> None:
        identity = self.service.identity
        right = {
            "endpoint": self.service.endpoint,
            "project": "demo_project",
            "key_id": identity.access_id,
            "key_secret": identity.secret,
        }
        self.fill(**{**right, **others})

    async def connect(self) -> None:
        """Press the button, once it has come up from an earlier press: until then a second one is a slip of the finger."""
        button = self.screen.query_one("#connect", Button)
        while button.has_class("-active"):
            await self.pilot.pause(0.01)
        self.screen.query_one("#sign-in-problem", Static).update("")
        await self.pilot.pause()
        assert await self.pilot.click(button)
        for _ in range(400):
            await self.pilot.pause(0.01)
            if self.app._exit or (self.problem and "asking" not in self.problem):
                return
        raise AssertionError(f"nothing came of it: {self.problem}")


def keep(sign_in: SignIn, number: int) -> None:
    list(sign_in.screen.query_one("#keeping", RadioSet).query("RadioButton").results())[number].toggle()  # type: ignore[attr-defined]


def any_file(directory: Path) -> bool:
    return any(directory.iterdir())


@asynccontextmanager
async def signing_in(home: Path, *, size: tuple[int, int] = (100, 40)) -> AsyncIterator[SignIn]:
    environ = {"HOME": str(home), "ODPS_TUI_CONFIG_DIR": str(home / "config"), "PATH": os.environ["PATH"]}
    with DemoServiceThread(World(seed=7, instances=20)) as service:
        app = SignInApp(SigningIn(environ))
        async with app.run_test(size=size) as pilot:
            yield SignIn(app, pilot, service, home)


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


async def test_a_key_for_this_session_leaves_nothing_behind(tmp_path: Path) -> None:
    async with signing_in(tmp_path) as sign_in:
        sign_in.fill_rightly()
        keep(sign_in, 1)
        await sign_in.connect()
        wish = sign_in.app.return_value
        assert isinstance(wish, Wish)
        assert settings_after(wish, {"HOME": str(tmp_path)}).account.masked == "demo…s-id"
        assert not any_file(tmp_path)
        assert sign_in.service.identity.secret not in repr(wish)


async def test_a_wrong_secret_is_said_in_place_and_nothing_is_lost(tmp_path: Path) -> None:
    async with signing_in(tmp_path) as sign_in:
        sign_in.fill_rightly(key_secret="canary-of-a-secret")
        keep(sign_in, 1)
        await sign_in.connect()
        assert "Invalid signature" in sign_in.problem
        assert sign_in.screen.query_one("#sign-in-project", Input).value == "demo_project"
        assert "canary" not in sign_in.app.export_screenshot()
        sign_in.fill_rightly()
        await sign_in.connect()
        assert isinstance(sign_in.app.return_value, Wish)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"endpoint": ""}, "The endpoint is missing"),
        ({"key_secret": ""}, "The key secret is missing"),
        ({"endpoint": "service.example"}, "must begin with http:// or https://"),
        ({"project": "nosuch"}, "Project not found"),
    ],
)
async def test_what_is_missing_or_wrong_is_named(tmp_path: Path, values: dict[str, str], words: str) -> None:
    async with signing_in(tmp_path) as sign_in:
        sign_in.fill_rightly(**values)
        keep(sign_in, 1)
        await sign_in.connect()
        assert words in sign_in.problem
        assert not sign_in.config.exists()


async def test_without_a_keyring_nothing_is_half_kept(tmp_path: Path) -> None:
    async with signing_in(tmp_path) as sign_in:
        sign_in.fill_rightly()
        await sign_in.connect()
        assert "There is no keyring here" in sign_in.problem
        assert not sign_in.config.exists()


async def test_a_file_wants_two_words_typed(tmp_path: Path) -> None:
    async with signing_in(tmp_path) as sign_in:
        sign_in.fill_rightly()
        keep(sign_in, 2)
        await sign_in.connect()
        assert "type “in clear”" in sign_in.problem
        assert not sign_in.config.exists()
        sign_in.fill(opt_in="in clear")
        await sign_in.connect()
        assert isinstance(sign_in.app.return_value, Wish)
        profile = tomllib.loads(sign_in.config.read_text())["profiles"]["default"]
        assert (profile["auth"], profile["project"]) == ("file", "demo_project")
        assert sign_in.service.identity.secret not in sign_in.config.read_text()
        assert (sign_in.config.parent / "credentials.toml").stat().st_mode & 0o777 == 0o600


async def test_an_identity_that_lies_about_is_used_where_it_lies(tmp_path: Path) -> None:
    async with signing_in(tmp_path) as probe:
        identity, endpoint = probe.service.identity, probe.service.endpoint
    (tmp_path / "odps_config.ini").write_text(
        f"project_name=demo_project\naccess_id={identity.access_id}\naccess_key={identity.secret}\nend_point={endpoint}\n"
    )
    async with signing_in(tmp_path) as sign_in:
        text = sign_in.app.export_screenshot()
        assert "odps_config.ini" in text
        assert identity.secret not in text
        await sign_in.pilot.pause()
        assert sign_in.screen.query_one("#sign-in-endpoint", Input).value == endpoint
        sign_in.fill(endpoint=sign_in.service.endpoint)
        assert not sign_in.screen.query_one("#sign-in-key-secret", Input).region, "nothing to type"
        await sign_in.connect()
        assert isinstance(sign_in.app.return_value, Wish), sign_in.problem
        config = inspect_config(sign_in.config).config
        assert config is not None
        assert (config.profiles["default"].auth or "").startswith("odpscmd:")
        assert identity.secret not in sign_in.config.read_text()


async def test_where_a_key_is_kept_shows_without_colours(tmp_path: Path) -> None:
    async with signing_in(tmp_path) as sign_in:
        keep(sign_in, 1)
        await sign_in.pilot.pause()
        strips = sign_in.screen._compositor.render_strips(sign_in.screen.size)
        lines = "\n".join("".join(segment.text for segment in strip) for strip in strips)
        assert "▐●▌ not at all" in lines
        assert "▐ ▌ in the keyring" in lines


async def test_the_demo_needs_nothing(tmp_path: Path) -> None:
    async with signing_in(tmp_path) as sign_in:
        await sign_in.pilot.press("down", "enter")
        await sign_in.pilot.pause()
        assert sign_in.app.return_value == DEMO


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_pictures(tmp_path: Path, size: tuple[int, int]) -> None:
    async with signing_in(tmp_path, size=size) as sign_in:
        sign_in.fill(project="dw_prod", key_id="LTAI5tExampleKeyId", key_secret="not to be seen")
        keep(sign_in, 2)
        sign_in.screen.query_one("#sign-in-project", Input).focus()
        await sign_in.pilot.pause()
        assert "not to be seen" not in sign_in.app.export_screenshot()
        await assert_looks_like(f"sign-in-{size[0]}x{size[1]}", sign_in.pilot)


def test_from_nothing_to_a_live_list(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "ODPS_TUI_CONFIG_DIR": str(tmp_path / "c"), "ODPS_TUI_STATE_DIR": str(tmp_path / "s")}
    with DemoServiceThread(World(seed=7, instances=20)) as service, Terminal([], environ, columns=100, lines=30) as terminal:
        terminal.until_shown("Who are you?")
        identity = service.identity
        terminal.type("\r")
        for text in (service.endpoint, "demo_project", identity.access_id, identity.secret):
            terminal.type(text)
            terminal.until_shown("•" * len(text) if text == identity.secret else text)
            if text != identity.secret:
                terminal.type("\r")
        terminal.type("\t\t\x1b[B \r")  # past the profile to where it is kept: for this session
        terminal.type("\t\r")
        terminal.until_shown("● live")
        terminal.type("q")
        assert terminal.exit_status() == 0
        assert identity.secret.encode() not in terminal.written
    assert not (tmp_path / "c").exists()
