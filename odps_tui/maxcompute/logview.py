"""Links to an instance's page in a browser (protocol §7.1–7.3): Job Insight, which holds no secret, and legacy Logview."""

from __future__ import annotations

from urllib.parse import quote

from odps_tui import models
from odps_tui.errors import SettingsError
from odps_tui.maxcompute.codec.plain_text import is_web_address
from odps_tui.maxcompute.endpoint import Endpoint
from odps_tui.secret_str import SecretStr

# What the public service answers; taken when it does not.
DEFAULT_LOGVIEW_HOST = "https://logview.aliyun.com"
DEFAULT_WEBCONSOLE_HOST = "https://maxcompute.console.aliyun.com"


class NoLink(SettingsError):
    """No link of the kind that was asked for can be made."""


def web_host(text: str) -> str:
    """Return the address of a web site as configured, without the slash at its end. Raises `SettingsError`."""
    host = text.strip().rstrip("/")
    if not is_web_address(host):
        raise SettingsError("The Logview host must be an http:// or https:// address without anything after its path")
    return host


def job_insight_address(host: str, region: str, endpoint: Endpoint, project: str, instance_id: str) -> models.LogviewAddress:
    """Return the link without a token: who opens it signs in."""
    url = f"{host}/{_encoded(region)}/job-insights?{_query(endpoint, project, instance_id)}"
    return models.LogviewAddress(url=url, masked=url, carries_token=False)


def legacy_address(host: str, endpoint: Endpoint, project: str, instance_id: str, token: SecretStr) -> models.LogviewAddress:
    """Return the link with a token. Anyone who has it can read the instance until the token runs out."""
    url = f"{host}/logview/?{_query(endpoint, project, instance_id)}&token="
    return models.LogviewAddress(url=url + _encoded(token.get_secret_value(), safe="="), masked=f"{url}…", carries_token=True)


def _query(endpoint: Endpoint, project: str, instance_id: str) -> str:
    # The SDKs encode nothing here; of an ordinary address the colon and the slash stay as they write them.
    return f"h={_encoded(str(endpoint), safe=':/[]')}&p={_encoded(project)}&i={_encoded(instance_id)}"


def _encoded(text: str, safe: str = "") -> str:
    return quote(text, safe=safe)
