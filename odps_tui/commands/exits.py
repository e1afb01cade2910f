"""Exit statuses: what a script can rely on."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from odps_tui.errors import (
    ClockSkewed,
    CredentialsRefused,
    GatewayRefused,
    InstanceCancelled,
    InstanceFailed,
    InvalidStateSetting,
    NoCredentials,
    NoPermission,
    NoSuchObject,
    NoSuchProject,
    OdpsTuiError,
    ServiceError,
    SettingsError,
    WaitTimeout,
)


class Exit(IntEnum):
    """The program's exit statuses."""

    OK = 0
    FAILED = 1
    USAGE = 2
    CANCELLED = 3
    REFUSED = 4
    STILL_RUNNING = 5
    NOT_FOUND = 6
    UNREACHABLE = 7
    END_NOT_SEEN = 8
    GUARDED = 9
    ENDED_BEFORE = 10
    INTERRUPTED = 130


MEANINGS = {
    Exit.OK: "ok; everything waited for has succeeded",
    Exit.FAILED: "a task failed",
    Exit.USAGE: "usage or configuration: flags, settings, endpoint, project, clock",
    Exit.CANCELLED: "cancelled",
    Exit.REFUSED: "no credentials, or credentials or permission refused",
    Exit.STILL_RUNNING: "timed out, or asked too early: still running",
    Exit.NOT_FOUND: "no such instance, task or worker",
    Exit.UNREACHABLE: "the service cannot be reached, or we gave up on it",
    Exit.END_NOT_SEEN: "stop asked for, end not seen in time",
    Exit.GUARDED: "refused by a guard; nothing was sent",
    Exit.ENDED_BEFORE: "had already ended; nothing was stopped",
    Exit.INTERRUPTED: "interrupted; the instances go on",
}


class Guarded(OdpsTuiError):
    """A guard did not let an act through: nothing was sent."""


# The first class that fits. A project that is not there is a setting, not an instance that was not found: `exists` must not
# answer no for a name that was misspelt.
_BY_ERROR: tuple[tuple[type[OdpsTuiError], Exit], ...] = (
    (Guarded, Exit.GUARDED),
    (NoSuchProject, Exit.USAGE),
    (NoSuchObject, Exit.NOT_FOUND),
    (CredentialsRefused, Exit.REFUSED),
    (NoPermission, Exit.REFUSED),
    (NoCredentials, Exit.REFUSED),
    (SettingsError, Exit.USAGE),
    (GatewayRefused, Exit.USAGE),
    (ClockSkewed, Exit.USAGE),
    (InvalidStateSetting, Exit.ENDED_BEFORE),
    (InstanceFailed, Exit.FAILED),
    (InstanceCancelled, Exit.CANCELLED),
    (WaitTimeout, Exit.STILL_RUNNING),
)

_BY_ENDING = {"Success": Exit.OK, "Cancelled": Exit.CANCELLED}

# What a script must not overlook comes first.
_WORST_FIRST = (
    Exit.REFUSED,
    Exit.NOT_FOUND,
    Exit.FAILED,
    Exit.CANCELLED,
    Exit.USAGE,
    Exit.GUARDED,
    Exit.UNREACHABLE,
    Exit.END_NOT_SEEN,
    Exit.STILL_RUNNING,
    Exit.ENDED_BEFORE,
    Exit.OK,
)


def exit_of(error: OdpsTuiError) -> Exit:
    """Return the exit status of an error. A 400 says that the question makes no sense, so asking again will not help."""
    if type(error) is ServiceError and error.status == 400:
        return Exit.USAGE
    return next((status for kind, status in _BY_ERROR if isinstance(error, kind)), Exit.UNREACHABLE)


def exit_of_ending(word: str | None) -> Exit:
    """Return the exit status of an outcome or a task's status, for one that has ended. A word we do not know is no success."""
    return _BY_ENDING.get(word or "", Exit.FAILED)


def worst(statuses: Iterable[Exit]) -> Exit:
    """Return the one status of several instances; OK for none."""
    return min(statuses, key=_WORST_FIRST.index, default=Exit.OK)
