"""How somebody wants to be told, from a file and from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from odps_tui.config.config_file import inspect_config
from odps_tui.errors import SettingsError
from odps_tui.notifying.settings import USUAL, Way, read_notify


def test_by_default_the_bell_and_the_title() -> None:
    settings = read_notify({})
    assert settings.ways == USUAL == {Way.BELL, Way.TITLE}
    assert (settings.command, settings.webhook) == ((), None)


def test_the_environment_comes_before_the_file() -> None:
    environ = {"ODPS_TUI_NOTIFY": "osc9, bell", "ODPS_TUI_NOTIFY_COMMAND": '["a", "b c"]'}
    settings = read_notify(environ, ways=["osc99"], command=["x"], webhook="https://h/x")
    assert settings.ways == {Way.OSC9, Way.BELL}
    assert settings.command == ("a", "b c")
    assert settings.webhook is not None
    assert settings.webhook.get_secret_value() == "https://h/x"
    assert "https" not in repr(settings)
    assert read_notify({"ODPS_TUI_NOTIFY": "off"}, ways=["osc99"]).ways == frozenset()
    assert read_notify({"ODPS_TUI_NOTIFY_COMMAND": "/bin/x y"}).command == ("/bin/x y",), "no shell: a blank is part of its name"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"ODPS_TUI_NOTIFY": "bel"}, "bell, title"),
        ({"ODPS_TUI_NOTIFY_COMMAND": '["a", 1]'}, "list of words"),
        ({"ODPS_TUI_NOTIFY_COMMAND": "[]"}, "list of words"),
        ({"ODPS_TUI_NOTIFY_WEBHOOK": "ftp://canary"}, "no address"),
        ({"ODPS_TUI_NOTIFY_WEBHOOK": "https://"}, "no address"),
        ({"ODPS_TUI_NOTIFY_WEBHOOK": "https://canary:99999/"}, "no address"),
        ({"ODPS_TUI_NOTIFY_WEBHOOK": "https://canary/a b\n"}, "no address"),
    ],
)
def test_what_cannot_work_is_said_without_the_address(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_notify(environ)
    assert words in str(caught.value)
    assert "canary" not in str(caught.value)


def test_the_table_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[notify]\nvia = ["bell", "osc777"]\ncommand = ["x", "y"]\nwebhook = "https://h/canary"\n')
    file.chmod(0o600)
    reading = inspect_config(file)
    assert reading.mistakes == ()
    assert reading.config is not None
    habits = reading.config.notify
    assert read_notify({}, ways=habits.via, command=habits.command, webhook=habits.webhook).ways == {Way.BELL, Way.OSC777}
    assert "canary" not in repr(reading.config)
    file.write_text("[notify]\nvia = 3\nwebhok = 'x'\n")
    assert {mistake.warning for mistake in inspect_config(file).mistakes} == {True, False}
