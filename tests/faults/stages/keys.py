"""Stages whose key comes from somebody who renews it: a file of PyODPS's kind, or a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from odps_tui.demo.identity import DEMO_STS_IDENTITY as TEMPORARY
from tests.faults.stages.demo import Demo, demo_service
from tests.faults.stages.stage import Stage, furnished

_SECRETS = (TEMPORARY.secret, str(TEMPORARY.token))


class AccountFile:
    """ODPS_STS_ACCOUNT_FILE, which others rewrite in time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, lasts: timedelta, *, part: float = 1.0) -> None:
        """Write a key that ends after `lasts`, or a part of the file only."""
        document = {
            "accessKeyId": TEMPORARY.access_id,
            "accessKeySecret": TEMPORARY.secret,
            "securityToken": TEMPORARY.token,
            "expiration": f"{datetime.now(UTC) + lasts:%Y-%m-%dT%H:%M:%SZ}",
        }
        text = json.dumps(document)
        self.path.write_text(text[: int(len(text) * part)], encoding="utf-8")


@contextmanager
def expiring_token(directory: Path) -> Iterator[Stage]:
    """The token ends before its file is renewed."""
    with demo_service() as demo, _account_file(demo, directory) as (file, stage):
        file.write(timedelta(hours=1))

        def begin() -> None:
            file.write(timedelta(seconds=-1))
            demo.order("token-expired")

        def end() -> None:
            file.write(timedelta(hours=1))
            demo.order("-token-expired")

        stage.begin, stage.end = begin, end
        yield stage


@contextmanager
def half_written_file(directory: Path) -> Iterator[Stage]:
    """The token is at its end, so that every request looks into the file, which somebody is just writing."""
    over = timedelta(seconds=-1)
    with demo_service() as demo, _account_file(demo, directory) as (file, stage):
        file.write(over)
        stage.begin, stage.end = lambda: file.write(over, part=0.6), lambda: file.write(over)
        yield stage


@contextmanager
def _account_file(demo: Demo, directory: Path) -> Iterator[tuple[AccountFile, Stage]]:
    """The file is no file of ours, so it lies outside the home that is searched for secrets."""
    file = AccountFile(directory / "account.json")
    environ = {name: demo.environ[name] for name in ("ODPS_ENDPOINT", "ODPS_PROJECT_NAME")}
    home = furnished(directory / "home")
    yield file, Stage(home, {**environ, "ODPS_STS_ACCOUNT_FILE": str(file.path)}, secrets=_SECRETS)


@contextmanager
def rotated_key(directory: Path) -> Iterator[Stage]:
    """The service takes only the new key, and the program that tells keys does not know it yet."""
    keys = directory / "key.json"
    with demo_service() as demo:
        environ = {name: demo.environ[name] for name in ("ODPS_ENDPOINT", "ODPS_PROJECT_NAME")}
        command = json.dumps([sys.executable, "-c", f"print(open({str(keys)!r}).read())"])
        profile = f'\n[profiles.rotated]\nauth = "command"\ncredential_command = {command}\n'
        old = {"AccessKeyId": TEMPORARY.access_id, "AccessKeySecret": TEMPORARY.secret, "SecurityToken": TEMPORARY.token}
        new = {"AccessKeyId": demo.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], "AccessKeySecret": demo.secret}
        keys.write_text(json.dumps(old))
        yield Stage(
            furnished(directory / "home", profile),
            {**environ, "ODPS_TUI_PROFILE": "rotated"},
            begin=lambda: demo.order("revoked"),
            end=lambda: keys.write_text(json.dumps(new)),
            secrets=(*_SECRETS, demo.secret),
        )
