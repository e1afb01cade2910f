"""Stages whose service has a name: the system's own resolver asks a name server of ours, in mounts of its own."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.machine import in_mounts_of_its_own
from tests.faults.stages.demo import demo_service
from tests.faults.stages.stage import Stage, furnished

_SLOW = 20.0
_NAME_ERROR, _ADDRESS = 3, 1


class NameServer:
    """Answers every name on a loopback address of its own: with 127.0.0.1 at once or late, or that there is none."""

    def __init__(self) -> None:
        self.host = f"127.53.{random.randrange(256)}.{random.randrange(1, 255)}"
        self.delay = 0.0
        self.fails = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.host, 53))
        threading.Thread(target=self._serve, name="name-server", daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                query, client = self._socket.recvfrom(512)
            except OSError:
                return
            threading.Thread(target=self._answer, args=(query, client, self.delay, self.fails), daemon=True).start()

    def _answer(self, query: bytes, client: tuple[str, int], delay: float, fails: bool) -> None:
        time.sleep(delay)
        end = query.index(b"\0", 12) + 5
        wants_address = query[end - 3] == _ADDRESS and not fails
        record = b"\xc0\x0c\0\x01\0\x01\0\0\0\0\0\x04\x7f\0\0\x01" if wants_address else b""
        flags = bytes([0x85, 0x80 | (_NAME_ERROR if fails else 0)])
        counts = b"\0\x01\0" + bytes([1 if record else 0]) + b"\0\0\0\0"
        try:
            self._socket.sendto(query[:2] + flags + counts + query[12:end] + record, client)
        except OSError:
            return


@contextmanager
def failing_names(directory: Path) -> Iterator[Stage]:
    """The name has no address any more."""
    with _named(directory) as (server, stage):
        stage.begin, stage.end = lambda: setattr(server, "fails", True), lambda: setattr(server, "fails", False)
        yield stage


@contextmanager
def slow_names(directory: Path) -> Iterator[Stage]:
    """The name server takes its time."""
    with _named(directory) as (server, stage):
        stage.begin, stage.end = lambda: setattr(server, "delay", _SLOW), lambda: setattr(server, "delay", 0.0)
        yield stage


@contextmanager
def _named(directory: Path) -> Iterator[tuple[NameServer, Stage]]:
    """Every connection is closed after its answer, so that each request asks for the name again."""
    hosts, resolver = directory / "hosts", directory / "resolv.conf"
    before = in_mounts_of_its_own(f"mount --bind {hosts} /etc/hosts", f"mount --bind {resolver} /etc/resolv.conf")
    server = NameServer()
    hosts.write_text("::1 ip6-localhost\n")
    resolver.write_text(f"nameserver {server.host}\noptions timeout:30 attempts:1\n")
    try:
        with demo_service("--fault", "closed") as demo:
            environ = {**demo.environ, "ODPS_ENDPOINT": f"http://localhost:{demo.port}/api"}
            yield server, Stage(furnished(directory), environ, before=before, secrets=(demo.secret,))
    finally:
        server.close()
