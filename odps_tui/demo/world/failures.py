"""The ways a job fails, in the service's own numbers and words (Protocol §4.4, §8.4)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """One way to fail. `text` may use `{project}` and `{table}`; `at_compile` ones end before any stage starts."""

    text: str
    at_compile: bool


TABLE_NOT_FOUND = Failure("ODPS-0130131:[3,6] Table not found - table {project}.{table} cannot be resolved", at_compile=True)
PARSE_EXCEPTION = Failure("ODPS-0130161:[1,1] Parse exception - invalid token 'SLEECT'", at_compile=True)
SEMANTIC = Failure(
    "ODPS-0130071:[4,12] Semantic analysis exception - column amt cannot be resolved in {project}.{table}", at_compile=True
)
DDL_TASK = Failure(
    "ODPS-0110061: Failed to run ddltask - AlreadyExistsException(message:Partition already exists, "
    'existed values: ["20251123"])',
    at_compile=True,
)
UDF_EXCEPTION = Failure(
    "ODPS-0123131:User defined function exception - Traceback:\njava.lang.NullPointerException: channel is null\n"
    "\tat com.example.udf.NormalizeChannel.evaluate(NormalizeChannel.java:41)\n"
    "\tat com.example.udf.NormalizeChannel.evaluate(NormalizeChannel.java:27)",
    at_compile=False,
)
OUT_OF_MEMORY = Failure(
    "ODPS-0123144: Fuxi job failed - kInstanceMonitorTimeout CRASH_EXIT, usually caused by bad udf performance. "
    "The worker of {project}.{table} was restarted 4 times",
    at_compile=False,
)
HOSTILE = Failure(
    "ODPS-0123131:User defined function exception - \x9b2J\x9b1;1H\x9d0;owned\x9c\x9d52;c;cm0gLXJmIC8=\x9c"
    "[/y][@click=app.quit()]x[/] \u202egnp.exe\u2069 \u200b数据表🔥[link=https://example.com]here[/link]\n"
    "\tat <b>{project}</b>.{table} ]]> &amp;\x07",
    at_compile=False,
)

CANCELLED_TEXT = "ODPS-0123144: Fuxi job failed - Job is cancelled by user"
"""What the result of a stopped task says."""

AT_COMPILE = (TABLE_NOT_FOUND, PARSE_EXCEPTION, SEMANTIC)
AT_RUN = (UDF_EXCEPTION, UDF_EXCEPTION, OUT_OF_MEMORY)
