"""The program as it is started: a real process on a real terminal, against a service in another thread."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from odps_tui.demo import DemoServiceThread, World
from tests.ui.terminal import Terminal

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"


def environ_of(service: DemoServiceThread, **changes: str) -> dict[str, str]:
    return {
        "ODPS_ENDPOINT": service.endpoint,
        "ODPS_PROJECT_NAME": "demo_project",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": service.identity.access_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": service.identity.secret,
        **changes,
    }


@pytest.fixture(scope="module")
def service() -> Iterator[DemoServiceThread]:
    with DemoServiceThread(World(seed=7, instances=60)) as service:
        yield service


def test_it_shows_the_project_and_leaves_the_terminal_as_it_was(service: DemoServiceThread) -> None:
    with Terminal([], environ_of(service), columns=120, lines=40) as terminal:
        terminal.until_shown("● live")
        terminal.until_shown(service.world.stories["skewed"])
        terminal.type("q")
        assert terminal.exit_status() == 0
        assert LEAVES_ALTERNATE_SCREEN in terminal.written


def test_demo_needs_nothing_and_ends_its_service() -> None:
    with Terminal(["--demo"], {}, columns=120, lines=40) as terminal:
        terminal.until_shown("demo · demo_project")
        terminal.until_shown("● live")
        children = children_of(terminal.process.pid)
        assert len(children) == 1
        terminal.type("q")
        assert terminal.exit_status() == 0
        assert not any(is_alive(child) for child in children)


def test_too_small_says_so_and_recovers(service: DemoServiceThread) -> None:
    with Terminal([], environ_of(service), columns=20, lines=5) as terminal:
        terminal.until(lambda: "too small" in words(terminal), "too small")
        terminal.resize(80, 24)
        terminal.until_shown("● live")
        terminal.until_shown("INSTANCE")
        terminal.resize(20, 5)
        terminal.until(lambda: "too small" in words(terminal), "too small")
        terminal.type("q")
        assert terminal.exit_status() == 0


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_restore_the_terminal(service: DemoServiceThread, number: signal.Signals, status: int) -> None:
    with Terminal([], environ_of(service)) as terminal:
        terminal.until_shown("● live")
        terminal.process.send_signal(number)
        assert terminal.exit_status() == status
        assert LEAVES_ALTERNATE_SCREEN in terminal.written


@pytest.mark.parametrize("paint", ["frugal", "stock"])
def test_a_terminal_that_goes_away_ends_the_program(service: DemoServiceThread, paint: str) -> None:
    with Terminal(["--paint", paint], environ_of(service)) as terminal:
        terminal.until_shown("● live")
        terminal.go_away()
        assert terminal.process.wait(20) == 129


def test_a_service_that_goes_away_leaves_its_data_and_comes_back() -> None:
    world = World(seed=7, instances=60)
    with DemoServiceThread(world) as first:
        port = int(first.endpoint.rsplit(":", 1)[1].partition("/")[0])
        terminal = Terminal([], environ_of(first), columns=120, lines=40)
        terminal.until_shown("● live")
    with terminal:
        terminal.type("r")
        terminal.until_shown("✗ no answer")
        assert "next try in" in terminal.text
        assert f"127.0.0.1:{port}" in terminal.text, "the cause is named"
        assert world.stories["skewed"] in terminal.text, "the last data stays"
        with DemoServiceThread(world, port=port):
            terminal.type("r")
            terminal.until_shown("● live")
            terminal.type("q")
            assert terminal.exit_status() == 0


@pytest.mark.parametrize(("seconds", "side"), [(1200, "behind"), (-1200, "ahead of"), (60, "behind")])
def test_a_skewed_clock_is_named_and_corrected(seconds: int, side: str) -> None:
    world = World(seed=7, instances=60, clock=lambda: time.time() + seconds)
    with DemoServiceThread(world) as service, Terminal([], environ_of(service), columns=120, lines=40) as terminal:
        terminal.until_shown("● live")
        terminal.until(lambda: f"{side} the service's" in words(terminal), "the drift")
        assert "Set the clock" in words(terminal)
        terminal.until_shown(world.stories["skewed"])
        terminal.type("q")
        assert terminal.exit_status() == 0


def start(environ: Mapping[str, str], *arguments: str) -> Terminal:
    return Terminal(list(arguments), environ)


def test_missing_settings_are_named(service: DemoServiceThread) -> None:
    for missing in ("ODPS_ENDPOINT", "ODPS_PROJECT_NAME", "ALIBABA_CLOUD_ACCESS_KEY_ID"):
        environ = environ_of(service)
        del environ[missing]
        with start(environ) as terminal:
            assert terminal.exit_status() == (4 if missing.startswith("ALIBABA") else 2)
            assert missing in one_sentence(terminal)


def test_an_endpoint_without_api(service: DemoServiceThread) -> None:
    with start(environ_of(service, ODPS_ENDPOINT=service.endpoint.removesuffix("/api"))) as terminal:
        assert terminal.exit_status() == 2
        assert "/api" in one_sentence(terminal)


@pytest.mark.parametrize(
    "endpoint", ["ftp://example.com/api", "service.example.com/api", "http://", "http://user:canary@host/api"]
)
def test_an_endpoint_that_is_none(service: DemoServiceThread, endpoint: str) -> None:
    with start(environ_of(service, ODPS_ENDPOINT=endpoint)) as terminal:
        assert terminal.exit_status() == 2
        assert "endpoint" in one_sentence(terminal).lower()
        assert "canary" not in one_sentence(terminal)


def test_a_wrong_secret(service: DemoServiceThread) -> None:
    with start(environ_of(service, ALIBABA_CLOUD_ACCESS_KEY_SECRET="canary-secret")) as terminal:
        assert terminal.exit_status() == 4
        sentence = one_sentence(terminal)
        assert "ALIBABA_CLOUD_* in the environment" in sentence
        assert "[request " in sentence
        assert "canary" not in sentence


def test_an_unknown_key(service: DemoServiceThread) -> None:
    with start(environ_of(service, ALIBABA_CLOUD_ACCESS_KEY_ID="LTAIunknown")) as terminal:
        assert terminal.exit_status() == 4
        assert "ALIBABA_CLOUD_* in the environment" in one_sentence(terminal)


def test_a_project_that_does_not_exist(service: DemoServiceThread) -> None:
    with start(environ_of(service), "--project", "nowhere") as terminal:
        assert terminal.exit_status() == 2
        assert "nowhere" in one_sentence(terminal)


def test_without_a_terminal(service: DemoServiceThread) -> None:
    done = run_without_terminal(environ_of(service, TERM="xterm"))
    assert done.returncode == 2
    assert "terminal" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_terminal_that_cannot_be_drawn_on(service: DemoServiceThread, term: str) -> None:
    with start(environ_of(service, TERM=term)) as terminal:
        assert terminal.exit_status() == 2
        assert "TERM" in one_sentence(terminal)


def test_no_secret_among_the_arguments_of_any_process(service: DemoServiceThread) -> None:
    with Terminal(["--demo"], {}) as terminal:
        terminal.until_shown("● live")
        family = [terminal.process.pid, *children_of(terminal.process.pid)]
        for process in family:
            assert b"secret" not in Path(f"/proc/{process}/cmdline").read_bytes().lower()
        terminal.type("q")
        assert terminal.exit_status() == 0


def words(terminal: Terminal) -> str:
    """The screen without its line breaks."""
    return " ".join(terminal.text.split())


def one_sentence(terminal: Terminal) -> str:
    """What was printed, on one line; never a traceback, and never on a screen that is not left by then."""
    _, _, after = terminal.written.decode().rpartition("\x1b[?1049l\x1b[?25h")
    text = " ".join(after.split())
    assert "Traceback" not in text
    assert "\x1b[?1049h" not in text
    assert text.startswith("odps-tui: ")
    return text


def run_without_terminal(environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "odps_tui"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], **environ},
        timeout=30,
        check=False,
    )


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def is_alive(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True


def test_the_window_has_its_own_title_and_gets_its_old_one_back(service: DemoServiceThread) -> None:
    with Terminal([], environ_of(service), columns=120, lines=40) as terminal:
        terminal.until_shown("● live")
        terminal.type("q")
        assert terminal.exit_status() == 0
        first, ours, last = (
            terminal.written.index(sequence)
            for sequence in (b"\x1b[22;2t", b"\x1b]2;odps-tui demo_project \xc2\xb7 127.0.0.1", b"\x1b[23;2t")
        )
        assert first < ours < terminal.written.index(LEAVES_ALTERNATE_SCREEN) < last


def test_without_the_title_none_is_touched(service: DemoServiceThread) -> None:
    with Terminal([], environ_of(service, ODPS_TUI_NOTIFY="bell"), columns=120, lines=40) as terminal:
        terminal.until_shown("● live")
        terminal.type("q")
        assert terminal.exit_status() == 0
        assert not [sequence for sequence in (b"\x1b[22;2t", b"\x1b]2;", b"\x1b[23;2t") if sequence in terminal.written]


def test_a_locale_that_is_not_utf_8_still_gets_its_frames(service: DemoServiceThread) -> None:
    environ = environ_of(service, LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    with Terminal([], environ, columns=120, lines=40) as terminal:
        terminal.until_shown("● live")
        terminal.until_shown("╭─ Instances")
        terminal.type("q")
        assert terminal.exit_status() == 0
        assert b"\\u" not in terminal.written
