"""The keyring in every state in which it is met: real daemons, and backends that are none of the system's."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.config.keystore import Keystore, KeystoreError, Trouble
from odps_tui.demo import DemoServiceThread, World
from odps_tui.errors import NoCredentials
from tests.config.keyring_sessions import LOCKED, SILENT, UNLOCKED, needs_daemon, run_in_session, run_without_bus

PYTHON = shlex.quote(sys.executable)
PROGRAM = f"{PYTHON} -m odps_tui"
CUT = "-- cut here --"
TRY = """
import json, time
from odps_tui.secret_str import SecretStr
from odps_tui.accounts import AccessKey
from odps_tui.config.keystore import Keystore, KeystoreError
from odps_tui.errors import NoCredentials
store = Keystore()
began = time.monotonic()
try:
    store.store("prod", "host:1", AccessKey("LTAIcanary123456", SecretStr("canary-secret-0123456789")))
    answer = {"loaded": store.load("prod", "host:1").secret.get_secret_value() == "canary-secret-0123456789"}
except KeystoreError as error:
    answer = {"trouble": error.trouble.name, "words": str(error)}
except NoCredentials as error:
    answer = {"words": str(error)}
print(json.dumps({**answer, "took": time.monotonic() - began}))
"""


def answer_of(output: str) -> dict[str, object]:
    answer = json.loads(output.splitlines()[-1])
    assert isinstance(answer, dict)
    return answer


def in_words(answer: dict[str, object]) -> str:
    words = str(answer["words"])
    assert "canary" not in words
    for choice in ("--auth env", "--auth prompt", "aliyun:NAME", "--insecure-storage"):
        assert choice in words
    return words


@pytest.mark.keyring
@needs_daemon
def test_a_key_is_kept_used_and_forgotten(tmp_path: Path) -> None:
    with DemoServiceThread(World(seed=7, instances=5, project="dw")) as service:
        identity = service.identity
        script = f"""
set -e
cut() {{ printf -- '-- %s --\\n' 'cut here'; }}
printf '%s\\n%s\\n' "$ID" "$SECRET" |
    {PROGRAM} auth login --profile night --endpoint {service.endpoint} --project dw --stdin
unset SECRET
cat "$ODPS_TUI_CONFIG_DIR/config.toml"
cut; {PROGRAM} auth status --check
cut; secret-tool lookup service odps-tui username night
cut; {PROGRAM} auth status --profile night --endpoint http://other.example/api 2>&1 || echo "status $?"
cut; mkfifo "$HOME/lines"; {PROGRAM} top --watch 1s > "$HOME/lines" & running=$!
exec 7< "$HOME/lines"; read -r _ <&7
cat /proc/[0-9]*/cmdline /proc/$running/environ | tr '\\0' ' '
kill $running; wait $running || true
cut; {PROGRAM} auth logout --profile night 2>&1
{PROGRAM} auth status 2>&1 || echo "status $?"
"""
        ran = run_in_session(UNLOCKED, tmp_path / "home", script, ID=identity.access_id, SECRET=identity.secret)
    assert ran.returncode == 0, ran.stderr
    config, status, item, elsewhere, processes, gone = ran.stdout.split(CUT)
    assert 'auth = "keyring"' in config
    assert 'default_profile = "night"' in config
    assert "top --watch" in processes
    assert identity.secret not in config + status + ran.stderr + processes + elsewhere + gone
    assert "from      keyring" in status
    assert "service   ALIYUN$" in status
    assert json.loads(item) == {
        "access_key_id": identity.access_id,
        "access_key_secret": identity.secret,
        "host": service.endpoint.split("/")[2],
    }
    assert "was stored for 127.0.0.1" in elsewhere
    assert "status 4" in elsewhere
    assert "was removed from the keyring" in gone
    assert "There is no key of profile night" in gone


@pytest.mark.keyring
@needs_daemon
def test_locked(tmp_path: Path) -> None:
    home = tmp_path / "home"
    opened = run_in_session(UNLOCKED, home, f"{PYTHON} -c {shlex.quote(TRY)}")
    assert answer_of(opened.stdout)["loaded"] is True, opened.stderr
    locked = answer_of(run_in_session(LOCKED, home, f"{PYTHON} -c {shlex.quote(TRY)}").stdout)
    assert locked["trouble"] == "LOCKED"
    assert in_words(locked).startswith("The keyring is locked. Unlock it")


@pytest.mark.keyring
@needs_daemon
def test_one_that_never_answers_costs_three_seconds(tmp_path: Path) -> None:
    silent = answer_of(run_in_session(SILENT, tmp_path / "home", f"{PYTHON} -c {shlex.quote(TRY)}").stdout)
    assert silent["trouble"] == "SILENT"
    assert "did not answer in 3 s" in in_words(silent)


@pytest.mark.keyring
@needs_daemon
def test_the_event_loop_goes_on_meanwhile_and_ends(tmp_path: Path) -> None:
    code = """
import asyncio
from odps_tui.config.aside import aside
from odps_tui.config.keystore import Keystore, KeystoreError
async def main():
    ticks = 0
    asked = asyncio.ensure_future(aside(lambda: Keystore().load("prod", "h")))
    while not asked.done():
        await asyncio.sleep(0.01)
        ticks += 1
    try:
        await asked
    except KeystoreError as error:
        print(ticks, error.trouble.name)
asyncio.run(main())
print("ended")
"""
    ran = run_in_session(SILENT, tmp_path / "home", f"{PYTHON} -c {shlex.quote(code)}")
    ticks, trouble, ended = ran.stdout.split()
    assert int(ticks) > 50
    assert (trouble, ended) == ("SILENT", "ended")


@pytest.mark.keyring
@needs_daemon
def test_a_bus_without_a_daemon(tmp_path: Path) -> None:
    ran = run_in_session(":", tmp_path / "home", f"{PYTHON} -c {shlex.quote(TRY)}", starts_services=False)
    answer = answer_of(ran.stdout)
    assert answer["trouble"] == "MISSING"
    in_words(answer)


@pytest.mark.keyring
@needs_daemon
def test_a_daemon_that_was_never_set_up_and_cannot_ask(tmp_path: Path) -> None:
    ran = run_in_session(":", tmp_path / "home", f"{PYTHON} -c {shlex.quote(TRY)}")
    answer = answer_of(ran.stdout)
    assert answer["trouble"] == "NEW"
    assert "never set up" in in_words(answer)


def test_none_at_all(tmp_path: Path) -> None:
    answer = answer_of(run_without_bus(tmp_path / "home", sys.executable, "-c", TRY).stdout)
    assert answer["trouble"] == "MISSING"
    assert in_words(answer).startswith("There is no keyring here.")


def test_one_that_stores_nothing_is_not_believed(tmp_path: Path) -> None:
    ran = run_without_bus(tmp_path / "home", sys.executable, "-c", TRY, PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring")
    answer = answer_of(ran.stdout)
    assert answer["trouble"] == "DISABLED"
    assert "null" in in_words(answer)


def test_one_that_is_not_there(tmp_path: Path) -> None:
    ran = run_without_bus(tmp_path / "home", sys.executable, "-c", TRY, PYTHON_KEYRING_BACKEND="nowhere.Keyring")
    answer = answer_of(ran.stdout)
    assert answer["trouble"] == "UNKNOWN"
    assert "ModuleNotFoundError" in in_words(answer)


FOREIGN = """
from keyring.backend import KeyringBackend
class Keyring(KeyringBackend):
    name = "Foreign"
    priority = 9
    items = {}
    def get_password(self, service, username):
        return self.items.get(username)
    def set_password(self, service, username, password):
        self.items[username] = password
    def delete_password(self, service, username):
        del self.items[username]
class Forgetful(Keyring):
    def get_password(self, service, username):
        found = self.items.get(username)
        return found and found[:-1]
class Rude(Keyring):
    def set_password(self, service, username, password):
        raise RuntimeError("canary: " + password)
"""


def foreign(tmp_path: Path, code: str, **environ: str) -> dict[str, object]:
    (tmp_path / "foreign_ring.py").write_text(FOREIGN)
    return answer_of(run_without_bus(tmp_path / "home", sys.executable, "-c", code, PYTHONPATH=str(tmp_path), **environ).stdout)


def test_a_foreign_one_is_used_only_when_we_are_told_to(tmp_path: Path) -> None:
    refused = foreign(tmp_path, TRY, PYTHON_KEYRING_BACKEND="foreign_ring.Keyring")
    assert refused["trouble"] == "FOREIGN"
    assert "foreign_ring.Keyring" in in_words(refused)
    assert "[keyring] backend" in str(refused["words"])
    assert foreign(tmp_path, TRY.replace("Keystore()", "Keystore('foreign_ring.Keyring')"))["loaded"] is True


def test_what_does_not_come_back_is_no_success(tmp_path: Path) -> None:
    answer = foreign(tmp_path, TRY.replace("Keystore()", "Keystore('foreign_ring.Forgetful')"))
    assert answer["trouble"] == "FORGETFUL"
    in_words(answer)


def test_what_a_backend_says_is_not_repeated(tmp_path: Path) -> None:
    answer = foreign(tmp_path, TRY.replace("Keystore()", "Keystore('foreign_ring.Rude')"))
    assert answer["trouble"] == "BROKEN"
    assert "RuntimeError" in in_words(answer)


def test_temporary_keys_are_not_kept() -> None:
    from odps_tui.secret_str import SecretStr

    with pytest.raises(NoCredentials, match="temporary"):
        Keystore().store("p", "h", AccessKey("STS.a", SecretStr("s"), SecretStr("t")))


def test_every_trouble_ends_in_a_choice() -> None:
    for trouble in Trouble:
        words = str(KeystoreError(trouble))
        assert words.count("--auth prompt") == 1
        assert "\n" not in words
