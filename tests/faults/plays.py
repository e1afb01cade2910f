"""How a fault is tried: before, during, after, and at the end."""

from __future__ import annotations

import re
import time
from pathlib import Path

from tests.faults.fault import Fault
from tests.faults.session import Session, files_under
from tests.faults.stages.stage import INTERVAL, Stage
from tests.faults.verdict import Judge, Verdict

KEY_LIMIT = 0.2
"""Seconds in which a key is answered."""
_LEAVING = 5.0
"""Seconds in which it is gone after a q."""
_CRASHES = re.compile(r"odps-tui has a bug|Traceback \(most recent call last\)")


def standard(fault: Fault, stage: Stage, verdict: Verdict) -> Session:
    """Healthy, then the fault, then healthy again; it is left with the fault on."""
    session = Session(stage.home, stage.environ, arguments=stage.arguments, before=stage.before)
    with session, verdict.judging(Judge.CRASH):
        session.until_live()
        if fault.shows is not None:
            fault.shows(session)
        good = session.ids
        stage.begin()
        during(fault, session, verdict, good)
        waits = session.waits
        stage.end()
        recovery(fault, session, verdict, waits)
        stage.begin()
        session.pass_time(1.0)
        leaving(session, verdict)
        verdict.find(Judge.CRASH)
    return session


def during(fault: Fault, session: Session, verdict: Verdict, good: set[str]) -> None:
    """What must be so while it lasts."""
    with verdict.judging(Judge.WORDS):
        session.watch(lambda: re.search(fault.says, session.words), f"“{fault.says}”", fault.patience)
        verdict.said = _said(fault, session)
        verdict.find(Judge.WORDS)
    data(fault, session, verdict, good)
    key(session, verdict)


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
            assert waits > fault.settles, "it does not wait as it was asked to"
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


def crashes(stage: Stage, session: Session, verdict: Verdict) -> None:
    """Neither the screen nor a file tells of a bug."""
    written = session.written.decode(errors="replace")
    reports = [path.name for path in files_under(stage.home) if path.name.startswith("crash-")]
    if _CRASHES.search(written) or reports:
        verdict.find(Judge.CRASH, f"a crash was told {', '.join(reports)}", is_good=False)


def secrets(stage: Stage, session: Session, verdict: Verdict) -> None:
    """No canary in what was written to the terminal or left in any file."""
    sung = [f"the terminal got {secret[:6]}…" for secret in stage.secrets if secret.encode() in session.written]
    for path in files_under(stage.home):
        content = path.read_bytes() if path.is_file() else b""
        sung += [f"{path.name} holds {secret[:6]}…" for secret in stage.secrets if secret.encode() in content]
    verdict.find(Judge.SECRETS, ", ".join(sung), is_good=not sung)


def _said(fault: Fault, session: Session) -> str:
    """The sentence with what was looked for, or the line that it is on."""
    lines = [session.notice, *(re.sub(r"[│╭╮╰╯─]", " ", line) for line in session.screen.display)]
    found = next((line for line in lines if re.search(fault.says, " ".join(line.split()))), "")
    return " ".join(found.split())


def play(fault: Fault, directory: Path, verdict: Verdict) -> None:
    """Try a fault; everything that was found is in the verdict. Raises CannotRun."""
    with fault.stage(directory) as stage:
        session = (fault.play or standard)(fault, stage, verdict)
        crashes(stage, session, verdict)
        secrets(stage, session, verdict)
    for judge, reason in fault.without.items():
        verdict.leave_out(judge, reason)
