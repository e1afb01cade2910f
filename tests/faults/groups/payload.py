"""Answers that are not what they seem, or far more than anybody asked for."""

from tests.faults.fault import Fault
from tests.faults.session import Session
from tests.faults.stages.demo import chaos
from tests.faults.verdict import Judge


def _reach_back(session: Session) -> None:
    """What is known already stays known; what comes in now comes without them, and stands at the end."""
    for keys in (":", "window 2h", "\r"):
        session.type(keys)
        session.pass_time(0.5)
    session.pass_time(2.0)
    session.type("G")


def _back_to_the_top(session: Session) -> None:
    """How all of those ended is asked first: then it polls as often as before."""
    session.type("g")
    session.pass_time(1.0)
    session.watch(lambda: session.is_live, "a live list", 30.0)


_NOTHING_FAILS = {Judge.RECOVERY: "no poll fails"}

PAYLOAD = (
    Fault("not HTTP", chaos("garbage"), says="we do not understand each other|cut the answer off"),
    Fault("bad chunk", chaos("bad-chunk"), says="cut the answer off|do not understand"),
    Fault("bad gzip", chaos("bad-gzip"), says="damaged|cut short"),
    Fault("gzip bomb, 300 MB", chaos("gzip-bomb"), says="larger than", settles=15),
    Fault("body of 200 MB", chaos("huge-body"), says="larger than", settles=15),
    Fault("header of 200 kB", chaos("huge-header"), says="do not understand|cut the answer off"),
    Fault("wrong charset", chaos("charset"), says="not in the character set that it names"),
    Fault("200 and nothing", chaos("empty"), says="empty"),
    Fault("JSON for XML", chaos("json"), says="not XML|JSON"),
    Fault("XML with a DTD", chaos("dtd"), says="DOCTYPE"),
    Fault("entity bomb", chaos("entity-bomb"), says="DOCTYPE"),
    Fault(
        "missing fields",
        chaos("fields-missing"),
        says=r"Owner \?.* Started \?",
        silent=True,
        shows=_reach_back,
        looks=_back_to_the_top,
        without=_NOTHING_FAILS,
    ),
    Fault("unknown status", chaos("unknown-status"), says="Hibernating", silent=True, without=_NOTHING_FAILS),
    Fault("20 000 rows", chaos("many-rows"), says=r"2\d[ ,]?\d{3} instances", patience=60, silent=True, without=_NOTHING_FAILS),
)
