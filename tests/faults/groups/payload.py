"""Answers that are not what they seem, or far more than anybody asked for."""

from tests.faults.fault import Fault
from tests.faults.stages.demo import chaos
from tests.faults.verdict import Judge

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
    Fault("missing fields", chaos("fields-missing"), silent=True, without={Judge.WORDS: "shown as ?", **_NOTHING_FAILS}),
    Fault("unknown status", chaos("unknown-status"), says="Hibernating", silent=True, without=_NOTHING_FAILS),
    Fault("20 000 rows", chaos("many-rows"), says=r"2\d[ ,]?\d{3} instances", patience=60, silent=True, without=_NOTHING_FAILS),
)
