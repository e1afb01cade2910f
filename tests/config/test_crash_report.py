from __future__ import annotations

from pathlib import Path

import pytest

from odps_tui.config.crash_report import crash_words, redacted, write_crash_report

CANARY = "canary0123456789"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: ODPS id:{CANARY}",
        f"{{'authorization-sts-token': '{CANARY}'}}",
        f"x-odps-bearer-token={CANARY}",
        f"https://host/logview/?h=x&token={CANARY}&i=1",
        f"Signature={CANARY} and more",
        f"password: {CANARY}",
        f"access_key_secret = {CANARY}",
        f"http://user:{CANARY}@proxy.example:3128",
        f"Cookie: a={CANARY}; b={CANARY}",
    ],
)
def test_nothing_that_looks_like_a_secret_is_kept(text: str) -> None:
    assert CANARY not in redacted(text)


def test_what_is_no_secret_stays() -> None:
    text = 'File "odps_tui/app.py", line 7, in poll\n    tokens = 3 of 4'
    assert redacted(text) == text


def broken() -> None:
    secret = CANARY
    raise ValueError(f"token={secret}\x1b[31m")


def failure() -> Exception:
    with pytest.raises(ValueError, match="token") as caught:
        broken()
    return caught.value


def test_a_report_says_where_and_not_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODPS_TUI_STATE_DIR", str(tmp_path / "state"))
    path = write_crash_report(failure())
    assert path is not None
    text = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "test_crash_report.py" in text
    assert "ValueError" in text
    assert CANARY not in text
    assert "\x1b" not in text
    words = crash_words(failure())
    assert (CANARY in words, "crash-" in words, "Traceback" in words) == (False, True, False)


def test_where_nothing_can_be_kept_the_trace_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ODPS_TUI_STATE_DIR", str(tmp_path / "file"))
    words = crash_words(failure())
    assert ("ValueError" in words, CANARY in words) == (True, False)
