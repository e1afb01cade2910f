"""The values of a profile's `auth`: from where its identity comes."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from odps_tui.errors import SettingsError

AUTHS = {
    "env": "the environment: ODPS_STS_*, ODPS_BEARER_*, ALIBABA_CLOUD_*",
    "keyring": "the system keyring, filled by `odps-tui auth login`",
    "aliyun": "~/.aliyun/config.json; aliyun:NAME for another profile than its current one",
    "odpscmd": "odps_config.ini; odpscmd:PATH says where it lies",
    "ini": "~/.alibabacloud/credentials; ini:SECTION for another section than default",
    "command": "the program in credential_command",
    "prompt": "asked for each time, kept in memory only",
    "file": "credentials.toml beside config.toml, in clear, only its owner may read it",
    "chain": "the whole provider chain of alibabacloud-credentials, this host's ECS role at its end",
    "ecs": "the role of this ECS host; ecs:ROLE names it",
    "oidc": "a role taken with an OIDC token (ALIBABA_CLOUD_ROLE_ARN …)",
    "uri": "the address in ALIBABA_CLOUD_CREDENTIALS_URI; uri:URL names it",
}
"""What can be written, and what it means."""

_WITH_ARGUMENT = {"aliyun", "odpscmd", "ini", "ecs", "uri"}


@dataclass(frozen=True, slots=True)
class Auth:
    """A kind of source and what follows its colon: `aliyun:prod` is ("aliyun", "prod")."""

    kind: str
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.argument}" if self.argument else self.kind


def parse_auth(text: str) -> Auth:
    """Read the value of `auth`. Raises SettingsError with the nearest one there is, and without what was written."""
    kind, _, argument = text.strip().partition(":")
    if kind not in AUTHS:
        near = difflib.get_close_matches(kind.lower(), AUTHS, 1)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(AUTHS)}."
        raise SettingsError("auth names no source of credentials", remedy=hint)
    if argument and kind not in _WITH_ARGUMENT:
        raise SettingsError(f"auth = {kind} takes nothing after it")
    return Auth(kind, argument)
