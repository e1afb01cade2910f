"""config.toml: what is wrong is said with its place; what is written keeps what stood there."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from odps_tui.config.config_file import ConfigError, inspect_config, read_config
from odps_tui.config.config_mistakes import line_of
from odps_tui.config.config_writing import save_profile
from odps_tui.errors import SettingsError

WHOLE = """\
default_profile = "prod"        # the usual one

[profiles.prod]
endpoint = "https://service.cn-shanghai.maxcompute.aliyun.com/api"
project  = "dw_prod"
projects = ["dw_prod_archive"]
region   = "cn-shanghai"
auth     = "keyring"
read_only = false
protected = true
colour = "#ff0000"
interval = 10
logview_hours = 8
[profiles.prod.tls]
ca_file = "ca.pem"
client_cert = "me.pem"
strict = false

[profiles."dev eu"]
credential_command = ["vault-helper", "odps"]
allow_http = true

[refresh]
interval = 7.5
[logview]
hours = 24
[keyring]
backend = "foreign.Keyring"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def environ(file: Path) -> Mapping[str, str]:
    return {"ODPS_TUI_CONFIG_DIR": str(file.parent)}


def mistakes(file: Path, text: str | bytes) -> list[str]:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [str(mistake) for mistake in inspect_config(file).mistakes]


def test_a_whole_file_has_no_mistake(file: Path) -> None:
    assert mistakes(file, WHOLE) == []
    config = read_config(environ(file)).config
    assert config is not None
    prod, dev = config.profiles["prod"], config.profiles["dev eu"]
    assert (prod.projects, prod.interval, prod.logview_hours) == (("dw_prod_archive",), 10, 8)
    assert (prod.allow_http, dev.allow_http) == (False, True)
    assert (prod.tls.ca_file, prod.tls.strict) == ("ca.pem", False)
    assert str(dev.parsed_auth) == "command"
    assert config.refresh.interval == 7.5


def test_no_file_is_as_good_as_an_empty_one(file: Path) -> None:
    reading = read_config(environ(file))
    assert not reading.exists
    assert reading.config is not None
    assert reading.config.profiles == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[profiles.a]\nread_only = 'yes'", "line 2: profiles.a.read_only must be true or false"),
        ("[profiles.a]\nallow_http = 'yes'", "line 2: profiles.a.allow_http must be true or false"),
        ("[profiles.a]\nproject = 5", "line 2: profiles.a.project must be text in quotes"),
        ("[profiles.a]\ninterval = 'soon'", "line 2: profiles.a.interval must be a number"),
        ("[profiles.a]\ninterval = 0.1", "line 2: profiles.a.interval must be 1 at least"),
        ("[profiles.a]\nlogview_hours = 1.5", "line 2: profiles.a.logview_hours must be a whole number"),
        ("[profiles.a]\nlogview_hours = 900", "line 2: profiles.a.logview_hours must be 720 at most"),
        ("[profiles.a]\nauth = 'keyrin'", "line 2: profiles.a.auth names no source of credentials. Did you mean keyring?"),
        ("[profiles.a]\nauth = 'env:x'", "line 2: profiles.a.auth = env takes nothing after it"),
        ("[profiles.a]\nauth = 'command'", "line 2: profiles.a.auth needs credential_command"),
        ("[profiles.a]\ncredential_command = []", "line 2: profiles.a.credential_command must not be empty"),
        ("[profiles.a]\ncredential_command = 'x y'", "line 2: profiles.a.credential_command must be a list"),
        ("[profiles.a]\ncolour = 'rde'", "line 2: profiles.a.colour must be #rrggbb or one of red, "),
        ('[profiles."a b"]\n\n\nprojects = [1]', 'line 4: profiles."a b".projects.0 must be text in quotes'),
        ("profiles = 3", "line 1: profiles must be a table"),
        ("profiles.a = 3", "line 1: profiles.a must be a table"),
        ("profiles.a.tls.strict = 3", "line 1: profiles.a.tls.strict must be true or false"),
        ("default_profile = 'b'\n[profiles.a]", "line 1: default_profile names no profile. There are a."),
        ("a = [\n\n b = 3", "line 3: it is not TOML: Invalid value"),
        ("a = 1\na = 2", "it is not TOML"),
        (b"a = 1\n\xff", "line 2: it is not in UTF-8"),
        (b"#" * 1_000_001, "larger than any settings"),
    ],
)
def test_a_mistake_has_its_place(file: Path, text: str | bytes, words: str) -> None:
    found = mistakes(file, text)
    assert any(words in one for one in found), found
    with pytest.raises(ConfigError) as caught:
        read_config(environ(file))
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("defualt_profile = 'a'", "line 1: defualt_profile is not a key; did you mean default_profile?"),
        ("[profiles.a]\nendpont = 'x'", "line 2: profiles.a.endpont is not a key; did you mean endpoint?"),
        ("[profiles.a.tls]\nverify = false", "line 2: profiles.a.tls.verify is not a key; there are ca_file"),
        ("[profiles.a]\naccess_key_secret = 'canary'", "a secret does not belong here: `odps-tui auth login`"),
    ],
)
def test_an_unknown_key_is_passed_over_and_told(file: Path, text: str, words: str) -> None:
    found = mistakes(file, text)
    assert len(found) == 1
    assert words in found[0]
    assert "canary" not in found[0]
    assert len(read_config(environ(file)).warnings) == 1


def test_several_are_counted(file: Path) -> None:
    mistakes(file, "[profiles.a]\nproject = 5\nendpoint = 6\nx = 7")
    with pytest.raises(ConfigError, match=r"line 2: .* and 1 more\. `odps-tui config validate`"):
        read_config(environ(file))


def test_byte_order_mark_and_foreign_line_ends(file: Path) -> None:
    assert mistakes(file, b"\xef\xbb\xbf[profiles.a]\r\nproject = 'x'\r\nendpoint = 5\r\n") == [
        "line 3: profiles.a.endpoint must be text in quotes"
    ]


@pytest.mark.parametrize("mode", [0o622, 0o660, 0o606])
def test_a_file_that_others_may_write_is_not_obeyed(file: Path, mode: int) -> None:
    file.write_text(WHOLE)
    file.chmod(mode)
    if mode & 0o022:
        with pytest.raises(ConfigError, match="others may write it"):
            read_config(environ(file))


def test_the_working_directory_is_never_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text("[profiles.evil]\n")
    (tmp_path / "odps-tui").mkdir()
    (tmp_path / "odps-tui" / "config.toml").write_text("[profiles.evil]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert not read_config({}).exists


def test_lines_of_keys() -> None:
    assert line_of(WHOLE, ("profiles", "prod", "tls", "strict")) == 17
    assert line_of(WHOLE, ("profiles", "dev eu", "credential_command", "0")) == 20
    assert line_of(WHOLE, ("profiles", "dev eu", "nothing")) == 19
    assert line_of(WHOLE, ("nothing",)) is None


def test_saving_keeps_comments_and_order_and_is_private(file: Path) -> None:
    file.write_text(WHOLE)
    save_profile(environ(file), "night", {"endpoint": "http://h/api", "project": "n", "auth": "keyring", "region": None})
    text = file.read_text()
    assert text.startswith('default_profile = "prod"        # the usual one\n')
    assert all(line in text for line in WHOLE.splitlines())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    save_profile(environ(file), "night", {"auth": None, "project": "other"})
    config = read_config(environ(file)).config
    assert config is not None
    assert (config.profiles["night"].auth, config.profiles["night"].project) == (None, "other")
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_the_first_profile_is_the_default_one(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    save_profile(environ(file), "night", {"project": "n"})
    assert 'default_profile = "night"' in file.read_text()
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    save_profile(environ(file), "day", {"project": "d"})
    assert 'default_profile = "night"' in file.read_text()


def test_nothing_is_saved_over_a_mistake_or_as_one(file: Path) -> None:
    file.write_text("[profiles.a]\nproject = 5\n")
    with pytest.raises(ConfigError):
        save_profile(environ(file), "b", {"project": "x"})
    file.write_text("[profiles.a]\n")
    with pytest.raises(ConfigError, match="colour"):
        save_profile(environ(file), "b", {"colour": "moon"})
    assert file.read_text() == "[profiles.a]\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SettingsError, match="cannot be written"):
        save_profile({"ODPS_TUI_CONFIG_DIR": str(tmp_path)}, "a", {"project": "x"})


def test_a_file_in_the_directory_s_place(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(SettingsError, match="cannot be"):
        save_profile({"ODPS_TUI_CONFIG_DIR": str(tmp_path / "x")}, "a", {"project": "x"})
