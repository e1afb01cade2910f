from __future__ import annotations

from pathlib import Path

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.config.sources.sdk_ini import find_credentials_file, from_sdk_ini
from odps_tui.errors import NoCredentials

TEXT = """\
\ufeff[default]            # the usual one
enable = true
type = access_key
access_key_id = LTAIini123456789
access_key_secret = canary-ini   # a comment

[night]
type : sts
access_key_id : STS.night
access_key_secret : canary
security_token : canary-token
[off]
enable = false
access_key_id = a
access_key_secret = canary
[half]
type = access_key
access_key_id = a
[bearer]
type = bearer
[default]
region_id = cn-beijing
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / ".alibabacloud" / "credentials"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


def key_of(path: Path, section: str = "", **environ: str) -> AccessKey:
    account = from_sdk_ini(path, environ, section).account
    assert isinstance(account, AccessKey)
    return account


def test_sections_comments_marks_and_duplicates(file: Path) -> None:
    key = key_of(file)
    assert (key.access_id, key.secret.get_secret_value()) == ("LTAIini123456789", "canary-ini")
    assert key_of(file, ALIBABA_CLOUD_PROFILE="night").access_id == "STS.night"
    token = key_of(file, "night").security_token
    assert token is not None


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("off", "switched off"),
        ("half", "lacks access_key_secret"),
        ("bearer", "cannot sign here: bearer"),
        ("gone", "no section .gone.. It has default, night"),
    ],
)
def test_what_is_wrong_with_a_section(file: Path, section: str, words: str) -> None:
    with pytest.raises(NoCredentials, match=words) as caught:
        from_sdk_ini(file, {}, section)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("text", ["access_key_id = a\n", "[default\n", "[default]\n= x"])
def test_what_is_no_such_file(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(NoCredentials):
        from_sdk_ini(file, {})


def test_the_two_names_that_sdks_give_it_and_a_named_one(tmp_path: Path, file: Path) -> None:
    assert find_credentials_file({}, tmp_path) == file
    python = file.with_name("credentials.ini")
    file.rename(python)
    assert find_credentials_file({}, tmp_path) == python
    assert find_credentials_file({"ALIBABA_CLOUD_CREDENTIALS_FILE": "/x/y"}, tmp_path) == Path("/x/y")
    assert find_credentials_file({}, tmp_path / "none") is None
