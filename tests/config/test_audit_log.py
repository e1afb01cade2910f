from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from odps_tui.config.audit_log import AuditError, AuditLog


def test_it_only_grows_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    log = AuditLog("LTAI…1234", tmp_path / "state")
    log.check()
    log.write("stop", {"instance_id": "a", "result": "requested"})
    AuditLog("LTAI…1234", tmp_path / "state").write("stop", {"instance_id": "b", "owner": "数据\n"})
    lines = log.path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["instance_id"] for line in lines] == ["a", "b"]
    assert json.loads(lines[0])["who"] == "LTAI…1234"
    assert json.loads(lines[0])["at"].endswith("Z")
    assert log.path.stat().st_mode & 0o777 == 0o600
    assert [entry["instance_id"] for entry in log.latest(5)] == ["b", "a"]
    assert [entry["instance_id"] for entry in log.latest(1)] == ["b"]


def test_a_broken_line_hides_only_itself(tmp_path: Path) -> None:
    log = AuditLog("who", tmp_path)
    log.write("stop", {"instance_id": "a"})
    with log.path.open("ab") as file:
        file.write(b'{"half": \n\xff\xfe\n[1]\n')
    log.write("stop", {"instance_id": "b"})
    assert [entry.get("instance_id") for entry in log.latest(9)] == ["b", "a"]


def test_a_line_that_was_torn_off_spoils_only_itself(tmp_path: Path) -> None:
    log = AuditLog("who", tmp_path)
    log.path.write_bytes(b'{"act": "stop", "instance_id": "torn')
    log.write("stop", {"instance_id": "a"})
    log.write("stop", {"instance_id": "b"})
    assert [entry.get("instance_id") for entry in log.latest(9)] == ["b", "a"]
    assert log.path.read_bytes().count(b"\n") == 3


def test_what_cannot_be_written_is_said_before_the_act(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log = AuditLog("who", tmp_path / "file")
    with pytest.raises(AuditError, match=r"audit\.jsonl cannot be written"):
        log.check()
    assert log.latest(5) == []


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="no O_NOFOLLOW here")
def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("")
    (tmp_path / "audit.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AuditError):
        AuditLog("who", tmp_path).write("stop", {})
    assert (tmp_path / "elsewhere").read_text() == ""
