"""How a fault is tried: before, during, after, and at the end."""

from __future__ import annotations

import re
import shlex
import signal
import sys
import time
from pathlib import Path

from tests.faults.fault import Fault
from tests.faults.session import START, Session, files_under
from tests.faults.stages.stage import INTERVAL, Stage
from tests.faults.verdict import Judge, Verdict

KEY_LIMIT = 0.2
"""Seconds in which a key is answered."""
_LEAVING = 5.0
"""Seconds in which it is gone after a q."""
_SHELL = (
    sys.executable,
    "-c",
    "import fcntl, os, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp('bash', ['bash', '--norc', '--noprofile', '-i'])",
)
"""A shell that controls its terminal, and so can stop jobs."""
_CRASHES = re.compile(r"odps-tui has a bug|Traceback \(most recent call last\)")


def standard(fault: Fault, stage: Stage, verdict: Verdict) -> Session:
    """Healthy, then the fault, then healthy again; it is left with the fault on."""
    session = opened(stage)
    with session, verdict.judging(Judge.CRASH):
        session.until_live()
        good = session.ids
        stage.begin()
        if fault.shows is not None:
            fault.shows(session)
        during(fault, session, verdict, good)
        if fault.asks_again:
            session.watch(lambda: session.waits > fault.settles, "the announcement of a long quiet", fault.patience)
        waits = session.waits
        stage.end()
        if Judge.RECOVERY not in fault.without:
            recovery(fault, session, verdict, waits)
        stage.begin()
        session.pass_time(1.0)
        leaving(session, verdict)
        verdict.find(Judge.CRASH)
    return session


def opened(stage: Stage) -> Session:
    """Start the program on a stage."""
    session = Session(stage.home, stage.environ, arguments=stage.arguments, before=stage.before)
    stage.meet(session.process.pid)
    return session


def during(fault: Fault, session: Session, verdict: Verdict, good: set[str]) -> None:
    """What must be so while it lasts."""
    with verdict.judging(Judge.WORDS):
        session.watch(lambda: re.search(fault.says, session.words), f"“{fault.says}”", fault.patience)
        verdict.said = _said(fault, session)
        if fault.looks is not None:
            fault.looks(session)
        verdict.find(Judge.WORDS)
    data(fault, session, verdict, good)
    key(session, verdict)
    verdict.said = _said(fault, session) or verdict.said


def data(fault: Fault, session: Session, verdict: Verdict, good: set[str]) -> None:
    """What was read last is still there and says how old it is."""
    with verdict.judging(Judge.DATA):
        session.watch(lambda: session.age, "the age of the data", 5.0)
        kept = session.ids & good
        assert len(kept) >= 5, f"of {len(good)} instances only {len(kept)} are still shown"
        assert session.is_live or not fault.silent, f"no poll should have failed: {session.screen.display[0].strip()}"
        verdict.find(Judge.DATA, session.age)


def key(session: Session, verdict: Verdict) -> None:
    """A key is answered in time, by the median of several."""
    with verdict.judging(Judge.KEY):
        seconds = session.answer_time()
        verdict.find(Judge.KEY, f"{seconds * 1000:.0f} ms", is_good=seconds <= KEY_LIMIT)


def recovery(fault: Fault, session: Session, verdict: Verdict, waits: float) -> None:
    """Nobody helps: what is announced, what is under way, and one poll are all the time there is."""
    with verdict.judging(Judge.RECOVERY):
        begun = time.monotonic()
        if fault.asks_again:
            session.type("r")
        session.until_live(fault.settles + INTERVAL + (0 if fault.asks_again else waits))
        verdict.find(Judge.RECOVERY, f"{time.monotonic() - begun:.0f} s{' after r' if fault.asks_again else ''}")


def leaving(session: Session, verdict: Verdict, status: int = 0, keys: str = "q") -> None:
    """It ends when it is told to, and leaves the terminal as it was."""
    with verdict.judging(Judge.TERMINAL):
        session.type(keys)
        ended = session.ended(_LEAVING)
        assert ended == status, f"exit status {ended}, not {status}"
        restored(session, verdict)


def restored(session: Session, verdict: Verdict) -> None:
    """Alternate screen, cursor, mouse, paste, keyboard and the line's own modes are as they were before."""
    wrong = session.unrestored()
    verdict.find(Judge.TERMINAL, wrong, is_good=not wrong)


def both_ways(fault: Fault, stage: Stage, verdict: Verdict) -> Session:
    """What can go wrong in two ways goes wrong in one, then in the other."""
    session = opened(stage)
    with session, verdict.judging(Judge.CRASH):
        session.until_live()
        good = session.ids
        for _ in range(2):
            stage.begin()
            during(fault, session, verdict, good)
            stage.end()
            session.watch(lambda: not re.search(fault.says, session.words), f"the end of “{fault.says}”", fault.patience)
        leaving(session, verdict)
        verdict.find(Judge.CRASH)
    return session


def terminated(fault: Fault, stage: Stage, verdict: Verdict) -> Session:
    """It is told to end."""
    return _signalled(signal.SIGTERM, stage, verdict)


def hung_up(fault: Fault, stage: Stage, verdict: Verdict) -> Session:
    """The line to the terminal is given up."""
    return _signalled(signal.SIGHUP, stage, verdict)


def _signalled(number: signal.Signals, stage: Stage, verdict: Verdict) -> Session:
    session = opened(stage)
    with session, verdict.judging(Judge.CRASH):
        session.until_live()
        session.process.send_signal(number)
        leaving(session, verdict, status=128 + number, keys="")
        verdict.find(Judge.CRASH)
    return session


def suspended(fault: Fault, stage: Stage, verdict: Verdict) -> Session:
    """Started from a shell, sent behind it, and fetched back."""
    session = Session(stage.home, {**stage.environ, "PS1": "shell> "}, command=_SHELL)
    with session, verdict.judging(Judge.CRASH):
        session.watch(lambda: "shell>" in session.text, "a shell", START)
        session.note_modes()
        session.type(f"{shlex.quote(sys.executable)} -m odps_tui\r")
        session.until_live()
        good = session.ids
        session.type("\x1a")
        with verdict.judging(Judge.WORDS):
            session.watch(lambda: re.search(fault.says, session.since_alternate_screen()), "the shell", 15.0)
            verdict.said = "[1]+ Stopped, and the shell's prompt"
            session.pass_time(0.3)
            wrong = session.unrestored()
            assert not wrong, f"while it is stopped: {wrong}"
            verdict.find(Judge.WORDS)
        session.pass_time(3.0)
        begun = time.monotonic()
        session.type("fg\r")
        with verdict.judging(Judge.RECOVERY):
            session.watch(session.in_alternate_screen, "its screen", 10.0)
            session.until_live(10.0)
            verdict.find(Judge.RECOVERY, f"{time.monotonic() - begun:.0f} s after fg")
        data(fault, session, verdict, good)
        key(session, verdict)
        session.type("q")
        session.watch(lambda: not session.in_alternate_screen(), "the shell", 10.0)
        session.pass_time(0.5)
        restored(session, verdict)
        session.type("exit\r")
        session.ended(10.0)
        verdict.find(Judge.CRASH)
    return session


def resized(fault: Fault, stage: Stage, verdict: Verdict) -> Session:
    """A window manager that cannot make up its mind."""
    session = opened(stage)
    with session, verdict.judging(Judge.CRASH):
        session.until_live()
        good = session.ids
        for _ in range(200):
            session.resize(20, 5)
            session.pass_time(0.01)
            session.resize(120, 40)
            session.pass_time(0.01)
        session.resize(20, 5)
        with verdict.judging(Judge.WORDS):
            session.watch(lambda: fault.says in session.words, f"“{fault.says}”", 20.0)
            verdict.said = session.words
            verdict.find(Judge.WORDS)
        session.resize(120, 40)
        recovery(fault, session, verdict, 0.0)
        data(fault, session, verdict, good)
        key(session, verdict)
        leaving(session, verdict)
        verdict.find(Judge.CRASH)
    return session


def refused(fault: Fault, stage: Stage, verdict: Verdict) -> Session:
    """It does not open, and says why in one sentence."""
    session = opened(stage)
    with session, verdict.judging(Judge.CRASH):
        with verdict.judging(Judge.WORDS):
            ended = session.ended(START)
            assert ended == 2, f"exit status {ended}, not 2"
            assert re.search(fault.says, session.words), f"“{fault.says}” was not said"
            verdict.said = session.words
            verdict.find(Judge.WORDS)
        restored(session, verdict)
        assert b"\x1b" not in session.written, "it drew on a terminal that cannot be drawn on"
        verdict.find(Judge.CRASH)
    return session


def without_terminal(fault: Fault, stage: Stage, verdict: Verdict) -> Session:
    """Its input and its output are files."""
    files = f"exec {shlex.quote(sys.executable)} -m odps_tui < /dev/null > {stage.home}/out 2> {stage.home}/err"
    session = Session(stage.home, stage.environ, command=["sh", "-c", files])
    with session, verdict.judging(Judge.CRASH):
        with verdict.judging(Judge.WORDS):
            ended = session.ended(START)
            verdict.said = (stage.home / "err").read_text(encoding="utf-8").strip()
            assert ended == 2, f"exit status {ended}, not 2"
            assert re.search(fault.says, verdict.said), f"“{fault.says}” was not said"
            verdict.find(Judge.WORDS)
        restored(session, verdict)
        verdict.find(Judge.CRASH)
    return session


def crashes(stage: Stage, session: Session, verdict: Verdict) -> None:
    """Neither the screen nor a file tells of a bug."""
    written = session.written.decode(errors="replace")
    reports = [path.name for path in files_under(stage.home) if path.name.startswith("crash-")]
    if _CRASHES.search(written) or reports:
        verdict.find(Judge.CRASH, f"a crash was told {', '.join(reports)}", is_good=False)
        verdict.screens.append(written[-3000:])


def secrets(stage: Stage, session: Session, verdict: Verdict) -> None:
    """No canary in what was written to the terminal or left in any file."""
    sung = [f"the terminal got {secret[:6]}…" for secret in stage.secrets if secret.encode() in session.written]
    for path in files_under(stage.home):
        content = path.read_bytes() if path.is_file() else b""
        sung += [f"{path.name} holds {secret[:6]}…" for secret in stage.secrets if secret.encode() in content]
    verdict.find(Judge.SECRETS, ", ".join(sung), is_good=not sung)


def _said(fault: Fault, session: Session) -> str:
    """The sentence with what was looked for; else what the top line says, or the words around it."""
    if re.search(fault.says, session.notice):
        return session.notice
    if found := re.search(rf"[◌●✗] [^◌●✗]*?(?:{fault.says})[^:]*?(?= {{2,}}|$)", session.screen.display[0]):
        return found[0]
    found = re.search(rf"\S*(?:{fault.says})\S*(?: \S+){{0,12}}", session.words)
    return found[0] if found else ""


def play(fault: Fault, directory: Path, verdict: Verdict) -> None:
    """Try a fault; everything that was found is in the verdict. Raises CannotRun."""
    with fault.stage(directory) as stage:
        session = (fault.play or standard)(fault, stage, verdict)
        crashes(stage, session, verdict)
        secrets(stage, session, verdict)
    for judge, reason in fault.without.items():
        verdict.leave_out(judge, reason)
