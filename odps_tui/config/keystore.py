"""Access keys in the keyring of the system: one item for each profile, bound to the host of its endpoint.

Only keyrings of the system are used by themselves (`keyring` would pick others that ask on the terminal or store nothing). Every
call runs in a daemon thread with a limit, because the daemon behind it may never answer; what was stored is read back.
"""

from __future__ import annotations

import importlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from odps_tui.accounts import AccessKey
from odps_tui.config.aside import within
from odps_tui.errors import NoCredentials
from odps_tui.secret_str import SecretStr

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

LIMIT = 3.0
"""Seconds to wait for the keyring. A person who has to type a password first asks again afterwards."""

SERVICE = "odps-tui"
_OF_THE_SYSTEM = {f"keyring.backends.{name}" for name in ("SecretService", "kwallet", "libsecret", "macOS", "Windows")}
_OTHERWISE = (
    "Or go on without it: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET and use --auth env, "
    "paste the key for this session with --auth prompt, name another source (aliyun:NAME, odpscmd:PATH), "
    "or keep it in clear in a file that only you can read: odps-tui auth login --insecure-storage."
)
Answer = TypeVar("Answer")


class Trouble(Enum):
    """Why a keyring cannot be used; the value says it, and the second text what to do about it."""

    LOCKED = ("The keyring is locked", "Unlock it and try again.")
    NEW = ("The keyring was never set up, and cannot ask for its password here", "Set it up on the host's own desktop.")
    SILENT = (
        f"The keyring did not answer in {LIMIT:g} s; it may be locked and wait for its password",
        "Unlock it and try again.",
    )
    MISSING = ("There is no keyring here", "On a desktop one starts with the session.")
    DISABLED = ("The keyring is switched off (keyring's null backend): it would store nothing", "Remove that setting.")
    FOREIGN = (
        "The keyring found here is none of the system's, and may ask on the terminal",
        "To use it all the same, name it in config.toml: [keyring] backend.",
    )
    UNKNOWN = ("The keyring that was named cannot be loaded", "Check PYTHON_KEYRING_BACKEND and [keyring] backend.")
    FORGETFUL = ("The keyring did not give back what was stored", "Nothing was kept.")
    BROKEN = ("The keyring failed", "Try again.")


class KeystoreError(NoCredentials):
    """The keyring cannot be used. `trouble` says why; the remedy ends with what else can be done."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        cause, remedy = trouble.value
        super().__init__(f"{cause} ({detail})" if detail else cause, remedy=f"{remedy} {_OTHERWISE}")
        self.trouble = trouble


class OtherHost(NoCredentials):
    """The key was stored for another host: a changed endpoint asks again before it gets a signature."""


@dataclass(frozen=True, slots=True)
class Keystore:
    """The keyring. `backend` is a backend's full name, for one that is not of the system; `limit` is in seconds.

    Methods block for `limit` at most; a screen calls them through `odps_tui.config.aside.aside`.
    """

    backend: str | None = None
    limit: float = LIMIT

    def describe(self) -> str:
        """Return the keyring's name, such as `SecretService Keyring`. Raises KeystoreError. Reads nothing."""
        return self._asked(lambda ring: str(ring.name))

    def load(self, profile: str, host: str) -> AccessKey | None:
        """Return the key of a profile; None when there is none. Raises KeystoreError, and OtherHost for another's host."""
        item = self._asked(lambda ring: ring.get_password(SERVICE, profile))
        return None if item is None else _key_in(item, profile, host)

    def store(self, profile: str, host: str, key: AccessKey) -> str:
        """Keep a key, read it back and return the keyring's name. Raises KeystoreError.

        Temporary keys are refused: they end soon, and the items of some systems are too small for their tokens.
        """
        if key.security_token is not None:
            raise NoCredentials("A temporary key is not kept: it ends by itself")
        item = json.dumps({"access_key_id": key.access_id, "access_key_secret": key.secret.get_secret_value(), "host": host})

        def keep(ring: KeyringBackend) -> str:
            ring.set_password(SERVICE, profile, item)
            if ring.get_password(SERVICE, profile) != item:
                _forget(ring, profile)
                raise KeystoreError(Trouble.FORGETFUL, str(ring.name))
            return str(ring.name)

        return self._asked(keep)

    def remove(self, profile: str) -> bool:
        """Forget the key of a profile; False when there was none. Raises KeystoreError."""
        return self._asked(lambda ring: _forget(ring, profile))

    def _asked(self, question: Callable[[KeyringBackend], Answer]) -> Answer:
        def ask() -> Answer:
            try:
                return question(_ring(self.backend))
            except NoCredentials:
                raise
            except Exception as error:  # backends raise whatever their daemons and libraries do
                raise _trouble(error) from None

        try:
            return within(self.limit, ask)
        except TimeoutError:
            raise KeystoreError(Trouble.SILENT) from None


def _ring(named: str | None) -> KeyringBackend:
    logging.getLogger("keyring").setLevel(logging.CRITICAL)  # its warnings would be written across the screen
    core = importlib.import_module("keyring.core")
    try:
        ring: KeyringBackend = core.load_keyring(named) if named else core.get_keyring()
    except Exception as error:  # a name that leads nowhere raises what importing it does
        raise KeystoreError(Trouble.UNKNOWN, type(error).__name__) from None
    return ring if named else _of_the_system(ring)


def _of_the_system(ring: KeyringBackend) -> KeyringBackend:
    """Return it, or the one of the system among those it asks in turn."""
    module = type(ring).__module__
    if module in _OF_THE_SYSTEM:
        return ring
    if module == "keyring.backends.chainer":
        every: list[KeyringBackend] = importlib.import_module("keyring.backend").get_all_keyring()
        ours = [one for one in every if type(one).__module__ in _OF_THE_SYSTEM]
        if ours:
            return max(ours, key=lambda one: float(one.priority))
    if module == "keyring.backends.null":
        raise KeystoreError(Trouble.DISABLED)
    if module == "keyring.backends.fail":
        raise KeystoreError(Trouble.MISSING)
    raise KeystoreError(Trouble.FOREIGN, f"{module}.{type(ring).__qualname__}")


def _forget(ring: KeyringBackend, profile: str) -> bool:
    if ring.get_password(SERVICE, profile) is None:
        return False
    ring.delete_password(SERVICE, profile)
    return True


def _trouble(error: Exception) -> KeystoreError:
    """Tell what an error of a backend means, by its name: its words may hold anything."""
    name = type(error).__name__
    if name in {"KeyringLocked", "LockedException", "PromptDismissedException"}:
        return KeystoreError(Trouble.LOCKED)
    if name in {"NoKeyringError", "SecretServiceNotAvailableException"}:
        return KeystoreError(Trouble.MISSING)
    return KeystoreError(Trouble.NEW) if name == "InitError" else KeystoreError(Trouble.BROKEN, name)


def _key_in(item: str, profile: str, host: str) -> AccessKey:
    try:
        document = json.loads(item)
        key, secret, bound = (str(document[name]) for name in ("access_key_id", "access_key_secret", "host"))
    except (ValueError, KeyError, TypeError):
        raise NoCredentials(
            f"What the keyring holds for profile {profile} is no key of ours",
            remedy=f"Run `odps-tui auth login --profile {profile}`.",
        ) from None
    require_host(bound, host, profile)
    return AccessKey(key, SecretStr(secret))


def require_host(bound: str, host: str, profile: str) -> None:
    """Raise OtherHost unless a key was stored for this host."""
    if bound != host:
        raise OtherHost(
            f"The key of profile {profile} was stored for {bound}, not for {host or 'no endpoint'}",
            remedy=f"If the endpoint was changed on purpose, run `odps-tui auth login --profile {profile}`.",
        )
