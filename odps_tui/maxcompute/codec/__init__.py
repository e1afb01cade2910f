"""What the service writes, read into the values of `odps_tui.models`; and what it wants to read.

Each module is loaded for the first of its names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from odps_tui.later import names_of

if TYPE_CHECKING:
    from odps_tui.maxcompute.codec.authorization import (
        WHOAMI_BODY,
        PendingQuery,
        decode_query_answer,
        decode_token,
        decode_whoami,
        read_token_body,
    )
    from odps_tui.maxcompute.codec.detail import decode_task_detail
    from odps_tui.maxcompute.codec.failure import read_failure
    from odps_tui.maxcompute.codec.job import decode_job
    from odps_tui.maxcompute.codec.plain_text import decode_text, decode_web_host
    from odps_tui.maxcompute.codec.progress import decode_task_progress
    from odps_tui.maxcompute.codec.projects import decode_project, decode_project_page
    from odps_tui.maxcompute.codec.quota import decode_task_quota
    from odps_tui.maxcompute.codec.result import decode_task_results
    from odps_tui.maxcompute.codec.summary import decode_summary_answer, decode_task_summary
    from odps_tui.maxcompute.codec.tasks import decode_task_statuses
    from odps_tui.maxcompute.codec.xflow import Action, decode_xflow_actions, decode_xflow_source

__all__ = [
    "WHOAMI_BODY",
    "Action",
    "PendingQuery",
    "decode_job",
    "decode_project",
    "decode_project_page",
    "decode_query_answer",
    "decode_summary_answer",
    "decode_task_detail",
    "decode_task_progress",
    "decode_task_quota",
    "decode_task_results",
    "decode_task_statuses",
    "decode_task_summary",
    "decode_text",
    "decode_token",
    "decode_web_host",
    "decode_whoami",
    "decode_xflow_actions",
    "decode_xflow_source",
    "read_failure",
    "read_token_body",
]

__getattr__ = names_of(
    __name__,
    {
        "authorization": [
            "PendingQuery",
            "WHOAMI_BODY",
            "decode_query_answer",
            "decode_token",
            "decode_whoami",
            "read_token_body",
        ],
        "detail": ["decode_task_detail"],
        "failure": ["read_failure"],
        "job": ["decode_job"],
        "plain_text": ["decode_text", "decode_web_host"],
        "progress": ["decode_task_progress"],
        "projects": ["decode_project", "decode_project_page"],
        "quota": ["decode_task_quota"],
        "result": ["decode_task_results"],
        "summary": ["decode_summary_answer", "decode_task_summary"],
        "tasks": ["decode_task_statuses"],
        "xflow": ["Action", "decode_xflow_actions", "decode_xflow_source"],
    },
)
