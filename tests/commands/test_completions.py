from __future__ import annotations

import shutil
import subprocess

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
