"""Stages with TLS in front of the service, whose certificate goes bad."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.faults.stages.demo import demo_service
from tests.faults.stages.relay import relay
from tests.faults.stages.stage import Stage, furnished
from tests.maxcompute.authorities import Authority


def certificate(kind: str) -> Callable[[Path], AbstractContextManager[Stage]]:
    """A stage whose certificate becomes `untrusted`, `expired`, or that of another host (`elsewhere`)."""

    @contextmanager
    def stage(directory: Path) -> Iterator[Stage]:
        ours = Authority.make(directory / "ours")
        good = _context(ours.certificate("good"))
        bad = _context(_bad(kind, ours, directory))
        with demo_service() as demo, relay(demo.port, tls=good) as line:
            yield Stage(
                furnished(directory),
                {**demo.environ, "ODPS_ENDPOINT": f"https://127.0.0.1:{line.port}/api", "SSL_CERT_FILE": str(ours.file)},
                begin=lambda: line.open(bad),
                end=lambda: line.open(good),
                secrets=(demo.secret,),
            )

    return stage


def _bad(kind: str, ours: Authority, directory: Path) -> Path:
    if kind == "untrusted":
        return Authority.make(directory / "others").certificate("untrusted")
    if kind == "expired":
        return ours.certificate("expired", expired=True)
    return ours.certificate("elsewhere", host="elsewhere.example")


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
