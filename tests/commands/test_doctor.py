"""`odps-tui doctor` against a service, and against everything that can be wrong with the way to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from odps_tui.demo import DemoServiceThread, World
from odps_tui.demo.chaos import Chaos
from tests.commands.program import Ran, Run, environ_of, runner

CHECKS = {
    *("config", "identity", "dns", "proxy", "connection", "signature", "clock", "project", "list", "queue"),
    *("keyring", "state", "terminal", "clipboard"),
}


@pytest.fixture(scope="module")
def service() -> Iterator[DemoServiceThread]:
    """A service whose clock runs: one in which time stands still is soon behind ours."""
    with DemoServiceThread(World(seed=7, instances=120)) as service:
        yield service


def states(ran: Ran) -> dict[str, str]:
    return {finding["check"]: finding["state"] for finding in ran.json}


def test_all_is_well(run: Run) -> None:
    ran = run("doctor", "--json")
    assert ran.status == 0
    assert set(states(ran)) == CHECKS
    assert "bad" not in states(ran).values()
    for check in ("identity", "dns", "connection", "signature", "clock", "project", "list", "queue", "state"):
        assert states(ran)[check] == "good", check


def test_people_get_lines(run: Run) -> None:
    ran = run("doctor")
    lines = ran.out.splitlines()
    assert len(lines) == len(CHECKS)
    assert any(line.startswith("✓ signature   accepted: ALIYUN$demo_admin@example.com") for line in lines)


def test_a_wrong_secret_hides_nothing_else(run: Run) -> None:
    ran = run("doctor", "--json", ALIBABA_CLOUD_ACCESS_KEY_SECRET="canary-of-a-secret")
    assert ran.status == 4
    assert (states(ran)["signature"], states(ran)["clock"], states(ran)["list"]) == ("bad", "good", "skipped")
    assert "canary" not in ran.out + ran.err


def test_a_host_that_is_not_there(run: Run) -> None:
    ran = run("doctor", "--json", ODPS_ENDPOINT="http://nowhere.invalid/api")
    assert ran.status == 7
    assert (states(ran)["dns"], states(ran)["connection"], states(ran)["signature"]) == ("bad", "skipped", "skipped")
    assert states(ran)["state"] == "good"


def test_nothing_is_set(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran = run("doctor", "--json", ODPS_ENDPOINT="", ODPS_TUI_CONFIG_DIR=str(tmp_path))
    assert ran.status == 2
    assert states(ran)["identity"] == "bad"
    assert set(states(ran)) == CHECKS


def test_a_mistake_in_the_file_is_found_beside_the_rest(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[profiles.prod]\nendpoint = 7\n")
    ran = run("doctor", "--json", ODPS_TUI_CONFIG_DIR=str(tmp_path))
    assert ran.status == 2
    config = next(finding for finding in ran.json if finding["check"] == "config")
    assert config["state"] == "bad"
    assert "line 2" in config["words"]
    assert states(ran)["state"] == "good"


@pytest.fixture
def disturbed(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[str], Ran]]:
    """Ask a service with a fault."""
    chaos = Chaos()
    with DemoServiceThread(World(seed=7, instances=20), chaos=chaos) as service:

        def ask(fault: str) -> Ran:
            chaos.begin(fault)
            return runner(environ_of(service), monkeypatch, capfd)("doctor", "--json")

        yield ask


@pytest.mark.parametrize(
    ("fault", "check", "status"),
    [("403", "list", 4), ("clock-ahead", "clock", 2), ("401", "signature", 4), ("503", "signature", 7)],
)
def test_what_a_service_may_say(disturbed: Callable[[str], Ran], fault: str, check: str, status: int) -> None:
    ran = disturbed(fault)
    assert states(ran)[check] == "bad"
    assert ran.status == status


def test_a_state_directory_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = run("doctor", "--json", ODPS_TUI_STATE_DIR=str(tmp_path / "file"))
    assert (states(ran)["state"], ran.status) == ("bad", 2)


def test_where_everything_lies(run: Run, tmp_path: Path) -> None:
    ran = run("doctor", "--paths", ODPS_TUI_CONFIG_DIR=str(tmp_path / "c"), ODPS_TUI_STATE_DIR=str(tmp_path / "s"))
    paths = dict(line.split(maxsplit=1) for line in ran.out.splitlines())
    assert paths["config"] == str(tmp_path / "c" / "config.toml")
    assert paths["audit"] == str(tmp_path / "s" / "audit.jsonl")


class Locked:
    """A keyring of the system that is locked: it has a name, and gives nothing."""

    name = "SecretService Keyring"

    def get_password(self, _service: str, _name: str) -> str:
        raise KeyringLocked("canary")


class KeyringLocked(Exception):
    """As keyring's own."""


def test_a_locked_keyring_is_no_good_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odps_tui.config.keystore._ring", lambda _named: Locked())
    ran = run("doctor", "--json")
    keyring = next(finding for finding in ran.json if finding["check"] == "keyring")
    assert (keyring["state"], "locked" in keyring["words"]) == ("skipped", True)
    assert ran.status == 0, "the key comes from elsewhere"
    assert "canary" not in ran.out
