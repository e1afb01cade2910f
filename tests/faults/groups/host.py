"""Signals, a terminal or a disk that are not what they should be."""

from tests.faults.fault import Fault
from tests.faults.plays import hung_up, refused, resized, suspended, terminated, without_terminal
from tests.faults.session import Session
from tests.faults.stages.host import corrupt_state, full_disk, plain, read_only_home
from tests.faults.verdict import Judge

_LEAVES = dict.fromkeys((Judge.WORDS, Judge.KEY, Judge.DATA, Judge.RECOVERY), "it leaves")
_NEVER_OPENS = dict.fromkeys((Judge.KEY, Judge.DATA, Judge.RECOVERY), "it does not open")
_STAYS = {Judge.RECOVERY: "no poll fails"}


def _has_frames(session: Session) -> None:
    assert "╭─ Instances" in session.text, "no frames are drawn"


def _pin(session: Session) -> None:
    session.type("w")


HOST = (
    Fault("SIGTERM", plain(), play=terminated, without=_LEAVES),
    Fault("SIGHUP", plain(), play=hung_up, without=_LEAVES),
    Fault("Ctrl-Z and fg", plain(), says="Stopped", play=suspended),
    Fault("resize to 20×5 and back, 200 times", plain(), says="too small", play=resized),
    Fault("disk full", full_disk, says="cannot be kept: No space left on device", silent=True, shows=_pin, without=_STAYS),
    Fault(
        "read-only HOME", read_only_home, says="cannot be kept: Read-only file system", silent=True, shows=_pin, without=_STAYS
    ),
    Fault(
        "locale that is not UTF-8",
        plain(LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"),
        says="live",
        silent=True,
        looks=_has_frames,
        without=_STAYS,
    ),
    Fault("TERM=dumb", plain(TERM="dumb"), says="TERM is empty or dumb", play=refused, without=_NEVER_OPENS),
    Fault("not a tty", plain(), says="needs a terminal", play=without_terminal, without=_NEVER_OPENS),
    Fault("state locked and corrupt", corrupt_state, says=r"watch\.json", silent=True, without=_STAYS),
)
