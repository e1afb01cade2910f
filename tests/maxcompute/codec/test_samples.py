"""Every sample of the wire is read, and what was read is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from odps_tui.errors import (
    ClockSkewed,
    CredentialsRefused,
    DecodeError,
    GatewayRefused,
    InternalServerError,
    InvalidStateSetting,
    NoPermission,
    NoSuchObject,
    NoSuchProject,
    ServiceError,
    Throttled,
    TokenExpired,
)
from odps_tui.maxcompute.codec import authorization, plain_text
from odps_tui.maxcompute.codec.detail import decode_task_detail
from odps_tui.maxcompute.codec.documents import parse_object
from odps_tui.maxcompute.codec.failure import read_failure
from odps_tui.maxcompute.codec.instances import STOP_BODY, decode_instance, decode_instance_page
from odps_tui.maxcompute.codec.job import decode_job
from odps_tui.maxcompute.codec.progress import decode_task_progress
from odps_tui.maxcompute.codec.projects import decode_project, decode_project_page
from odps_tui.maxcompute.codec.queueing import decode_queueing_info, decode_queueing_page
from odps_tui.maxcompute.codec.quota import decode_task_quota
from odps_tui.maxcompute.codec.result import decode_task_results
from odps_tui.maxcompute.codec.service_error import decode_error
from odps_tui.maxcompute.codec.summary import decode_summary_answer, decode_task_summary
from odps_tui.maxcompute.codec.tasks import decode_task_statuses
from odps_tui.maxcompute.codec.xflow import Action, decode_xflow_actions, decode_xflow_source
from odps_tui.maxcompute.codec.xml import parse
from odps_tui.models import (
    Identity,
    Instance,
    InstancePage,
    Project,
    Resources,
    StageProgress,
    SubStatus,
    Task,
    TaskCost,
    TaskFailure,
)
from tests.maxcompute.wire_samples import ENTRIES, FOLDER, read, sample

ADA = "ALIYUN$ada@example.com"
ROBOT = "RAM$ada@example.com:etl-bot"
CSV = '"region","n"\n"eu, west",1204\n"ap ""south""",\\N\n'

Check = Callable[[str], None]
CHECKS: dict[str, Check] = {}


def checks(*names: str) -> Callable[[Check], Check]:
    """Mark a function as the check of these samples."""

    def mark(check: Check) -> Check:
        CHECKS.update(dict.fromkeys(names, check))
        return check

    return mark


def at(hour: int, minute: int, second: int, day: int = 14) -> datetime:
    return datetime(2025, 3, day, hour, minute, second, tzinfo=UTC)


@checks("instances-page1.xml")
def check_first_page(name: str) -> None:
    page = decode_instance_page(sample(name))

    assert page.marker == "MjAyNTAzMTQwMTIxNDU4ODBnejV5NHczcTIq"
    assert page.instances == (
        Instance("20250314005959001gxf1ow2a3", ROBOT, "Terminated", at(0, 59, 59), at(1, 4, 11)),
        Instance("20250314011730006gq9r8s7t6", ADA, "Terminated", at(1, 17, 30), at(1, 18, 2)),
        Instance("20250314012145880gz5y4w3q2", ADA, "Terminated", at(1, 21, 45), at(1, 21, 47)),
    )


@checks("instances-page2.xml")
def check_last_page(name: str) -> None:
    page = decode_instance_page(sample(name))

    assert page.marker is None
    assert [(row.status, row.end_time) for row in page.instances[1:]] == [("Running", None), ("Suspended", None)]


@checks("instances-empty.xml")
def check_empty_list(name: str) -> None:
    assert decode_instance_page(sample(name)) == InstancePage((), None)


@checks("instance-running.xml", "instance-blocking-running.xml")
def check_running(name: str) -> None:
    assert decode_instance(sample(name), "i") == Instance("i", ADA, "Running", at(2, 8, 15), None)


@checks("instance-suspended.xml")
def check_suspended(name: str) -> None:
    assert decode_instance(sample(name), "i") == Instance("i", ROBOT, "Suspended", at(2, 9, 1), None)


@checks("instance-terminated.xml", "instance-terminated-failed.xml", "instance-terminated-cancelled.xml")
def check_terminated(name: str) -> None:
    instance = decode_instance(sample(name), "i")

    assert instance.is_terminated
    assert instance.owner == ADA
    assert instance.start_time is not None
    assert instance.end_time is not None
    assert instance.end_time > instance.start_time


def only_task(name: str) -> Task:
    (task,) = decode_task_statuses(sample(name)).values()
    return task


@checks(
    "taskstatus-running.xml",
    "taskstatus-success.xml",
    "taskstatus-failed.xml",
    "taskstatus-cancelled.xml",
    "taskstatus-suspended.xml",
    "taskstatus-waiting.xml",
)
def check_one_task(name: str) -> None:
    task = only_task(name)

    assert (task.name, task.type, task.histories) == ("AnonymousSQLTask", "SQL", ())
    assert task.status.lower() == name.removeprefix("taskstatus-").removesuffix(".xml")
    assert (task.start_time is None) is (task.status == "Waiting")
    assert (task.end_time is None) is (task.status in {"Waiting", "Running", "Suspended"})


@checks("taskstatus-xflow.xml")
def check_xflow_task(name: str) -> None:
    assert only_task(name) == Task("xflow_train", "AlgoTask", "Success", at(0, 59, 59), at(1, 4, 11))


@checks("taskstatus-compact-2024.xml")
def check_captured_task(name: str) -> None:
    start = datetime(2024, 5, 11, 2, 8, 18, tzinfo=UTC)
    assert only_task(name) == Task("AnonymousSQLTask", "SQL", "Success", start, start + timedelta(seconds=11))


@checks("taskstatus-multi.xml")
def check_tasks_in_order(name: str) -> None:
    tasks = decode_task_statuses(sample(name))

    assert [(task, tasks[task].status) for task in tasks] == [
        ("load_orders", "Success"),
        ("build_report", "Running"),
        ("export_report", "Waiting"),
    ]
    assert tasks["load_orders"].histories == (Task("load_orders", "SQL", "Failed", at(0, 30, 0), at(0, 30, 41)),)
    assert tasks["export_report"].start_time is None


@checks("source-sql.xml")
def check_source(name: str) -> None:
    job = decode_job(sample(name))

    assert (job.name, job.comment, job.owner, job.priority) == ("AnonymousSQLTask_job", None, ADA, 9)
    assert job.creation_time == at(1, 30, 2)
    (task,) = job.tasks
    assert (task.name, task.type) == ("AnonymousSQLTask", "SQL")
    assert task.query is not None
    assert task.query.splitlines()[2] == "WHERE  ds = '20250313' AND amount < 10 AND note <> 'a&b'"
    assert task.settings == {"odps.sql.mapper.split.size": "256", "odps.sql.allow.fullscan": "true"}
    assert task.properties["uuid"] == "0fd5ca4e-6f1b-4d8e-9d5a-3f0a7d3b1c22"


@checks("source-multi.xml")
def check_source_of_three(name: str) -> None:
    job = decode_job(sample(name))

    assert (job.name, job.priority) == (None, 3)
    assert [task.name for task in job.tasks] == ["load_orders", "build_report", "export_report"]
    assert job.tasks[2].query == "SELECT * FROM rpt;"
    assert job.tasks[2].settings == {}


@checks("create-request.xml")
def check_submitted_job(name: str) -> None:
    """What PyODPS submits holds the job document that `?source` returns; it is read the same way."""
    body = read(name)
    inner = body[body.index(b"<Job>") : body.index(b"</Job>") + len(b"</Job>")]
    job = decode_job(replace(sample("source-sql.xml"), body=inner))

    assert job.priority == 5
    assert job.tasks[0].query == """SELECT 1 < 2 AND 'a&b' = "c";"""
    assert job.tasks[0].settings["odps.sql.mapper.split.size"] == "16"


@checks("result-csv.xml", "result-csv-base64.xml", "result-descriptor.xml")
def check_rows(name: str) -> None:
    result = decode_task_results(sample(name))["AnonymousSQLTask"]

    assert (result.type, result.status, result.format, result.text) == ("SQL", "Success", "csv", CSV)
    if name == "result-csv.xml":
        assert result.descriptor is None
        return
    assert result.descriptor is not None
    assert result.descriptor.is_select
    assert result.descriptor.select_status == ("TRUNCATED" if name == "result-descriptor.xml" else "FULL")
    assert result.descriptor.columns == (("region", "string"), ("n", "bigint"))


@checks("result-text-base64.xml")
def check_text(name: str) -> None:
    result = decode_task_results(sample(name))["AnonymousSQLTask"]
    assert (result.format, result.text) == ("text", "|  Column  |  Type  |\n| region | string |\n")


@checks("result-empty.xml")
def check_empty_result(name: str) -> None:
    result = decode_task_results(sample(name))["AnonymousSQLTask"]
    assert (result.status, result.text) == ("Success", "")


@checks("result-running.xml")
def check_no_result_yet(name: str) -> None:
    assert decode_task_results(sample(name)) == {}


@checks("create-sync.xml")
def check_sync_result(name: str) -> None:
    assert decode_task_results(sample(name))["AnonymousSQLTask"].text == "OK"


@checks("result-failed.xml", "result-failed-xml.xml", "result-cancelled.xml")
def check_failure(name: str) -> None:
    result = decode_task_results(sample(name))["AnonymousSQLTask"]
    status, failure = {
        "result-failed.xml": (
            "Failed",
            TaskFailure("ODPS-0130131:[1,15] Table not found - table demo_project.ordrs cannot be resolved", "ODPS-0130131"),
        ),
        "result-failed-xml.xml": (
            "Failed",
            TaskFailure("ODPS-0130161:[1,1] Parse exception - invalid token 'SLEECT'", "ODPS-0130161"),
        ),
        "result-cancelled.xml": (
            "Cancelled",
            TaskFailure("ODPS-0123144: Fuxi job failed - Job is cancelled by user", "ODPS-0123144"),
        ),
    }[name]

    assert (result.status, read_failure(result.text)) == (status, failure)


@checks("progress-running.xml")
def check_progress(name: str) -> None:
    progress = decode_task_progress(sample(name))

    assert progress.stages[1] == StageProgress("R2_1_job_0", "Running", 8, 3, 5, 2, 3607668, 1120, 37)
    assert (progress.done_workers, progress.total_workers) == (15, 24)
    assert progress.get_stage_progress_formatted_string(datetime(2026, 11, 22, 16, 0, 19, tzinfo=UTC)) == (
        "2026-11-22 16:00:19 M1_job_0:0/12/12[100%]\tR2_1_job_0:5/3/8(+2 backups)[37%]\tJ3_1_2_job_0:0/0/4[0%]\t"
    )


@checks("progress-finished.xml")
def check_finished_progress(name: str) -> None:
    stages = decode_task_progress(sample(name)).stages
    assert [(stage.name, stage.percentage, stage.running_workers) for stage in stages] == [
        ("M1_job_0", 100, 0),
        ("R2_1_job_0", 100, 0),
    ]


@checks("progress-empty.xml")
def check_no_progress(name: str) -> None:
    assert decode_task_progress(sample(name)).stages == ()


@checks("progress-sparse.xml")
def check_sparse_progress(name: str) -> None:
    first, second = decode_task_progress(sample(name)).stages

    assert (first.name, first.backup_workers, first.finished_percentage, first.percentage) == ("M1_job_0", None, None, 100)
    assert second == StageProgress("R2_1_job_0")


@checks("summary.json", "summary-odpscmd.json")
def check_summary(name: str) -> None:
    summary = decode_task_summary(sample(name))

    assert summary is not None
    assert summary.finalized is (True if name == "summary.json" else None)
    assert summary.cost == TaskCost(18800, 204800, 96512330)
    assert summary.document["Stages"]["M1_job_0"]["WorkerCount"] == 12
    assert summary.text.startswith("resource cost: cpu 3.13 Core * Min, memory 3.33 GB * Min\ninputs:\n\tdemo_project")


@checks("summary-empty.json")
def check_no_summary(name: str) -> None:
    answer = decode_summary_answer(sample(name))
    assert (answer.summary, answer.may_follow) == (None, True)


@checks("detail-v1.json")
def check_detail(name: str) -> None:
    detail = decode_task_detail(sample(name))

    assert [(stage.name, stage.status, len(stage.workers)) for stage in detail.stages] == [
        ("M1_job_0", "Terminated", 2),
        ("R2_1_job_0", "Running", 1),
    ]
    worker = detail.stages[0].workers[0]
    assert worker.id.endswith("/M1#0_0")
    assert worker.log_id is not None
    assert worker.log_id.startswith("d01UQXVPVGN1")
    assert (worker.start_time, worker.elapsed) == (at(1, 30, 4), timedelta(seconds=36))
    assert (worker.input_records, worker.input_bytes, worker.output_bytes) == (400852, 8042694, 2510033)
    assert detail.stages[1].workers[0].end_time is None
    assert set(detail.document["Instance"]) == {"JsonSummary", "Stages", "Summary"}


@checks("detail-v2.json")
def check_other_detail(name: str) -> None:
    detail = decode_task_detail(sample(name))

    assert [(stage.name, stage.status, len(stage.workers)) for stage in detail.stages] == [
        ("M1", "Terminated", 2),
        ("R2_1", "Running", 1),
    ]
    assert (detail.stages[0].start_time, detail.stages[0].end_time) == (at(1, 30, 4), at(1, 30, 45))
    assert detail.stages[1].end_time is None
    assert detail.stages[0].workers[1].output_records == 400852
    assert detail.stages[1].workers[0].input_records is None


@checks("detail-empty.txt")
def check_empty_detail(name: str) -> None:
    detail = decode_task_detail(sample(name))
    assert (detail.stages, dict(detail.document), detail.text) == ((), {}, "")


@checks("quota.json")
def check_quota(name: str) -> None:
    quota = decode_task_quota(sample(name))

    assert quota is not None
    assert (quota.group, quota.group_id) == ("default", "1234")
    assert (quota.used, quota.requested) == (Resources(500, 10240), Resources(800, 16384))
    assert quota.runtime == quota.maximum == Resources(100000, 409600)
    assert quota.document["AmWaitingResInfo"][0][1]["SlotDesc"] == "R2_1_job_0"


@checks("quota-empty.json")
def check_no_quota(name: str) -> None:
    assert decode_task_quota(sample(name)) is None


@checks("queueing.json")
def check_queueing(name: str) -> None:
    info = decode_queueing_info(sample(name))

    assert info is not None
    assert (info.instance_id, info.project, info.job_name) == (
        "20250314020815123ga1b2c3d4",
        "demo_project",
        "AnonymousSQLTask_job",
    )
    assert (info.task_type, info.task_name, info.owner, info.node_id) == ("SQL", "AnonymousSQLTask", ADA, None)
    assert (info.status, info.priority, info.progress, info.start_time) == ("Running", 9, 0.37, at(2, 8, 15))
    assert (info.cpu_usage, info.memory_usage, info.total_cpu_usage, info.total_memory_usage) == (500, 10240, 11350, 232000)
    assert (info.wait_pos, info.queue_length) == (0, 12)
    assert info.sub_status == SubStatus("SQLTask is running", 1030, at(2, 8, 17))
    assert [status.code for status in info.sub_status_history] == [1010, 1020, 1030]


@checks("queueing-empty.json")
def check_left_the_queue(name: str) -> None:
    assert decode_queueing_info(sample(name)) is None


@checks("cachedinstances.xml")
def check_queue(name: str) -> None:
    page = decode_queueing_page(sample(name))

    assert page.marker is None
    assert [(info.status, info.progress, info.wait_pos, info.job_name) for info in page.infos] == [
        ("Running", 0.37, 0, "AnonymousSQLTask_job"),
        ("Suspended", 0.0, 4, None),
    ]


@checks("cachedinstances-empty.xml")
def check_empty_queue(name: str) -> None:
    assert decode_queueing_page(sample(name)).infos == ()


@checks("xresult.xml")
def check_actions(name: str) -> None:
    assert decode_xflow_actions(sample(name)) == (
        Action("start", "Local", None),
        Action("split", "Instance", "20250314010003250gs1u2b3c4"),
        Action("train", "SubWorkflow", "20250314010004777gs5u6b7c8"),
    )


@checks("xresult-nested.xml")
def check_nested_actions(name: str) -> None:
    assert decode_xflow_actions(sample(name)) == (Action("train_iteration_1", "Instance", "20250314010009100gn1e2s3t4"),)


@checks("xsource.xml")
def check_xflow_source(name: str) -> None:
    source = decode_xflow_source(sample(name))

    assert (source.project, source.xflow, source.priority) == ("algo_public", "LogisticRegression", 1)
    assert source.parameters == {
        "inputTableName": "demo_project.train_set",
        "modelName": "demo_project/offlinemodels/lr_v1",
    }


@checks("log-stdout.txt")
def check_log(name: str) -> None:
    assert plain_text.decode_text(sample(name)).splitlines()[1] == "2025-03-14 01:30:41 [INFO] 400852 rows"


@checks("info-warnings.json", "info-put-response.json")
def check_info(name: str) -> None:
    assert plain_text.decode_text(sample(name)) == read(name).decode()


@checks("logview-host.txt", "webconsole-host.txt")
def check_host(name: str) -> None:
    assert (
        plain_text.decode_web_host(sample(name))
        == {
            "logview-host.txt": "https://logview.aliyun.com",
            "webconsole-host.txt": "https://maxcompute.console.aliyun.com",
        }[name]
    )


@checks("authorization-token.xml")
def check_token(name: str) -> None:
    token = authorization.decode_token(sample(name))
    assert token.get_secret_value().startswith("YzNsdWRHaGxkR2xqTFhOcFoyNWhkSFZ5WlE9PSxPRFBTX09CTzox")
    assert "YzNs" not in repr(token)


@checks("whoami.xml")
def check_identity(name: str) -> None:
    assert authorization.decode_whoami(sample(name)) == Identity(ADA, "1234567890123456")


@checks("projects-page1.xml", "projects-page2.xml")
def check_projects(name: str) -> None:
    page = decode_project_page(sample(name))
    (project,) = page.projects
    expected = {
        "projects-page1.xml": ("demo_project", "AVAILABLE", "ZGVtb19wcm9qZWN0Kg=="),
        "projects-page2.xml": ("risk_dev", "FROZEN", None),
    }[name]

    assert (project.name, project.state, page.marker) == expected
    assert project.owner == ADA


@checks("project.xml")
def check_project(name: str) -> None:
    assert decode_project(sample(name)) == Project("demo_project", ADA, "demo", "AVAILABLE", "cn-hangzhou")


@checks("tenants.json")
def check_tenant(name: str) -> None:
    """The client never asks for it; it is read as any document is."""
    assert parse_object(read(name))["Tenant"]["TenantState"] == "NORMAL"


@checks("stop-response.txt", "create-async.txt", "error-401-empty.txt", "error-404-empty.txt")
def check_empty_body(name: str) -> None:
    response = sample(name)

    assert response.body == b""
    if not response.is_success:
        assert type(decode_error(response)) is {401: CredentialsRefused, 404: NoSuchObject}[response.status]


@checks("stop-request.xml")
def check_stop_body(name: str) -> None:
    assert read(name) == STOP_BODY
    assert len(STOP_BODY) == 92


@checks("whoami-request.xml")
def check_whoami_body(name: str) -> None:
    assert read(name) == authorization.WHOAMI_BODY


@checks("authorization-token-request.json")
def check_token_body(name: str) -> None:
    assert read(name) == authorization.read_token_body("demo_project", "20250314020815123ga1b2c3d4", 720)


@checks("info-put-request.xml")
def check_info_body(name: str) -> None:
    """The client never sends it; the layout of its own bodies is this one."""
    root = parse(read(name), "Instance")
    assert (root.findtext("Key"), root.findtext("Value")) == ("cancel", '<x>&"1"</x>')
    assert read(name).startswith(STOP_BODY.splitlines(keepends=True)[0])


BODY_ID, GATEWAY_ID = "67D38F0F3C2C8B2A5E4DEE01", "67D38F0F3C2C8B2A5E4DEE03"
ERRORS: dict[str, tuple[type[ServiceError], str | None, str | None, str | None]] = {
    "error-nosuchobject.xml": (NoSuchObject, "NoSuchObject", "ODPS-0420061", BODY_ID),
    "error-nosuchproject.xml": (NoSuchProject, "NoSuchObject", "ODPS-0420111", BODY_ID),
    "error-nopermission.xml": (NoPermission, "NoPermission", "ODPS-0420095", BODY_ID),
    "error-invalidstatesetting.xml": (InvalidStateSetting, "InvalidStateSetting", None, BODY_ID),
    "error-accesskey.xml": (CredentialsRefused, "InvalidParameter", "ODPS-0410051", BODY_ID),
    "error-signature.xml": (CredentialsRefused, "SignatureNotMatch", "ODPS-0410042", BODY_ID),
    "error-invalidauthorization.xml": (
        CredentialsRefused,
        "InvalidAuthorization",
        "ODPS-0410042",
        "5C72047D38FEF58A549C872A",
    ),
    "error-authrequired.xml": (CredentialsRefused, "AuthorizationRequired", "ODPS-0410031", BODY_ID),
    "error-clockskew.xml": (ClockSkewed, "RequestTimeTooSkewd", "ODPS-0410031", BODY_ID),
    "error-tokenexpired.xml": (TokenExpired, "AuthenticationRequestExpired", "ODPS-0410031", BODY_ID),
    "error-flowexceeded.xml": (Throttled, "FlowExceeded", "ODPS-0420031", BODY_ID),
    "error-internal.xml": (InternalServerError, "InternalServerError", "ODPS-0010000", BODY_ID),
    "error-v4-needed.xml": (InternalServerError, "InternalServerError", "ODPS-0010000", BODY_ID),
    "error-parameter.xml": (ServiceError, "InvalidParameter", "ODPS-0420061", BODY_ID),
    "error-composite.xml": (ServiceError, "ODPS-0420411: Invalid argument -", "ODPS-0420411", BODY_ID),
    "error-parseerror.xml": (ServiceError, "ParseError", "ODPS-0130161", "5583C0893F7EC2D353"),
    "error.json": (NoSuchObject, "NoSuchObject", "ODPS-0420061", "67D38F0F3C2C8B2A5E4DEE02"),
    "error-gateway.json": (GatewayRefused, "OLSInvalidMethod", None, GATEWAY_ID),
}


@checks(*ERRORS)
def check_error(name: str) -> None:
    error = decode_error(sample(name))
    kind, code, number, request_id = ERRORS[name]

    assert type(error) is kind
    assert (error.code, error.number, error.request_id) == (code, number, request_id)
    assert error.status == ENTRIES[name]["status"]
    assert f"[request {request_id}]" in str(error)


@checks("error-502.html")
def check_foreign_error(name: str) -> None:
    error = decode_error(sample(name))

    assert type(error) is InternalServerError
    assert "502 Bad Gateway" in str(error)
    assert "\r" not in str(error)
    assert error.request_id == ENTRIES[name]["headers"].get("x-odps-request-id")


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_sample(name: str) -> None:
    CHECKS[name](name)


def test_no_sample_is_left_out() -> None:
    files = {path.name for path in FOLDER.iterdir()} - {"manifest.json", "signature-vectors.json"}

    assert files == set(CHECKS)
    assert set(ENTRIES) <= files


XML_DECODERS: dict[str, Callable[[Any], object]] = {
    "instances-page1.xml": decode_instance_page,
    "cachedinstances.xml": decode_queueing_page,
    "taskstatus-multi.xml": decode_task_statuses,
    "source-sql.xml": decode_job,
    "result-csv.xml": decode_task_results,
    "progress-running.xml": decode_task_progress,
    "xresult.xml": decode_xflow_actions,
    "projects-page1.xml": decode_project_page,
    "whoami.xml": authorization.decode_whoami,
}


@pytest.mark.parametrize("name", sorted(XML_DECODERS))
def test_every_cut_of_a_document_is_an_error_and_never_an_empty_answer(name: str) -> None:
    whole = sample(name)
    body = whole.body.rstrip()
    for length in range(len(body)):
        with pytest.raises(DecodeError, match=r"cut short|is empty"):
            XML_DECODERS[name](replace(whole, body=body[:length]))


@pytest.mark.parametrize("name", sorted(XML_DECODERS))
@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "is empty"),
        (b" \r\n", "is empty"),
        (b"<html><body>Sign in</body></html>", "an HTML page"),
        (b"<!DOCTYPE html><html></html>", "an HTML page"),
        (b'{"Error": {}}', "is JSON"),
        (b"[]", "is JSON"),
        (b"OK", "is text"),
        (b"<Other/>", "is <Other> where"),
        (b"<Error><Code>x</Code></Error>", "is <Error> where"),
        (b"<a><b></a>", "where <|not well-formed"),
        ("<Instances><!-- 作业 --></Instances>".encode("gb18030"), "or not in the character set that it names"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", "not well-formed"),
    ],
)
def test_something_else_is_named_for_what_it_is(name: str, body: bytes, what: str) -> None:
    with pytest.raises(DecodeError, match=what):
        XML_DECODERS[name](replace(sample(name), body=body))
