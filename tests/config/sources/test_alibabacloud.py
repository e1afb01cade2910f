"""The library for roles, against an address on loopback that hands out temporary keys as a metadata service does."""

from __future__ import annotations

import http.server
import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.config.auth import parse_auth
from odps_tui.config.identity import Identities, Owner
from odps_tui.errors import NoCredentials

HAS_LIBRARY = importlib.util.find_spec("alibabacloud_credentials") is not None
needs_library = pytest.mark.skipif(not HAS_LIBRARY, reason="no alibabacloud-credentials here; make test-aliyun installs it")
# The library's own ways with dates and event loops.
ignoring_its_warnings = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@dataclass
class Address:
    """Hands out a new key each time."""

    url: str = ""
    asked: int = 0
    life: timedelta = timedelta(hours=1)
    answers: list[bytes] = field(default_factory=list)

    def next(self) -> bytes:
        if self.answers:
            return self.answers.pop(0)
        self.asked += 1
        expires = datetime.now(UTC) + self.life
        return json.dumps(
            {
                "Code": "Success",
                "AccessKeyId": f"STS.number{self.asked}xxxx",
                "AccessKeySecret": "canary-secret",
                "SecurityToken": "canary-token",
                "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        ).encode()


@pytest.fixture
def address() -> Iterator[Address]:
    address = Address()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = address.next()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        address.url = f"http://127.0.0.1:{server.server_port}/credentials"
        yield address
        server.shutdown()


@needs_library
@ignoring_its_warnings
def test_a_temporary_key_with_its_end(address: Address, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = Identities({}, tmp_path).named(parse_auth(f"uri:{address.url}"), Owner())
    assert isinstance(found.account, AccessKey)
    assert found.account.access_id == "STS.number1xxxx"
    assert found.account.security_token is not None
    assert found.source == "credentials URI"
    assert found.expires is not None
    assert timedelta(minutes=58) < found.expires - datetime.now(UTC) < timedelta(minutes=61)
    assert "canary" not in repr(found)
    assert found.renew is not None
    assert found.renew().account == found.account, "the library keeps what still lasts"
    out, err = capfd.readouterr()
    assert out + err == ""


@needs_library
@ignoring_its_warnings
@pytest.mark.parametrize("answer", [b"canary", b'{"Code": "Failed", "AccessKeySecret": "canary"}', b"", b"[]"])
def test_what_goes_wrong_is_one_sentence_without_the_answer(
    address: Address, tmp_path: Path, capfd: pytest.CaptureFixture[str], answer: bytes
) -> None:
    address.answers = [answer] * 8
    with pytest.raises(NoCredentials, match="credentials URI: no credentials could be had") as caught:
        Identities({}, tmp_path).named(parse_auth(f"uri:{address.url}"), Owner())
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None
    out, err = capfd.readouterr()
    assert out + err == "", "it writes its tracebacks to the terminal, unless it is muted"


@needs_library
@ignoring_its_warnings
def test_a_role_of_a_profile_that_says_too_little(tmp_path: Path) -> None:
    (tmp_path / ".aliyun").mkdir()
    profile = {"name": "role", "mode": "RamRoleArn", "access_key_id": "a"}
    (tmp_path / ".aliyun" / "config.json").write_text(json.dumps({"current": "role", "profiles": [profile]}))
    with pytest.raises(NoCredentials, match=r"profile role \(RamRoleArn\): no credentials could be had"):
        Identities({}, tmp_path).named(parse_auth("aliyun:role"), Owner())


@pytest.mark.skipif(HAS_LIBRARY, reason="the library is here")
@pytest.mark.parametrize("auth", ["chain", "ecs:role", "oidc", "uri:http://127.0.0.1:9/"])
def test_without_the_library_it_says_what_to_install(tmp_path: Path, auth: str) -> None:
    with pytest.raises(NoCredentials, match=r"odps-tui\[aliyun\]"):
        Identities({}, tmp_path).named(parse_auth(auth), Owner())


def test_nobody_else_pays_for_it() -> None:
    code = """
import sys, odps_tui.config.settings
print([name for name in sys.modules if name.startswith(("alibabacloud", "keyring", "tomlkit"))])"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
