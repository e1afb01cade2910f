"""`odps-tui demo-service`, as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.demo.wire_client import fetch

CODE = """
import argparse, sys
from odps_tui.commands import demo_service
parser = argparse.ArgumentParser()
demo_service.add_arguments(parser)
code = demo_service.run(parser.parse_args())
heavy = {"textual", "httpx", "pydantic", "rich"} & set(sys.modules)
sys.exit(f"imported {heavy}" if heavy else code)
"""


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def exports(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    lines = [process.stdout.readline().rstrip("\n") for _ in range(4)]
    assert all(line.startswith("export ") for line in lines), lines
    return dict(line.removeprefix("export ").split("=", 1) for line in lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal(number: signal.Signals) -> None:
    with started("--instances", "40", "--project", "my_project") as process:
        found = exports(process)
        assert list(found) == [
            "ODPS_ENDPOINT", "ODPS_PROJECT_NAME", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        ]  # fmt: skip
        assert found["ODPS_PROJECT_NAME"] == "my_project"
        assert fetch("GET", f"{found['ODPS_ENDPOINT']}/tenants").status == 401
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
        assert (process.returncode, out) == (0, "")
        assert "Ctrl-C ends it" in err
        assert "Traceback" not in err


def test_it_leaves_with_its_parent() -> None:
    with started("--exit-with-parent", "--instances", "0") as process:
        exports(process)
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert process.wait(timeout=10) == 0


def test_it_obeys_orders_from_its_input() -> None:
    with started("--exit-with-parent", "--instances", "0", "--fault", "-") as process:
        endpoint = exports(process)["ODPS_ENDPOINT"]
        assert process.stdin is not None
        assert process.stdout is not None
        for order, answer, status in [
            ("503", "# 503 begins\n", 503),
            ("-503", "# 503 is over\n", 401),
            ("50x", "# there is no fault '50x'; did you mean 504?\n", 401),
        ]:
            process.stdin.write(f"{order}\n")
            process.stdin.flush()
            assert process.stdout.readline().startswith(answer[:25])
            assert fetch("GET", f"{endpoint}/tenants").status == status
        process.stdin.close()
        process.stdin = None
        assert process.wait(timeout=10) == 0


def test_it_takes_a_signal_while_it_waits_for_its_parent() -> None:
    with started("--exit-with-parent", "--instances", "0") as process:
        exports(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_a_taken_port_is_one_sentence() -> None:
    with started("--instances", "0") as first:
        port = exports(first)["ODPS_ENDPOINT"].rpartition(":")[2].removesuffix("/api")
        with started("--port", port, "--instances", "0") as second:
            out, err = second.communicate(timeout=10)
    assert (second.returncode, out) == (2, "")
    assert err == f"odps-tui: cannot listen on 127.0.0.1:{port}: another program uses this port\n"


@pytest.mark.parametrize("arguments", [("--port", "70000"), ("--speed", "0"), ("--speed", "nan"), ("--instances", "-1")])
def test_a_wrong_flag_is_told(arguments: tuple[str, str]) -> None:
    with started(*arguments) as process:
        _, err = process.communicate(timeout=10)
    assert process.returncode == 2
    assert f"argument {arguments[0]}: '{arguments[1]}' is not" in err
