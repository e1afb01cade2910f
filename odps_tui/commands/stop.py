"""`odps-tui stop ID…`: ask the service to end instances; one careful request for each, never repeated."""

from __future__ import annotations

import argparse
import contextlib
from typing import TYPE_CHECKING

from odps_tui.commands import arguments as flags
from odps_tui.commands.connection import ask, settings_of
from odps_tui.commands.exits import Guarded, worst
from odps_tui.commands.reattaching import saying_how_to_return

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odps_tui.commands.acting import Record
    from odps_tui.commands.stop_report import Report
    from odps_tui.maxcompute.client import MaxComputeClient
    from odps_tui.models import Instance

_INTERVAL = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    flags.add_instances(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask; without a terminal nothing is stopped otherwise")
    parser.add_argument("--if-status", choices=("running", "suspended"), help="only if it is so right before the request")
    parser.add_argument("--if-owner", metavar="OWNER", help="only if it is OWNER's right before the request")
    parser.add_argument("--wait", type=flags.duration, metavar="TIME", help="wait so long for the end (default: only ask for it)")
    parser.add_argument("--dry-run", action="store_true", help="show the request, and send nothing but reads")
    flags.add_output(parser, *flags.ROW_FORMATS)


def run(arguments: argparse.Namespace) -> int:
    """Stop; return what became of it. With several instances, all questions come before the first request."""
    from odps_tui.commands.acting import Record, refuse_if_read_only

    arguments.instances = list(dict.fromkeys(arguments.instances))
    if arguments.dry_run:
        return ask(arguments, lambda client: _show_requests(client, arguments))
    refuse_if_read_only(settings_of(arguments))
    untouched: list[Report] = []
    owners: Mapping[str, str | None] = dict.fromkeys(arguments.instances)
    if not arguments.yes:
        untouched, owners = _confirmed(arguments)
    with saying_how_to_return(arguments, "wait", *owners):
        record = Record(settings_of(arguments))
        reports = ask(arguments, lambda client: _stop(client, owners, record, arguments)) if owners else []
    return _write([*untouched, *reports], arguments)


def _confirmed(arguments: argparse.Namespace) -> tuple[list[Report], dict[str, str | None]]:
    """Return reports of those that are left alone, and the owner of each that may be stopped. Raises `Guarded`."""
    from odps_tui.commands.confirming import can_ask, is_confirmed
    from odps_tui.commands.stop_report import declined, ended_before

    if not can_ask():
        raise Guarded("Nothing was stopped: there is no terminal to ask on", remedy="Say --yes to stop without a question.")
    project, instances, reports = ask(arguments, lambda client: _read(client, arguments.instances))
    owners = {}
    for instance in instances:
        if instance.is_terminated:
            reports.append(ended_before(instance))
        elif is_confirmed(instance, project):
            owners[instance.id] = instance.owner
        else:
            reports.append(declined(instance))
    return reports, owners


async def _read(client: MaxComputeClient, instance_ids: Sequence[str]) -> tuple[str, list[Instance], list[Report]]:
    from odps_tui.commands.stop_report import failed
    from odps_tui.errors import OdpsTuiError

    instances: list[Instance] = []
    reports: list[Report] = []
    for instance_id in instance_ids:
        try:
            instances.append(await client.get_instance(instance_id))
        except OdpsTuiError as error:
            reports.append(failed(instance_id, error))
    return client.project, instances, reports


async def _stop(
    client: MaxComputeClient, owners: Mapping[str, str | None], record: Record, arguments: argparse.Namespace
) -> list[Report]:
    from odps_tui.commands.guarding import Guard, GuardedStops
    from odps_tui.commands.stop_report import answered
    from odps_tui.monitor.stopping import stop_instance

    service = GuardedStops(client, Guard(arguments.if_status, arguments.if_owner))
    reports = []
    for instance_id, owner in owners.items():
        answer = await stop_instance(service, instance_id, confirmed_owner=owner)
        record.stop(instance_id, owner or (answer.instance.owner if answer.instance is not None else None), answer)
        reports.append(answered(instance_id, answer))
    return reports if arguments.wait is None else await _await_ends(client, reports, arguments.wait)


async def _await_ends(client: MaxComputeClient, reports: list[Report], seconds: float) -> list[Report]:
    from odps_tui.commands.outages import Outages
    from odps_tui.commands.output import tell
    from odps_tui.commands.stop_report import ended, not_seen
    from odps_tui.commands.waiting import Waiting
    from odps_tui.errors import OdpsTuiError, WaitTimeout

    asked = {report.id: report for report in reports if report.may_end}
    done = {}
    waiting = Waiting(client, Outages(seconds), interval=min(_INTERVAL, seconds), timeout=seconds)
    try:
        async for end in waiting.ends(list(asked)):
            done[end.id] = ended(asked[end.id], end)
    except WaitTimeout:
        pass  # each report says it of its own instance
    except OdpsTuiError as error:
        tell(str(error))
    return [done.get(report.id, not_seen(report)) if report.may_end else report for report in reports]


async def _show_requests(client: MaxComputeClient, arguments: argparse.Namespace) -> int:
    """Write the request of each instance that the guards let through now."""
    from odps_tui.commands import output
    from odps_tui.commands.stop_request import REQUEST_KEYS, request_facts, request_text

    _, instances, reports = await _read(client, arguments.instances)
    reports += [report for instance in instances if (report := _obstacle(instance, arguments)) is not None]
    stopped = {report.id for report in reports}
    requests = [request_facts(client.endpoint, client.project, one.id) for one in instances if one.id not in stopped]
    _tell(reports)
    if arguments.output == "table":
        output.write_text("\n".join(map(request_text, requests)))
    else:
        with output.rows(arguments.output, REQUEST_KEYS) as rows:
            for request in requests:
                rows.write(request)
    return worst(report.exit for report in reports)


def _obstacle(instance: Instance, arguments: argparse.Namespace) -> Report | None:
    from odps_tui.commands.guarding import Guard
    from odps_tui.commands.stop_report import ended_before, failed

    if instance.is_terminated:
        return ended_before(instance)
    try:
        Guard(arguments.if_status, arguments.if_owner).check(instance)
    except Guarded as error:
        return failed(instance.id, error, instance)
    return None


def _write(reports: Sequence[Report], arguments: argparse.Namespace) -> int:
    from odps_tui.commands import output
    from odps_tui.commands.stop_report import REPORT_KEYS

    _tell(reports)
    # What was done was done, whether or not somebody reads it.
    with contextlib.suppress(BrokenPipeError), output.rows(arguments.output, REPORT_KEYS, REPORT_KEYS[:-1]) as rows:
        for report in reports:
            rows.write(report.facts)
    return worst(report.exit for report in reports)


def _tell(reports: Sequence[Report]) -> None:
    """Say to people what became of each."""
    from odps_tui.commands.output import tell

    for report in reports:
        tell(report.sentence)
