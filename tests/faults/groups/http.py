"""A service, a gateway or a proxy that says no."""

from tests.faults.fault import Fault
from tests.faults.stages.demo import chaos

HTTP = (
    Fault("429, Retry-After 1 s", chaos("429"), says="Request quota exceeded"),
    Fault(
        "429, Retry-After 3600 s",
        chaos("429-long"),
        says="Request quota exceeded",
        asks_again=True,
    ),
    Fault("429, unreadable Retry-After", chaos("429-bad"), says="Request quota exceeded"),
    Fault("500", chaos("500"), says="System error"),
    Fault("502, a page of HTML", chaos("502"), says="502 Bad Gateway"),
    Fault("503", chaos("503"), says="503 Service Temporarily Unavailable"),
    Fault("504", chaos("504"), says="504 Gateway Time-out"),
    Fault("307 to a foreign host", chaos("redirect"), says="sends us on to elsewhere.example"),
    Fault("401", chaos("401"), says="Invalid signature"),
    Fault("403", chaos("403"), says="Access Denied"),
    Fault("404 of a vanished instance", chaos("vanish"), says="ODPS-0420061: Invalid parameter", silent=True),
)
