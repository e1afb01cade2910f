"""`odps-tui auth` and `odps-tui config`, against the demo service and this test's own home directory."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from odps_tui.demo import DemoServiceThread
from tests.commands.program import PROJECT, Run, runner, started
from tests.config.keyring_sessions import run_without_bus
from tests.ui.terminal import Terminal


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def environ(home: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "ODPS_TUI_CONFIG_DIR": str(home / "config"),
        "DBUS_SESSION_BUS_ADDRESS": "",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


@pytest.fixture
def run(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    return runner(environ, monkeypatch, capfd)


def place(service: DemoServiceThread) -> list[str]:
    return ["--endpoint", service.endpoint, "--project", PROJECT]


def aliyun(home: Path, service: DemoServiceThread) -> None:
    (home / ".aliyun").mkdir()
    identity = service.identity
    profile = {"name": "it", "mode": "AK", "access_key_id": identity.access_id, "access_key_secret": identity.secret}
    (home / ".aliyun" / "config.json").write_text(json.dumps({"current": "it", "profiles": [profile]}))


def test_status_says_who_from_where_and_what_the_service_thinks(run: Run, home: Path, service: DemoServiceThread) -> None:
    aliyun(home, service)
    ran = run("auth", "status", *place(service), "--check")
    assert ran.status == 0
    assert "who       demo…s-id" in ran.out
    assert "from      aliyun CLI, profile it" in ran.out
    assert "service   ALIYUN$" in ran.out
    assert "--auth aliyun:it  demo…s-id" in ran.out
    assert service.identity.secret not in ran.out + ran.err
    answer = run("auth", "status", *place(service), "-o", "json").json
    assert (answer["who"], answer["source"], answer["expires"]) == ("demo…s-id", "aliyun CLI, profile it", None)
    assert answer["found"] == [{"auth": "aliyun:it", "who": "demo…s-id", "problem": None}]


def test_status_without_a_usable_identity_lists_what_was_found(run: Run, home: Path) -> None:
    ran = run("auth", "status", "--endpoint", "http://h/api", "--project", "p")
    assert ran.status == 4
    assert "No credentials were found" in ran.err
    (home / ".aliyun").mkdir()
    (home / ".aliyun" / "config.json").write_text('{"current": "a", "profiles": [{"name": "a"}]}')
    ran = run("auth", "status", "--endpoint", "http://h/api", "--project", "p")
    assert ran.status == 4
    assert "lacks access_key_id and access_key_secret" in ran.out


def test_a_status_that_the_service_refuses_still_says_who(run: Run, home: Path, service: DemoServiceThread) -> None:
    aliyun(home, service)
    path = home / ".aliyun" / "config.json"
    path.write_text(path.read_text().replace(service.identity.secret, "canary-wrong"))
    ran = run("auth", "status", *place(service), "--check")
    assert ran.status == 4
    assert "from      aliyun CLI, profile it" in ran.out
    assert "demo…s-id came from: aliyun CLI, profile it." in ran.err
    assert "canary" not in ran.out + ran.err


def test_commands_use_a_key_that_another_tool_keeps(run: Run, home: Path, service: DemoServiceThread) -> None:
    aliyun(home, service)
    assert run("whoami", *place(service)).out.startswith("ALIYUN$")


def test_odpscmd_needs_nothing_but_its_file(run: Run, home: Path, service: DemoServiceThread) -> None:
    (home / "odps_config.ini").write_text(
        f"project_name={PROJECT}\naccess_id={service.identity.access_id}\naccess_key={service.identity.secret}\n"
        f"end_point={service.endpoint}\n"
    )
    assert run("whoami").out.startswith("ALIYUN$")


def test_a_typed_key_is_tested_kept_in_clear_when_told_to_and_used(
    environ: dict[str, str], run: Run, home: Path, service: DemoServiceThread
) -> None:
    arguments = ["auth", "login", "--profile", "night", *place(service), "--insecure-storage"]
    with Terminal(arguments, environ) as terminal:
        terminal.until_shown("Access key id for night")
        terminal.type(f"{service.identity.access_id}\r")
        terminal.until_shown("Access key secret")
        terminal.type(f"{service.identity.secret}\r")
        assert terminal.exit_status() == 0
        assert service.identity.secret not in terminal.text
        assert "in clear" in terminal.text
    kept = home / "config" / "credentials.toml"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert service.identity.secret not in (home / "config" / "config.toml").read_text()
    ran = run("whoami")
    assert ran.out.startswith("ALIYUN$"), ran.err
    kept.chmod(0o644)
    refused = run("whoami")
    assert refused.status == 4
    assert "others can see it. chmod 600" in refused.err
    kept.chmod(0o600)
    assert "was removed from" in run("auth", "logout").err
    assert run("whoami").status == 4


def test_a_wrong_key_is_not_kept(environ: dict[str, str], home: Path, service: DemoServiceThread) -> None:
    arguments = ["auth", "login", "--profile", "night", *place(service), "--insecure-storage"]
    with Terminal(arguments, environ) as terminal:
        terminal.until_shown("Access key id for night")
        terminal.type(f"{service.identity.access_id}\r")
        terminal.until_shown("Access key secret")
        terminal.type("canary-wrong\r")
        assert terminal.exit_status() == 4
        assert "canary" not in terminal.text
    assert not (home / "config").exists()


@pytest.mark.parametrize(
    ("stdin", "words"), [("", "Standard input holds no key"), ("LTAIx\ncanary\n", "There is no keyring here")]
)
def test_a_missing_key_or_keyring_ends_in_a_choice_and_keeps_nothing(
    tmp_path: Path, service: DemoServiceThread, stdin: str, words: str
) -> None:
    login = ["auth", "login", "--profile", "night", *place(service), "--no-check", "--stdin"]
    ran = run_without_bus(tmp_path / "home", sys.executable, "-m", "odps_tui", *login, stdin=stdin)
    assert ran.returncode == 4
    assert words in ran.stderr
    assert "canary" not in ran.stdout + ran.stderr
    assert not (tmp_path / "home" / "config").exists()


def test_login_never_waits_for_somebody_who_is_not_there(environ: dict[str, str]) -> None:
    with started(environ, "auth", "login") as process:
        assert process.wait(60) == 2
        assert process.stderr is not None
        assert "Say --profile, --endpoint and --project" in process.stderr.read()


def test_the_prompt_source_asks_and_keeps_nothing(environ: dict[str, str], home: Path, service: DemoServiceThread) -> None:
    with Terminal(["whoami", *place(service), "--auth", "prompt"], environ) as terminal:
        terminal.until_shown("Access key id")
        terminal.type(f"{service.identity.access_id}\r")
        terminal.until_shown("Access key secret")
        terminal.type(f"{service.identity.secret}\r")
        assert terminal.exit_status() == 0
        assert "ALIYUN$" in terminal.text
        assert service.identity.secret not in terminal.text
    assert list(home.iterdir()) == []


def test_config_path_and_validate(run: Run, home: Path) -> None:
    assert run("config", "path").out == f"{home}/config/config.toml\n"
    missing = run("config", "validate")
    assert (missing.status, missing.out) == (0, "")
    (home / "config").mkdir()
    file = home / "config" / "config.toml"
    file.write_text("[profiles.a]\nendpoint = 'https://service.cn-x.maxcompute.aliyun.com'\nprojetc = 'p'\n")
    ran = run("config", "validate")
    assert ran.status == 2
    assert "line 3: profiles.a.projetc is not a key; did you mean project?" in ran.out
    assert "profiles.a.endpoint is wrong: The endpoint" in ran.out
    assert "Add /api to its end" in ran.out
    file.write_text("[profiles.a]\nendpoint = 'http://maxcompute.example.com/api'\n")
    ran = run("config", "validate")
    assert ran.status == 0
    assert "maxcompute.example.com, which is no host of Alibaba Cloud (passed over)" in ran.out
    file.write_text("[profiles.a]\nproject = 'p'\n")
    ran = run("config", "validate")
    assert (ran.status, ran.out) == (0, "")
    assert "is right: 1 profiles" in ran.err


def test_a_mistake_in_the_file_stops_every_command_with_its_place(run: Run, home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "config.toml").write_text("[profiles.a]\nproject = 5\n")
    ran = run("ls")
    assert ran.status == 2
    assert "line 2: profiles.a.project must be text in quotes" in ran.err


def test_an_unknown_key_is_told_once_and_the_command_goes_on(run: Run, home: Path, service: DemoServiceThread) -> None:
    aliyun(home, service)
    (home / "config").mkdir()
    (home / "config" / "config.toml").write_text("[profiles.a]\nprojetc = 'p'\n")
    ran = run("whoami", *place(service))
    assert ran.status == 0
    assert ran.err.count("did you mean project?") == 1
