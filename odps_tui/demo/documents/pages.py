"""The small web pages that logview links open: the facts of one instance, escaped, without a script."""

from __future__ import annotations

from html import escape

from odps_tui.demo.documents.markup import http_date
from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.tasks import Task, stage_status

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = "body{font:15px/1.5 sans-serif;margin:3em auto;max-width:52em}td,th{text-align:left;padding:.1em 1.5em .1em 0}"


def instance_page(title: str, instance: Instance, tasks: tuple[Task, ...], now: float) -> str:
    """The page of an instance."""
    facts = [
        ("Instance", instance.id),
        ("Owner", instance.owner.name),
        ("Status", instance.status(now)),
        ("Start", http_date(instance.start)),
        ("End", http_date(instance.ends_at) if instance.is_terminated(now) else ""),
        ("Priority", str(instance.priority)),
        ("Quota", instance.quota.name),
        ("Job name", instance.job_name),
    ]
    rows = "".join(f"<tr><th>{name}</th><td><bdi>{escape(value)}</bdi></td></tr>" for name, value in facts)
    return _page(title, f"<table>{rows}</table>{''.join(_task(instance, task, now) for task in tasks)}")


def refusal_page(title: str, reason: str) -> str:
    """The page for whoever may not see the instance, or for one that does not exist."""
    return _page(title, f"<p>{escape(reason)}</p>")


def _task(instance: Instance, task: Task, now: float) -> str:
    at = task.at(instance, now)
    rows = "".join(
        f"<tr><td>{escape(stage.id)}</td><td>{stage_status(instance, task, stage, now)}</td>"
        f"<td>{stage.ended_count(at)} / {stage.workers}</td></tr>"
        for stage in task.stages
    )
    heading = f"<h2><bdi>{escape(task.name)}</bdi> {escape(task.type)} {task.status(instance, now)}</h2>"
    return heading + (f"<table><tr><th>Stage</th><th>Status</th><th>Workers</th></tr>{rows}</table>" if rows else "")


def _page(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"</head><body><h1>{escape(title)}</h1><p>odps-tui demo service. Nothing here is real.</p>{body}</body></html>\n"
    )
