"""Files as the aliyun CLI writes them, and as they are found in the world."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.config.sources.aliyun_cli import config_path, from_aliyun_cli, profile_modes
from odps_tui.errors import NoCredentials

AK = {
    "name": "default",
    "mode": "AK",
    "access_key_id": "LTAIdefault12345",
    "access_key_secret": "canary-ak",
    "region_id": "cn-beijing",
}
STS = {
    "name": "night",
    "mode": "StsToken",
    "access_key_id": "STS.night",
    "access_key_secret": "canary-sts",
    "sts_token": "canary-token",
}


def write(home: Path, *profiles: Any, current: str = "default") -> Path:
    path = config_path(home)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"current": current, "profiles": list(profiles), "meta_path": ""}), encoding="utf-8")
    return path


def key_of(home: Path, name: str = "", **environ: str) -> AccessKey:
    account = from_aliyun_cli(environ, home, name).account
    assert isinstance(account, AccessKey)
    return account


def test_the_current_profile_its_region_and_no_token(tmp_path: Path) -> None:
    write(tmp_path, STS, {**AK, "sts_token": "left over from another mode"})
    found = from_aliyun_cli({}, tmp_path)
    assert isinstance(found.account, AccessKey)
    assert (found.account.access_id, found.account.security_token) == ("LTAIdefault12345", None)
    assert found.hints.region == "cn-beijing"
    assert found.source == "aliyun CLI, profile default"


def test_a_named_one_beats_the_variables_and_they_beat_the_current_one(tmp_path: Path) -> None:
    write(tmp_path, AK, STS)
    assert key_of(tmp_path, ALIBABA_CLOUD_PROFILE="night").access_id == "STS.night"
    assert key_of(tmp_path, "default", ALIBABA_CLOUD_PROFILE="night").access_id == "LTAIdefault12345"
    token = key_of(tmp_path, "night").security_token
    assert token is not None
    assert token.get_secret_value() == "canary-token"


def test_of_two_with_one_name_the_first_counts_and_modes_have_no_capitals(tmp_path: Path) -> None:
    write(tmp_path, {**AK, "mode": "ak"}, {**AK, "access_key_id": "LTAIanother"}, {"mode": "AK"}, "not a profile", 7)
    assert key_of(tmp_path).access_id == "LTAIdefault12345"
    assert profile_modes(tmp_path) == [("default", "ak")]


def test_a_byte_order_mark(tmp_path: Path) -> None:
    path = write(tmp_path, AK)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert key_of(tmp_path).access_id == "LTAIdefault12345"


@pytest.mark.parametrize("length", [0, 1, 40, -3])
def test_a_half_written_file_says_so_and_quotes_nothing(tmp_path: Path, length: int) -> None:
    path = write(tmp_path, AK)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(NoCredentials, match="half written") as caught:
        from_aliyun_cli({}, tmp_path)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe{}", b"[]", b"null", b"[" * 90_000])
def test_what_is_no_such_file(tmp_path: Path, content: bytes) -> None:
    write(tmp_path).write_bytes(content)
    with pytest.raises(NoCredentials):
        from_aliyun_cli({}, tmp_path)


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ({**AK, "access_key_secret": ""}, "lacks access_key_secret"),
        ({**AK, "access_key_id": None}, "lacks access_key_id"),
        ({**AK, "access_key_id": 5, "access_key_secret": 6}, "lacks access_key_id and access_key_secret"),
        ({**STS, "name": "default", "sts_token": ""}, "lacks sts_token"),
        ({"name": "default", "mode": "Anonymous"}, "cannot sign here: Anonymous"),
        ({"name": "default", "mode": "External", "process_command": "helper 'open"}, "quote"),
        ({"name": "default", "mode": "External"}, "command is empty"),
    ],
)
def test_what_a_profile_lacks_is_named(tmp_path: Path, profile: Any, words: str) -> None:
    write(tmp_path, profile)
    with pytest.raises(NoCredentials, match=words) as caught:
        from_aliyun_cli({}, tmp_path)
    assert "canary" not in str(caught.value)


def test_a_profile_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, AK, current="gone")
    with pytest.raises(NoCredentials, match="no profile gone"):
        from_aliyun_cli({}, tmp_path)
    with pytest.raises(NoCredentials, match="No such file"):
        from_aliyun_cli({}, tmp_path / "elsewhere")


def test_external_runs_the_program_it_names(tmp_path: Path) -> None:
    helper = tmp_path / "helper.py"
    helper.write_text(
        'import json; print(json.dumps({"mode":"StsToken","access_key_id":"STS.x","access_key_secret":"s","sts_token":"t"}))'
    )
    write(tmp_path, {"name": "default", "mode": "External", "process_command": f"{sys.executable} '{helper}'"})
    assert key_of(tmp_path).access_id == "STS.x"
    with pytest.raises(NoCredentials, match="DISABLE_EXTERNAL_PROCESS"):
        from_aliyun_cli({"ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS": "1"}, tmp_path)


def test_a_rotated_key_is_read_from_the_same_profile(tmp_path: Path) -> None:
    write(tmp_path, AK, STS)
    found = from_aliyun_cli({}, tmp_path)
    write(tmp_path, {**AK, "access_key_id": "LTAIrotated"}, STS, current="night")
    assert found.renew is not None
    again = found.renew().account
    assert isinstance(again, AccessKey)
    assert again.access_id == "LTAIrotated"
