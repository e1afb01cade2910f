"""Names and SQL that were written to do harm to whoever shows them; they are shown, as text."""

from tests.faults.bytes_written import stray
from tests.faults.fault import Fault
from tests.faults.session import Session
from tests.faults.stages.demo import chaos
from tests.faults.verdict import Judge

_STAYS = {Judge.RECOVERY: "no poll fails"}


def _text(name: str, fault: str, says: str) -> Fault:
    return Fault(name, chaos(fault), says=says, silent=True, looks=stray, without=_STAYS)


def _open_sql(session: Session) -> None:
    session.type("j")
    session.pass_time(0.5)
    session.type("]")


TEXT = (
    _text("ESC", "text-esc", "�\\[31mred"),
    _text("OSC 52, the clipboard", "text-osc52", r"�\]52;c;"),
    _text("OSC 2, the title", "text-osc2", r"�\]2;canary"),
    _text("C1", "text-c1", "�31mc-one"),
    _text("NUL, BS, DEL", "text-nul", "nul���nul"),
    _text("bidi", "text-bidi", "bidi�gnp"),
    _text("[/x]", "text-markup", r"\[/x\]\[bold"),
    _text("[@click]", "text-click", r"\[@click="),
    _text("lone surrogate", "text-surrogate", "half�and"),
    Fault(
        "5 MB of SQL on one line",
        chaos("long-sql"),
        says="SELECT a_column",
        silent=True,
        shows=_open_sql,
        looks=stray,
        without=_STAYS,
    ),
    _text("ZWJ emoji, wide characters", "text-wide", "作业"),
    _text("newline in a name", "text-newline", "line one"),
)
