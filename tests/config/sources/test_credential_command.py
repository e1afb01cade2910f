"""Real programs, run as an operator's helper would be."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.config.sources.credential_command import from_command
from odps_tui.errors import NoCredentials


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def printing(document: object) -> list[str]:
    return python(f"print({json.dumps(document)!r})")


@pytest.mark.parametrize(
    "document",
    [
        {"AccessKeyId": "STS.a", "AccessKeySecret": "canary", "SecurityToken": "t", "Expiration": "2030-01-01T08:00:00+08:00"},
        {"mode": "StsToken", "access_key_id": "STS.a", "access_key_secret": "canary", "sts_token": "t"},
    ],
)
def test_both_spellings(document: object) -> None:
    found = from_command(printing(document), os.environ)
    assert isinstance(found.account, AccessKey)
    assert (found.account.access_id, found.account.secret.get_secret_value()) == ("STS.a", "canary")
    assert found.account.security_token is not None
    assert "canary" not in repr(found)


def test_it_is_run_again_for_a_renewal(tmp_path: Path) -> None:
    counter = tmp_path / "count"
    code = f"""
import json, pathlib
path = pathlib.Path({str(counter)!r}); path.write_text(path.read_text() + "x" if path.exists() else "x")
print(json.dumps({{"AccessKeyId": "a" + path.read_text(), "AccessKeySecret": "s"}}))"""
    found = from_command(python(code), os.environ)
    assert found.renew is not None
    again = found.renew().account
    assert isinstance(again, AccessKey)
    assert again.access_id == "axx"


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    code = 'import json, sys; print(json.dumps({"AccessKeyId": sys.argv[1], "AccessKeySecret": "s"}))'
    account = from_command([*python(code), f"$HOME; touch {tmp_path}/made"], os.environ).account
    assert isinstance(account, AccessKey)
    assert account.access_id.startswith("$HOME;")
    assert not (tmp_path / "made").exists()


def test_it_has_no_terminal_to_ask_on() -> None:
    code = """
import json, sys
try:
    open("/dev/tty"); seen = "terminal"
except OSError:
    seen = "none"
print(json.dumps({"AccessKeyId": seen + repr(sys.stdin.read()), "AccessKeySecret": "s"}))"""
    account = from_command(python(code), os.environ).account
    assert isinstance(account, AccessKey)
    assert account.access_id == "none''"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "is empty"),
        (["/nowhere/helper"], "helper cannot be run: No such file"),
        (["x\0y"], "cannot be run"),
        (python("import sys; print('canary'); print('canary', file=sys.stderr); sys.exit(3)"), "exit status 3"),
        (python("print('canary')"), "no JSON object"),
        (python('print(\'{"AccessKeyId": "canar\')'), "no JSON object"),
        (printing(["canary"]), "no JSON object"),
        (printing({"AccessKeyId": "canary"}), "lacks AccessKeySecret"),
        (printing({"access_key_id": "canary"}), "lacks access_key_secret"),
    ],
)
def test_what_goes_wrong_is_said_and_nothing_it_printed_is_quoted(argv: list[str], words: str) -> None:
    with pytest.raises(NoCredentials, match=words) as caught:
        from_command(argv, os.environ)
    assert "canary" not in str(caught.value)


def test_one_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    marker = tmp_path / "child"
    code = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({str(marker)!r}, "w").write(str(child.pid)); time.sleep(60)"""
    started = time.monotonic()
    with pytest.raises(NoCredentials, match="did not answer in 3 s"):
        from_command(python(code), os.environ, limit=3)
    assert time.monotonic() - started < 30
    if marker.exists():  # else the machine was too slow to start it at all
        child = Path(f"/proc/{marker.read_text()}/stat")
        for _ in range(200):
            if not child.exists() or child.read_text().split()[2] == "Z":
                break
            time.sleep(0.01)
        else:
            raise AssertionError("the child is still there")
