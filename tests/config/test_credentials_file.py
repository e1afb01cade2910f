"""Keys in clear: for their owner's eyes only, or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.config.credentials_file import CredentialsFile
from odps_tui.config.keystore import OtherHost
from odps_tui.errors import NoCredentials
from odps_tui.secret_str import SecretStr

KEY = AccessKey("LTAIfile12345678", SecretStr("canary-file"))


@pytest.fixture
def file(tmp_path: Path) -> CredentialsFile:
    return CredentialsFile.of({"ODPS_TUI_CONFIG_DIR": str(tmp_path / "config")})


def test_kept_private_found_again_and_forgotten(file: CredentialsFile) -> None:
    assert file.load("night", "h") is None
    path = file.store("night", "h:80", KEY)
    file.store("day", "h:80", AccessKey("LTAIday", SecretStr("s")))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert file.load("night", "h:80") == KEY
    assert file.remove("night")
    assert not file.remove("night")
    assert file.load("night", "h:80") is None
    assert file.load("day", "h:80") is not None


def test_it_is_bound_to_its_host(file: CredentialsFile) -> None:
    file.store("night", "good.example", KEY)
    with pytest.raises(OtherHost, match=r"stored for good\.example, not for evil\.example"):
        file.load("night", "evil.example")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o601])
def test_one_that_others_can_see_is_refused(file: CredentialsFile, mode: int) -> None:
    file.store("night", "h", KEY).chmod(mode)
    for act in (lambda: file.load("night", "h"), lambda: file.store("day", "h", KEY)):
        with pytest.raises(NoCredentials, match=r"others can see it\. chmod 600"):
            act()


def test_a_link_in_its_place_is_not_followed(file: CredentialsFile, tmp_path: Path) -> None:
    path = file.store("night", "h", KEY)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NoCredentials, match="cannot be read"):
        file.load("night", "h")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[night]\naccess_key_id = 'canary", "not TOML"),
        ("[night]\naccess_key_id = 'canary'", "lacks access_key_secret"),
        ("night = 3", "no table"),
        ("[night]\naccess_key_id = 'a'\naccess_key_secret = 'canary'", "stored for , not for h"),
        (b"\xff\xfe", "not TOML"),
    ],
)
def test_what_is_wrong_in_it(file: CredentialsFile, text: str | bytes, words: str) -> None:
    file.store("x", "h", KEY)
    file.path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(NoCredentials, match=words) as caught:
        file.load("night", "h")
    assert "canary" not in str(caught.value)


def test_temporary_keys_are_not_kept(file: CredentialsFile) -> None:
    with pytest.raises(NoCredentials, match="temporary"):
        file.store("p", "h", AccessKey("STS.a", SecretStr("s"), SecretStr("t")))
