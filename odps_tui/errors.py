"""Everything that can go wrong for a reason outside the program.

    OdpsTuiError
    ├── SettingsError            a flag, an environment variable or an address that cannot work
    │   └── NoCredentials        no whole identity where one was looked for
    ├── TransportError           no answer: refused, unreachable, cut off
    │   └── DeadlineExceeded     no whole answer in time
    ├── DecodeError              an answer that is not what the protocol promises
    ├── ServiceError             the service said no, with a code (protocol §8)
    │   ├── NoSuchObject
    │   │   └── NoSuchProject
    │   ├── NoPermission
    │   ├── CredentialsRefused   unknown key, wrong secret, nothing to sign with
    │   │   └── TokenExpired
    │   ├── ClockSkewed          our clock and the service's differ too much to sign
    │   ├── Throttled
    │   ├── InvalidStateSetting  a stop that came after the end
    │   ├── GatewayRefused       the address is not that of the API
    │   └── InternalServerError  and everything else of the 500s: may pass by itself
    ├── InstanceNotSuccessful    raised by `wait_for_success`
    │   ├── InstanceFailed
    │   └── InstanceCancelled
    └── WaitTimeout              the instance still runs; also a `TimeoutError`

`str(error)` is one sentence or two: the cause, the remedy where there is one, and the request id. It is safe to show and to
log: a sentence may quote names, paths and answers from outside, so it passes the gate (`odps_tui.safe_text`) when the error is
made.
"""

from __future__ import annotations

from datetime import timedelta

from odps_tui.safe_text import clean


class OdpsTuiError(Exception):
    """Base of the tree. `cause` says what happened; `remedy` what the operator can do, or is empty."""

    remedy = ""

    def __init__(self, cause: str, *, remedy: str | None = None) -> None:
        self.cause = clean(cause)
        super().__init__(self.cause)
        if remedy is not None:
            self.remedy = clean(remedy)

    def __str__(self) -> str:
        return f"{self.cause.rstrip('.')}. {self.remedy}".strip() if self.remedy else self.cause


class SettingsError(OdpsTuiError):
    """The program was told something that cannot work."""


class NoCredentials(SettingsError):
    """Where credentials were looked for there are none, only a part of some, or none that can be had now."""


class TransportError(OdpsTuiError):
    """The service did not answer. `sent` is False when the request certainly never reached it."""

    def __init__(self, cause: str, *, remedy: str | None = None, sent: bool = True) -> None:
        super().__init__(cause, remedy=remedy)
        self.sent = sent


class DeadlineExceeded(TransportError):
    """The whole answer did not arrive in time."""


class DecodeError(OdpsTuiError):
    """The answer cannot be read; a cut or foreign body must never look like an empty list."""


class ServiceError(OdpsTuiError):
    """The service answered with an error.

    `code` is the symbolic name (`NoSuchObject`), `number` the `ODPS-nnnnnnn` found in code or message, `status` the HTTP status,
    `retry_after` the seconds the service asks us to wait.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        number: str | None = None,
        request_id: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message or code or f"HTTP status {status}")
        self.code = code
        self.number = number
        self.request_id = request_id
        self.status = status
        self.retry_after = retry_after

    def __str__(self) -> str:
        request = f" [request {self.request_id}]" if self.request_id else ""
        return super().__str__() + request


class NoSuchObject(ServiceError):
    """The instance, or whatever was asked for, does not exist."""


class NoSuchProject(NoSuchObject):
    """The project does not exist, or not at this endpoint."""

    remedy = "Check the project's name and that the endpoint is of its region."


class NoPermission(ServiceError):
    """The identity lacks a right; the message names it."""

    remedy = "Ask the project's owner for the right that the message names."


class CredentialsRefused(ServiceError):
    """The service does not accept the access key, its signature or the token."""

    remedy = "`odps-tui auth status` says which key is used and where it comes from."


class TokenExpired(CredentialsRefused):
    """A temporary token has run out."""

    remedy = "Fetch a new token and start again."


class ClockSkewed(ServiceError):
    """The request's date is too far from the service's. `offset` is how far our clock is behind, where it can be told."""

    remedy = "Set this machine's clock (NTP)."

    offset: timedelta | None = None


class Throttled(ServiceError):
    """Too many requests; `retry_after` says how long to be quiet."""

    remedy = "The next request waits as long as the service asks."


class InvalidStateSetting(ServiceError):
    """The state cannot be set any more: the instance has already ended."""


class GatewayRefused(ServiceError):
    """Something answered that is not the API."""

    remedy = "Does the endpoint lack its /api at the end?"


class InternalServerError(ServiceError):
    """The service failed by itself; asking again may help."""


class InstanceNotSuccessful(OdpsTuiError):
    """An instance ended, but a task of it did not succeed."""

    def __init__(self, cause: str, *, instance_id: str, task_name: str, code: str | None = None) -> None:
        super().__init__(cause)
        self.instance_id = instance_id
        self.task_name = task_name
        self.code = code


class InstanceFailed(InstanceNotSuccessful):
    """A task failed. `code` is the ODPS number of its error text."""


class InstanceCancelled(InstanceNotSuccessful):
    """A task was cancelled, or ended in another word than Success or Failed."""


class WaitTimeout(OdpsTuiError, TimeoutError):
    """Waiting was limited in time and the instance had not ended."""
