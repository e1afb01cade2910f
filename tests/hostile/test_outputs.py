"""What leaves the program by another way than the screen: files, the clipboard, titles, notifications, commands for scripts."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tomlkit

from odps_tui.cli import main
from odps_tui.clipboard import send
from odps_tui.config.audit_log import AuditLog
from odps_tui.config.config_file import inspect_text
from odps_tui.config.crash_report import crash_words
from odps_tui.config.place_store import PlaceStore
from odps_tui.config.settings import Flags, read_settings
from odps_tui.demo import DemoServiceThread, World
from odps_tui.demo.wire.authentication import Caller, Gatekeeper
from odps_tui.errors import OdpsTuiError
from odps_tui.models import Instance, QueueingInfo, SubStatus
from odps_tui.monitor.instance_row import InstanceRow
from odps_tui.notifying.alert import Alert
from odps_tui.notifying.terminal import osc9, osc99, osc777, title, wrapped
from odps_tui.safe_text import clean_line, defused_cell
from odps_tui.screens.export import to_csv, to_json
from odps_tui.screens.first_frame import first_frame
from odps_tui.widgets.columns import COLUMNS
from tests.commands.program import environ_of
from tests.hostile.disguise import Disguise
from tests.hostile.recording import in_words, not_ours
from tests.hostile.texts import COUNT, given_to, texts

NOW = datetime(2025, 3, 14, 2, 10, tzinfo=UTC)
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠].", re.DOTALL)
# A sequence of ours: its opening, text without a single control, its end.
TITLE = re.compile(r"\x1b\]2;[^\x00-\x1f\x7f-\x9f]*\x07")
NOTES = re.compile(r"\x1b\](?:9|777;notify|99;i=odps-tui:d=[01](?::p=body)?);[^\x00-\x1f\x7f-\x9f]*\x07")


def row_of(number: int, text: str) -> InstanceRow:
    line = clean_line(text)
    info = QueueingInfo(f"{line}{number}", line, line, line, line, line, line, sub_status=SubStatus(line, 1042, NOW))
    return InstanceRow(info.instance_id, Instance(info.instance_id, line, line, NOW, None), info, is_queued=True)


def test_exports() -> None:
    rows = [row_of(number, text) for number, text in enumerate(texts(COUNT))]
    written = to_csv(rows, list(COLUMNS.values()), NOW)
    assert not in_words(written)
    cells = list(csv.reader(io.StringIO(written, newline="")))
    assert len(cells) == len(rows) + 1
    assert not [cell for line in cells for cell in line if FORMULA.match(cell)]
    column = [column.id for column in COLUMNS.values()].index("owner")
    assert [line[column] for line in cells[1:]] == [defused_cell(row.owner or "?") for row in rows]
    given_to["exports, CSV and JSON"] += len(rows)
    document = to_json(rows, [], NOW)
    assert not in_words(document)
    assert [facts["owner"] for facts in json.loads(document)] == [row.owner for row in rows]


def test_titles_and_notifications() -> None:
    for text in texts(COUNT):
        assert TITLE.fullmatch(title(text))
        notes = osc9(text) + osc777(text, text) + osc99(text, text)
        assert not NOTES.sub("", notes)
        assert wrapped(notes, {"TMUX": "1"}).count("\x1b\\") == 1
        alert = Alert(clean_line(text), clean_line(text), clean_line(text), NOW, 1, instances=[{"id": clean_line(text)}])
        assert not in_words(alert.line)
        assert not in_words(alert.document().decode())
        given_to["titles, notifications, alerts"] += 1
        assert not [value for value in alert.environment().values() if in_words(value, lines=False)]


def test_the_first_frame() -> None:
    for text in texts(COUNT):
        assert not not_ours(first_frame(120, 40, text).write(erases_in_colour=True))
        given_to["the first frame"] += 1


def test_the_clipboard() -> None:
    written: list[str] = []

    async def send_all() -> None:
        for text in texts(COUNT):
            await send(text, written.append, {"TERM": "xterm"})
            await send(text, written.append, {"STY": "1"})

    asyncio.run(send_all())
    given_to["clipboard, OSC 52"] += COUNT
    plain = [match for part in written if (match := re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]+)\x1b\\", part))]
    screen = [part for part in written if part.startswith("\x1bP")]
    assert len(plain) + len(screen) == len(written)
    assert len(plain) > COUNT * 0.9
    assert not [text for match in plain if in_words(text := base64.b64decode(match[1]).decode())]
    assert not [part for part in screen if not re.fullmatch(r"(\x1bP[\x1b\]52;cA-Za-z0-9+/=\x07]*\x1b\\)+", part)]


def test_errors_and_what_is_kept_of_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in texts(COUNT):
        assert not in_words(str(OdpsTuiError(text, remedy=text)))
        given_to["errors in words"] += 1
    for number, text in enumerate(texts(40)):
        monkeypatch.setenv("ODPS_TUI_STATE_DIR", str(tmp_path / str(number)))
        monkeypatch.setenv("TERM", encodable(text))
        assert not in_words(crash_words(ValueError(text)))
        for report in (tmp_path / str(number)).iterdir():
            assert not in_words(report.read_text())


def test_what_is_read_from_files_of_ours(tmp_path: Path) -> None:
    store, audit = PlaceStore("views.json", "It", tmp_path), AuditLog("\x1b[2J", tmp_path)
    some = list(texts(COUNT))
    (tmp_path / "views.json").write_text(json.dumps({"here": {text: [text, {"a": text}] for text in some}}))
    for number, text in enumerate(some[:300]):
        audit.write("stop", {"instance_id": encodable(text), "owner": number})
    assert not [text for text in _texts_in(store.load("here")) if in_words(text)]
    given_to["files of state"] += len(some)
    entries = audit.latest(300)
    assert entries
    assert not [text for text in _texts_in(entries) if in_words(text)]


def test_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names and addresses from config.toml and from the environment, whether they can be used or not."""
    for text in map(encodable, texts(min(COUNT, 2_000))):
        profile = {"project": text, "region": text, "endpoint": "http://127.0.0.1/api", "projects": [text], text or "x": text}
        reading = inspect_text(
            tmp_path / "config.toml", tomlkit.dumps({"profiles": {f"a{text}": profile}, "default_profile": text})
        )
        told = [str(mistake) for mistake in reading.mistakes]
        told += [text for text in _texts_in(asdict(reading.config)) if text] if reading.config else []
        environ = {"ODPS_TUI_PROJECT": f"p{text}", "ODPS_REGION_NAME": text, "ODPS_ENDPOINT": "http://127.0.0.1/api"}
        environ |= {"ALIBABA_CLOUD_ACCESS_KEY_ID": text, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x", "HOME": str(tmp_path)}
        environ |= {"ODPS_TUI_CONFIG_DIR": str(tmp_path)}
        for flags in (Flags(), Flags(profile=text), Flags(auth=text), Flags(auth=f"ini:{text}"), Flags(auth=f"aliyun:{text}")):
            try:
                settings = read_settings(environ, flags)
            except OdpsTuiError as error:
                told.append(str(error))
            else:
                told += [settings.project, settings.region or "", settings.credentials.source, settings.account.masked]
        given_to["config.toml and variables"] += 1
        assert not [words for words in told if in_words(words)]


@pytest.fixture
def hostile_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[DemoServiceThread, Disguise]]:
    disguise = Disguise(texts(COUNT))
    monkeypatch.setattr(Gatekeeper, "admit", lambda *_: Caller())
    with DemoServiceThread(World(seed=7, instances=60), disturb=disguise.around, long_poll_seconds=0.05) as service:
        yield service, disguise


LISTS = ["ls", "top", "projects"]
OF_ONE = ["show", "tasks", "source", "cost", "progress", "result", "log", "logview", "xflow"]
ROUNDS = max(1, COUNT // 5_000)


def test_commands_for_scripts(
    hostile_service: tuple[DemoServiceThread, Disguise], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    service, disguise = hostile_service
    for name, value in {**environ_of(service), "ODPS_REGION_NAME": "cn-demo"}.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> str:
        with contextlib.suppress(SystemExit):  # argparse
            main(arguments)
        out, err = capfd.readouterr()
        assert not (found := in_words(out) or in_words(err)), f"{arguments}: {found}"
        assert "has a bug" not in err, f"{arguments}: {err}"
        return out

    for number in range(ROUNDS):
        disguise.turn()
        lists(run)
        for story in ("skewed", "failed", "succeeded", "xflow"):
            one_instance(run, disguise.shown_id(service.world.stories[story]))
        run("whoami")
        run("auth", "status")
        for text in map(encodable, texts(20 * ROUNDS)[20 * number : 20 * (number + 1)]):
            arguments_that_are_hostile(run, text)
        disguise.refuses = True
        run("ls")
        run("top")
        disguise.refuses = False
    given_to["commands for scripts"] += disguise.given.total()


def lists(run: Callable[..., str]) -> None:
    for command in LISTS:
        for output in ("table", "jsonl"):
            run(command, "-o", output)
        json.loads(run(command, "-o", "json"))
        cells = [cell for line in csv.reader(io.StringIO(run(command, "-o", "csv"), newline="")) for cell in line]
        assert cells
        assert not [cell for cell in cells if FORMULA.match(cell)]


def one_instance(run: Callable[..., str], name: str) -> None:
    for command in OF_ONE:
        run(command, "--", name)
    run("stop", "--dry-run", "--", name)
    run("wait", "--timeout", "0.01s", "--", name)


def arguments_that_are_hostile(run: Callable[..., str], text: str) -> None:
    run("show", "--", text)
    run("ls", "--project", text)
    run("ls", text)
    run("ls", "--endpoint", text)
    run("ls", "--profile", text)


def encodable(text: str) -> str:
    """A text as an argument, a variable or a file can hold it."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from (*_texts_in(key), *_texts_in(part))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts_in(part)
