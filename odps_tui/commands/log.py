"""`odps-tui log ID WORKER`: the log of one worker. Without WORKER, the workers there are."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask

if TYPE_CHECKING:
    from odps_tui.maxcompute.client import MaxComputeClient
    from odps_tui.models import Worker

# Of protocol §4.8; here as words, so that --help needs no client.
TYPES = ("stdout", "stderr", "waterfall_summary", "jstack", "pstack", "hs_err_log", "coreinfo")
_SHOWN = ("worker", "task_name", "status", "start_time", "end_time", "input_records", "output_records")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instance(parser)
    parser.add_argument("worker", metavar="WORKER", nargs="?", help="its id, the end of it (M1#0_0), or its log_id")
    parser.add_argument("--type", choices=TYPES, default=TYPES[0], help="which log (default: stdout)")
    parser.add_argument("--size", type=flags.count, default=0, metavar="BYTES", help="at most so much (default: everything)")
    flags.add_task(parser)
    flags.add_output(parser, *flags.ROW_FORMATS)


def run(arguments: argparse.Namespace) -> int:
    """Write the log as it is, or the workers as rows."""
    from odps_tui.commands.output import write_text

    if arguments.worker is None:
        return _write_workers(arguments)
    write_text(ask(arguments, lambda client: _log(client, arguments)))
    return 0


def _write_workers(arguments: argparse.Namespace) -> int:
    from odps_tui.commands import output
    from odps_tui.commands.facts import WORKER_KEYS, worker_facts

    workers = ask(arguments, lambda client: _workers(client, arguments))
    with output.rows(arguments.output, ("worker", "task_name", *WORKER_KEYS), _SHOWN) as rows:
        for task, worker in workers:
            rows.write({"worker": _short(worker.id), "task_name": task, **worker_facts(worker)})
    return 0


async def _log(client: MaxComputeClient, arguments: argparse.Namespace) -> str:
    workers = [worker for _, worker in await _workers(client, arguments)]
    log_id = _log_id(workers, arguments.worker, arguments.instance)
    return await client.get_worker_log(arguments.instance, log_id, arguments.type, arguments.size)


async def _workers(client: MaxComputeClient, arguments: argparse.Namespace) -> list[tuple[str, Worker]]:
    from odps_tui.commands.choosing_tasks import chosen

    names = chosen(await client.get_task_names(arguments.instance), arguments.task)
    return [(name, worker) for name in names for worker in await client.get_task_workers(arguments.instance, name)]


def _log_id(workers: list[Worker], wanted: str, instance_id: str) -> str:
    """Return the log id of the worker that is meant. Raises when none is, or several are."""
    from odps_tui.errors import NoSuchObject, SettingsError

    found = {worker.log_id for worker in workers if wanted in {worker.id, _short(worker.id), worker.log_id} and worker.log_id}
    if not found:
        error = NoSuchObject(f"The instance has no worker {wanted!r} with a log")
        error.remedy = f"`odps-tui log {instance_id}` lists those there are."
        raise error
    if len(found) > 1:
        raise SettingsError(f"{len(found)} tasks have a worker {wanted!r}", remedy="Say which with --task.")
    return found.pop()


def _short(worker_id: str) -> str:
    return worker_id.rpartition("/")[2]
