from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.commands.program import Run

COMMANDS = {
    "ls", "top", "exists", "show", "tasks", "source", "cost", "progress", "result", "wait", "stop", "logview", "xflow", "log",
    "whoami", "projects", "auth", "config", "doctor", "demo-service", "completions",
}  # fmt: skip


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("odps-tui", "wa"), {"wait"}),
        (("odps-tui", "--proj"), {"--project"}),
        (("odps-tui", "ls", "--st"), {"--status"}),
        (("odps-tui", "ls", "--status", ""), {"running", "suspended", "terminated"}),
        (("odps-tui", "ls", "--status", "running", "-o", "j"), {"json", "jsonl"}),
        (("odps-tui", "--project", "p", "stop", "--if-"), {"--if-status", "--if-owner"}),
        (("odps-tui", "completions", ""), {"bash", "zsh", "fish", "--help", "-h"}),
        (("odps-tui", "demo-service", "--exit"), set()),
    ],
)
def test_bash(run: Run, typed: tuple[str, ...], offered: set[str]) -> None:
    script = run("completions", "bash").out
    script += f"COMP_WORDS=({' '.join(word or chr(34) * 2 for word in typed)}); COMP_CWORD={len(typed) - 1}\n"
    script += '_odps_tui; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-u", "-c", script], capture_output=True, text=True, check=True)
    assert (set(done.stdout.split()), done.stderr) == (offered, "")


def test_bash_offers_every_command(run: Run) -> None:
    script = run("completions", "bash").out + 'COMP_WORDS=(odps-tui ""); COMP_CWORD=1; _odps_tui; echo "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) >= COMMANDS


def test_zsh_takes_the_functions_of_bash(run: Run) -> None:
    script = run("completions", "zsh").out
    assert "bashcompinit" in script
    assert script.endswith(run("completions", "bash").out.partition("\n")[2])


def test_fish(run: Run) -> None:
    lines = run("completions", "fish").out.splitlines()
    offered = [line for line in lines if "not __fish_seen" in line and " -a " in line and " -l " not in line]
    assert {line.split(" -a ")[1].split()[0] for line in offered} == COMMANDS
    assert (
        "complete -c odps-tui -n '__fish_seen_subcommand_from ls' -l status -x -a 'running suspended terminated' -d 'only these'"
        in lines
    )
    for line in lines:
        assert line.replace("\\'", "").count("'") % 2 == 0


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish")
def test_fish_reads_it(run: Run) -> None:
    subprocess.run(["fish", "--no-execute"], input=run("completions", "fish").out, text=True, check=True)


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("odps-tui wa", {"wait"}),
        ("odps-tui --proj", {"--project"}),
        ("odps-tui ls --st", {"--status"}),
        ("odps-tui ls --status ", {"running", "suspended", "terminated"}),
        ("odps-tui ls -o j", {"json", "jsonl"}),
        ("odps-tui --project p stop --if-", {"--if-status", "--if-owner"}),
        ("odps-tui completions ", {"bash", "zsh", "fish"}),
    ],
)
def test_fish_completes(run: Run, tmp_path: Path, typed: str, offered: set[str]) -> None:
    script = tmp_path / "odps-tui.fish"
    script.write_text(run("completions", "fish").out)
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source {script}; complete -C '{typed}'"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )
    assert ({line.partition("\t")[0] for line in done.stdout.splitlines()}, done.stderr) == (offered, "")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh")
def test_zsh_completes(run: Run, tmp_path: Path) -> None:
    """In an interactive shell on a pseudo-terminal: zsh completes nowhere else."""
    script = tmp_path / "odps-tui.zsh"
    script.write_text(run("completions", "zsh").out)
    master, slave = pty.openpty()
    shell = subprocess.Popen(
        ["zsh", "-f", "-i"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": str(tmp_path)},
        start_new_session=True,
    )
    os.close(slave)
    with shell:
        try:
            os.write(master, f"autoload -U compinit && compinit -u -D; source {script}; echo lo''aded\n".encode())
            read_until(master, "loaded\r\n")
            for typed, completed in (
                ("odps-tui wa", "odps-tui wait "),
                ("odps-tui ls --sta", "odps-tui ls --status "),
                ("odps-tui ls --status r", "odps-tui ls --status running "),
                ("odps-tui --project p stop --if-o", "odps-tui --project p stop --if-owner "),
            ):
                os.write(master, f"{typed}\t".encode())
                read_until(master, completed)
                os.write(master, b"\x15")  # a new line
        finally:
            shell.kill()
            os.close(master)


def read_until(master: int, words: str) -> None:
    deadline, seen = time.monotonic() + 30, ""
    while words not in seen:
        assert time.monotonic() < deadline, f"{words!r} never came: {seen!r}"
        if select.select([master], [], [], 0.1)[0]:
            seen += os.read(master, 65_536).decode(errors="replace")
