"""The line breaks, drips or falls silent in the middle."""

from tests.faults.fault import Fault
from tests.faults.stages.demo import chaos
from tests.faults.stages.line import half_open
from tests.faults.verdict import Judge

_GIVES_UP = 65.0
"""Seconds after which a request that gets nothing is over, whatever the service does."""
_NEVER_LOST = {Judge.RECOVERY: "no poll fails"}

MIDSTREAM = (
    Fault("reset before headers", chaos("reset"), says="cut the connection off"),
    Fault("reset in body", chaos("reset-in-body"), says="cut the (connection|answer) off"),
    Fault("drip, 5 bytes a second", chaos("drip"), says="did not answer within 60 s", patience=80, settles=_GIVES_UP),
    Fault("endless headers", chaos("endless-headers"), says="did not answer within 60 s", patience=80, settles=_GIVES_UP),
    Fault("half-open after sleep", half_open, says="waiting for an answer", patience=20, settles=45),
    Fault("stall", chaos("stall"), says="fell silent|did not answer within 60 s", patience=80, settles=_GIVES_UP),
    Fault("cut body, with a length", chaos("cut"), says="cut the answer off before its end"),
    Fault("cut body, without a length", chaos("cut-unsaid"), says="cut short"),
    Fault(
        "keep-alive closed by the service",
        chaos("closed"),
        silent=True,
        without={Judge.WORDS: "nothing fails", **_NEVER_LOST},
    ),
)
