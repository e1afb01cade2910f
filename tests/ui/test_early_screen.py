"""The time between the first frame and Textual, held open: the program on a real terminal, its import of Textual waiting."""

from __future__ import annotations

import re
import signal
import termios
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from odps_tui.demo import DemoServiceThread, World
from odps_tui.demo.wire.messages import RecordedRequest
from tests.ui.terminal import Terminal
from tests.ui.test_terminal import environ_of, one_sentence

ENTERS, LEAVES = b"\x1b[?1049h", b"\x1b[?1049l"
# Textual is not imported before a file is there; then, in one of the tests, it turns out to be broken. The terminal is the
# program's own, as in a shell: Ctrl-C in it is a signal.
HELD = """
import fcntl, importlib.machinery, os, sys, termios, time
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
gate, is_broken = sys.argv.pop(1), sys.argv.pop(1) == "broken"
class Held:
    def find_spec(self, name, path=None, target=None):
        if name != "textual":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        load = spec.loader.exec_module
        def held(module):
            while not os.path.exists(gate):
                time.sleep(0.01)
            if is_broken:
                raise ImportError("no textual here")
            load(module)
        spec.loader.exec_module = held
        return spec
sys.meta_path.insert(0, Held())
from odps_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def service() -> Iterator[DemoServiceThread]:
    with DemoServiceThread(World(seed=7, instances=60)) as service:
        yield service


class Held(Terminal):
    """The program, waiting until `let_go`."""

    def __init__(
        self,
        gate: Path,
        service: DemoServiceThread,
        *arguments: str,
        changes: Mapping[str, str] | None = None,
        is_broken: bool = False,
    ) -> None:
        self._gate = gate
        environ = {**environ_of(service), "COLORTERM": "truecolor", "HOME": str(gate.parent), **(changes or {})}
        held = [str(gate), "broken" if is_broken else "whole"]
        super().__init__([*held, *arguments], environ, columns=120, lines=40, script=HELD)
        self.before = self.attributes

    @property
    def attributes(self) -> list[object]:
        return termios.tcgetattr(self._master)

    @property
    def is_restored(self) -> bool:
        """What the terminal was told last is to leave; keys are echoed again."""
        shown = re.findall(rb"\x1b\[\?(?:1049|25)[hl]", self.written)
        return shown[-2:] == [LEAVES, b"\x1b[?25h"] and self.attributes == self.before

    def let_go(self) -> None:
        self._gate.touch()


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    return tmp_path / "gate"


def test_a_frame_before_textual_and_keys_that_are_kept(gate: Path, service: DemoServiceThread) -> None:
    with Held(gate, service, "--project", "demo_project") as terminal:
        terminal.until_shown("WHY / STAGE")
        terminal.until_shown(service.world.stories["skewed"])
        assert "demo_project" in terminal.text
        assert "Reading" not in terminal.text, "Textual is not there yet"
        frame = terminal.text
        terminal.type("??jk")
        terminal.type("?")
        assert not terminal._read(0.3)
        assert terminal.text == frame, "nothing is echoed"
        terminal.let_go()
        terminal.until_shown("Keys")
        terminal.type("\x1b")
        terminal.until(lambda: "Keys" not in terminal.text, "the help's end")
        assert terminal.written.count(ENTERS) == 1, "a second one would blank the screen"
        terminal.type("q")
        assert terminal.exit_status() == 0
        assert terminal.written.count(LEAVES) == 1
        assert terminal.is_restored


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_give_the_terminal_back(gate: Path, service: DemoServiceThread, number: signal.Signals, status: int) -> None:
    with Held(gate, service) as terminal:
        terminal.until_shown("╭─ Instances")
        if number is signal.SIGINT:
            terminal.type("\x1a\x1c\x03")  # Ctrl-Z and Ctrl-\ would leave the shell a terminal without echo
        else:
            terminal.process.send_signal(number)
        assert terminal.exit_status() == status
        assert terminal.is_restored
        assert b"Traceback" not in terminal.written


def test_the_list_is_asked_for_once_and_shown_while_the_screens_are_still_loading(gate: Path, service: DemoServiceThread) -> None:
    def lists() -> list[RecordedRequest]:
        return [request for request in service.requests if request.method == "GET" and request.path.endswith("/instances")]

    service.requests.clear()
    with Held(gate, service) as terminal:
        terminal.until(lists, "a page of the list has been asked for")
        asked = len(lists())
        terminal.until_shown(service.world.stories["skewed"])
        assert "list read" in terminal.text
        assert "quit" not in terminal.text, "there is no Textual yet"
        terminal.let_go()
        terminal.until_shown("q quit")
        assert "● live" in terminal.text
        assert service.world.stories["skewed"] in terminal.text
        assert len(lists()) == asked
        terminal.type("q")
        assert terminal.exit_status() == 0


def test_textual_that_cannot_be_imported(gate: Path, service: DemoServiceThread) -> None:
    with Held(gate, service, is_broken=True) as terminal:
        terminal.until_shown("╭─ Instances")
        terminal.let_go()
        assert terminal.exit_status() == 1
        assert terminal.is_restored
        assert "odps-tui has a bug" not in terminal.written.partition(LEAVES)[0].decode()
        assert "ImportError" in one_sentence(terminal)


def test_a_refusal_is_told_on_the_terminal_as_it_was(gate: Path, service: DemoServiceThread) -> None:
    with Held(gate, service, "--project", "nowhere") as terminal:
        terminal.let_go()
        assert terminal.exit_status() == 2
        assert terminal.is_restored
        assert "nowhere" in one_sentence(terminal)


@pytest.mark.parametrize("back", [True, False])
def test_a_terminal_that_is_resized_meanwhile(gate: Path, service: DemoServiceThread, back: bool) -> None:
    with Held(gate, service) as terminal:
        terminal.until_shown("╭─ Instances")
        terminal.resize(80, 24)
        if back:
            terminal.resize(120, 40)
        terminal.screen.reset()  # whatever a terminal makes of it, nothing of the frame can be relied on
        terminal.let_go()
        terminal.until_shown("● live")
        terminal.until_shown("╭─ Instances" if back else "─Detail")
        terminal.type("q")
        assert terminal.exit_status() == 0
        assert terminal.is_restored


@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"COLORTERM": ""}, {"TERM": "screen"}, {"ODPS_TUI_PAINT": "stock"}])
def test_other_terminals_and_painters(gate: Path, service: DemoServiceThread, changes: dict[str, str]) -> None:
    with Held(gate, service, changes=changes) as terminal:
        terminal.until_shown("╭─ Instances")
        has_colours = {"NO_COLOR", "COLORTERM"}.isdisjoint(changes)
        assert (b"38;5;" in terminal.written) is has_colours
        terminal.let_go()
        terminal.until_shown("● live")
        terminal.until_shown(service.world.stories["skewed"])
        assert "connecting" not in terminal.text
        assert terminal.written.count(ENTERS) == 1
        terminal.type("q")
        assert terminal.exit_status() == 0
        assert terminal.is_restored


def test_a_locale_that_knows_no_frames_has_them_too(gate: Path, service: DemoServiceThread) -> None:
    ascii_only = {"LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with Held(gate, service, changes=ascii_only) as terminal:
        terminal.until_shown("╭─ Instances")
        terminal.process.terminate()
        assert terminal.exit_status() == 143


def test_somebody_who_has_not_said_where_to_look_is_asked_without_a_frame(gate: Path, service: DemoServiceThread) -> None:
    nothing = {"ODPS_ENDPOINT": "", "ODPS_PROJECT_NAME": "", "ALIBABA_CLOUD_ACCESS_KEY_ID": ""}
    with Held(gate, service, changes=nothing) as terminal:
        terminal.let_go()
        terminal.until_shown("Welcome to odps-tui")
        assert b"connecting" not in terminal.written
        terminal.type("\x1b")
        terminal.process.terminate()
        terminal.exit_status()
