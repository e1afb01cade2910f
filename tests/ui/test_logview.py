"""Logview where people are: a desktop, a jump host, a phone; and a token that is nowhere but where it was sent."""

from __future__ import annotations

import base64
import os
import re
import time
from pathlib import Path

import pytest

from odps_tui.demo.wire.bearer_tokens import BearerTokens
from odps_tui.maxcompute.calls.links import LinkCalls
from odps_tui.maxcompute.logview import NoLink
from odps_tui.screens import logview
from odps_tui.screens.logview_dialog import LogviewDialog
from odps_tui.screens.qr_dialog import QrDialog
from odps_tui.widgets.qr_code import QrCode
from tests.ui.clipboard_wire import ClipboardWire, ProcessWatch, over_ssh
from tests.ui.conftest import Session, open_dashboard
from tests.ui.terminal import Terminal

CANARY = "Q0FOQVJZ" * 12


@pytest.fixture
def jump_host(monkeypatch: pytest.MonkeyPatch) -> None:
    over_ssh(monkeypatch)


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> str:
    """The token that the service hands out."""
    monkeypatch.setattr(BearerTokens, "issue", lambda *_: CANARY)
    return CANARY


async def open_dialog(session: Session, *, token: bool = False) -> str:
    """Open the dialog of an instance; return the instance's id."""
    instance_id = await session.select("skewed")
    await session.pilot.press("o")
    await session.until(lambda: "job-insights" in session.text)
    if token:
        await session.pilot.press("t")
        await session.until(lambda: "cannot be recalled" in session.text)
    return instance_id


def asked_for_tokens(session: Session) -> int:
    return sum(1 for request in session.service.requests if request.path.endswith("/authorization"))


def traces(session: Session) -> str:
    """Everything of the app that somebody else may get to see."""
    screens = [repr(vars(screen)) for screen in session.app.screen_stack]
    return "\n".join([session.text, repr(session.screen.log_events), session.app.export_screenshot(), *screens])


# A jump host ---------------------------------------------------------------------------------------------------------------


async def test_a_link_without_a_token_is_shown_and_copied(jump_host: None, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        instance_id = await open_dialog(session)
        assert "no browser on this side" in session.text
        await session.pilot.press("c")
        await session.until(lambda: "sent to the terminal (OSC 52)" in session.text)
        (link,) = wire.texts
        assert link.endswith(f"&i={instance_id}")
        assert "token" not in link
        assert "copied" not in session.text
        assert not asked_for_tokens(session)


@pytest.mark.parametrize("key", ["escape", "q", "o", "enter"])
async def test_the_dialog_closes_and_nothing_was_sent(jump_host: None, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        await open_dialog(session)
        await session.pilot.press("R", "x", key)
        await session.until(lambda: session.app.screen is session.screen)
        assert not wire.texts
        assert not asked_for_tokens(session)


async def test_a_link_that_could_not_be_sent_stays_and_says_why(jump_host: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODPS_TUI_CLIPBOARD", "off")
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        await open_dialog(session)
        await session.pilot.press("c")
        await session.until(lambda: "The link was not sent: ODPS_TUI_CLIPBOARD is off." in session.text)
        assert "job-insights" in session.text, "to be read off the screen, or by the QR code"
        assert not wire.texts


async def test_without_a_link_there_is_the_reason_and_the_way_to_one(jump_host: None, monkeypatch: pytest.MonkeyPatch) -> None:
    without_region(monkeypatch)
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("o")
        await session.until(lambda: "the region of this endpoint is not known" in session.dialog_text)
        await session.pilot.press("c", "r")
        assert isinstance(session.app.screen, LogviewDialog), "nothing to copy, nothing to draw"


async def test_a_host_that_is_not_ours_is_no_link_to_click(jump_host: None, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = "https://logview.aliyun.com.example.com"
    monkeypatch.setattr(LinkCalls, "_webconsole", lambda *_: answered(foreign))
    async with open_dashboard() as session:
        await open_dialog(session)
        assert "it is not opened" in session.dialog_text
        assert not links(session)


async def answered(host: str) -> str:
    return host


def links(session: Session) -> set[str]:
    """The addresses that cells of the screen lead to."""
    strips = session.app.screen._compositor.render_strips(session.app.screen.size)
    return {segment.style.link for strip in strips for segment in strip if segment.style and segment.style.link}


def without_region(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> str:
        raise NoLink("No link without a token can be made: the region of this endpoint is not known")

    monkeypatch.setattr(LinkCalls, "_region_of", refuse)


# A phone -------------------------------------------------------------------------------------------------------------------


async def test_the_qr_code_of_the_link(jump_host: None) -> None:
    async with open_dashboard(size=(80, 24)) as session:
        await open_dialog(session)
        (link,) = links(session)
        await session.pilot.press("r")
        drawing = QrCode(link).draw(80, 23)
        assert drawing is not None
        await session.until(lambda: all(line.strip() in session.text for line in drawing.plain.split("\n")))
        assert "Job Insight" in session.text
        await session.pilot.press("escape")
        await session.until(lambda: isinstance(session.app.screen, LogviewDialog), "back in the dialog")


async def test_a_code_that_does_not_fit_says_what_it_needs_and_appears_with_room(jump_host: None) -> None:
    async with open_dashboard(size=(60, 20)) as session:
        await open_dialog(session)
        await session.pilot.press("r")
        await session.until(lambda: "this terminal has 60×20" in " ".join(session.text.split()))
        assert "█" not in session.text
        await session.pilot.resize_terminal(120, 40)
        await session.until(lambda: "█" in session.text)
        assert "needs" not in session.text


async def test_the_code_of_a_token_has_its_own_key_and_goes_by_itself(
    jump_host: None, canary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("odps_tui.screens.qr_dialog._SECRET_STAYS", 2)
    async with open_dashboard(size=(160, 60)) as session:
        await open_dialog(session, token=True)
        assert "it shows the token to every camera" in " ".join(session.text.split())
        await session.pilot.press("r")
        assert isinstance(session.app.screen, LogviewDialog), "not by the usual key"
        await session.pilot.press("R")
        await session.until(lambda: isinstance(session.app.screen, QrDialog) and "█" in session.text)
        assert canary[:12] not in session.text
        await session.until(lambda: isinstance(session.app.screen, LogviewDialog), "gone by itself")


# The token -----------------------------------------------------------------------------------------------------------------


async def test_a_token_is_made_on_request_sent_once_and_shown_nowhere(
    jump_host: None, canary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        with ProcessWatch() as watch:
            instance_id = await open_dialog(session, token=True)
            assert asked_for_tokens(session) == 1
            assert "token=…" in session.text
            assert not links(session), "no OSC 8: its address would be in the output"
            seen = traces(session)
            await session.pilot.press("c")
            await session.until(lambda: "sent to the terminal" in session.text)
            seen += traces(session)
        (link,) = wire.texts
        assert link.endswith(f"&i={instance_id}&token={canary}"), "the canary was there to be found"
        assert canary[:12] not in seen
        assert canary not in session.app.clipboard
        assert not watch.has_seen(canary[:12])


async def test_no_token_among_the_arguments_of_tmux(
    jump_host: None, canary: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path / "tmux", f'cat > "{tmp_path}/input"; sleep 0.2')
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("TMUX", "x")
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        with ProcessWatch() as watch:
            await open_dialog(session, token=True)
            await session.pilot.press("c")
            await session.until(lambda: "sent to tmux" in session.text)
        assert canary in (tmp_path / "input").read_text()
        assert watch.has_seen("load-buffer"), "it was watched"
        assert not watch.has_seen(canary[:12])
        assert not wire.written


# A desktop -----------------------------------------------------------------------------------------------------------------


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def desktop(jump_host: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A host with a browser that keeps its argument, and the page at it, in this folder."""
    program(
        tmp_path / "fake-browser",
        f'echo "$1" > "{tmp_path}/argument"; case "$1" in file:*) page="${{1#file://}}"; stat -c %a "$page" > "{tmp_path}/mode"; '
        f'cat "$page" > "{tmp_path}/page";; esac; sleep 0.3',
    )
    monkeypatch.delenv("SSH_CONNECTION")
    monkeypatch.setenv("BROWSER", str(tmp_path / "fake-browser"))
    return tmp_path


def opened_page(desktop: Path) -> Path:
    """The file that the browser was told to open."""
    return Path((desktop / "argument").read_text().strip().removeprefix("file://"))


async def test_a_desktop_opens_the_link_without_a_dialog(desktop: Path) -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("skewed")
        await session.pilot.press("o")
        await session.until(lambda: f"Logview of …{instance_id[-10:]} handed to the browser" in session.text)
        await session.until(lambda: (desktop / "argument").exists() and (desktop / "argument").read_text())
        assert (desktop / "argument").read_text().endswith(f"&i={instance_id}\n")
        assert session.app.screen is session.screen


async def test_a_desktop_gets_a_token_through_a_page_that_only_its_user_reads(
    desktop: Path, canary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_region(monkeypatch)
    monkeypatch.setattr(logview, "_PAGE_STAYS", 1.0)
    async with open_dashboard() as session:
        with ProcessWatch() as watch:
            await session.select("skewed")
            await session.pilot.press("o")
            await session.until(lambda: "region" in session.dialog_text and isinstance(session.app.screen, LogviewDialog))
            await session.pilot.press("t")
            await session.until(lambda: "handed to the browser" in session.text)
            await session.until(lambda: (desktop / "page").exists() and canary in (desktop / "page").read_text())
            assert (desktop / "mode").read_text().strip() == "600"
            page = opened_page(desktop)
            await session.until(lambda: not page.parent.exists(), "removed")
        assert watch.has_seen("fake-browser"), "it was watched"
        assert not watch.has_seen(canary[:12])
        assert canary[:12] not in traces(session)


async def test_the_page_goes_with_the_program(desktop: Path, canary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    without_region(monkeypatch)
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("o")
        await session.until(lambda: isinstance(session.app.screen, LogviewDialog))
        await session.pilot.press("t")
        await session.until((desktop / "page").exists)
        page = opened_page(desktop)
        assert page.exists()
    assert not page.parent.exists()


async def test_a_browser_on_another_system_never_gets_a_token(
    desktop: Path, canary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_region(monkeypatch)
    monkeypatch.setenv("VSCODE_IPC_HOOK_CLI", "x")
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("o")
        await session.until(lambda: isinstance(session.app.screen, LogviewDialog))
        await session.pilot.press("t")
        await session.until(lambda: "The browser runs on another system" in session.text)
        assert not (desktop / "argument").exists()


async def test_a_text_browser_is_never_started(desktop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (desktop / "fake-browser").rename(desktop / "lynx")
    monkeypatch.setenv("BROWSER", str(desktop / "lynx"))
    async with open_dashboard() as session:
        await open_dialog(session)
        assert not (desktop / "argument").exists()


# A terminal ----------------------------------------------------------------------------------------------------------------


def test_what_reaches_a_terminal() -> None:
    with Terminal(["--demo"], {"SSH_CONNECTION": "x"}, columns=120, lines=40) as terminal, ProcessWatch() as watch:
        terminal.until_shown("● live")
        terminal.type("o")
        terminal.until_shown("job-insights")
        terminal.until(lambda: addresses(terminal), "an OSC 8 link")
        (address,) = addresses(terminal)
        assert re.fullmatch(rb"http://127\.0\.0\.1:\d+/cn-demo/job-insights\?h=[\x21-\x7e]+", address)
        terminal.type("t")
        terminal.until_shown("cannot be recalled")
        terminal.type("c")
        terminal.until_shown("sent to the terminal (OSC 52)")
        terminal.type("q")
        assert terminal.exit_status() == 0
        time.sleep(0.05)
    (sent,) = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x1b\\", terminal.written)
    token = base64.b64decode(sent).partition(b"token=")[2]
    assert len(token) > 100
    assert token[:16] not in terminal.written, "only inside the sequence, in base64"
    assert addresses(terminal) == {address}
    assert not watch.has_seen(token[:16].decode())


def addresses(terminal: Terminal) -> set[bytes]:
    return set(re.findall(rb"\x1b\]8;[^;]*;([^\x1b\x07]+)\x1b\\", terminal.written))
