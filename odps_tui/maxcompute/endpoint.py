"""The address of the service: what may be one, and what can be told from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from odps_tui.errors import SettingsError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
# Protocol §1.1; the networks' suffixes are stripped from what stands where the region does.
_REGIONAL_HOST = re.compile(r"service\.([a-z0-9-]+)\.[a-z]{4,10}\.[a-z]{6}(-inc)?\.com")
_NETWORKS = ("-vpc", "-internal", "-intranet")
# Hosts of the public service: only there do we know that the API lives under /api.
_SERVICE_DOMAINS = (".aliyun.com", ".aliyun-inc.com")


class InvalidEndpoint(SettingsError):
    """What was given as an endpoint cannot be one; the sentence says what is wrong and how it looks when right."""

    remedy = "An endpoint looks like https://service.cn-hangzhou.maxcompute.aliyun.com/api."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the API is. `path` is the part before `/projects`, `/api` as a rule; it is never signed (protocol §2.1)."""

    scheme: str
    host: str
    port: int | None
    path: str

    @classmethod
    def parse(cls, text: str) -> Endpoint:
        """Read an address as a person types it; one slash at its end does not count.

        Raises `InvalidEndpoint` for everything that cannot be the address of an API, and for one of the public service that
        lacks its `/api`.
        """
        parts = _split(text.strip())
        endpoint = cls(parts.scheme, _host(parts), _port(parts), parts.path.removesuffix("/"))
        if not endpoint.path and endpoint.is_public_service:
            raise InvalidEndpoint(f"The endpoint {endpoint} ends before its path", remedy=f"Add /api to its end: {endpoint}/api.")
        return endpoint

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self._bracketed_host}{port}{self.path}"

    @property
    def authority(self) -> str:
        """Host and port, the port always written: how messages name the service."""
        return f"{self._bracketed_host}:{self.port or _DEFAULT_PORTS[self.scheme]}"

    @property
    def is_loopback(self) -> bool:
        """True when the service runs on this machine; a proxy is never asked for it."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_public_service(self) -> bool:
        """True for the hosts of the public service."""
        return self.host.endswith(_SERVICE_DOMAINS)

    @property
    def is_on_the_internet(self) -> bool:
        """True for hosts of the public service outside a VPC: what goes there in clear can be read on the way."""
        name = self.host.partition(".maxcompute.")[0].partition(".odps.")[0]
        return self.host.endswith(".aliyun.com") and not name.endswith(_NETWORKS)

    @property
    def region(self) -> str | None:
        """The region that the host's name tells, such as `cn-hangzhou`; None when it tells none (protocol §1.1)."""
        match = _REGIONAL_HOST.fullmatch(self.host)
        if match is None:
            return None
        region = match[1]
        for network in _NETWORKS:
            region = region.removesuffix(network)
        return region if "-" in region else None

    @property
    def _bracketed_host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise InvalidEndpoint("The endpoint is no address") from None
    if parts.scheme not in _DEFAULT_PORTS or "//" not in text:
        raise InvalidEndpoint("The endpoint must begin with http:// or https://")
    if "@" in parts.netloc:
        raise InvalidEndpoint("The endpoint must not hold a user name or a password")
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise InvalidEndpoint("The endpoint must end with its path")
    if _PATH.fullmatch(parts.path.removesuffix("/")) is None or {".", ".."} & set(parts.path.split("/")):
        raise InvalidEndpoint("The endpoint's path holds characters that no path of the API has")
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if "[" in parts.netloc:
        return _ipv6_host(host)
    if len(host) > 253 or _HOST.fullmatch(host) is None:
        raise InvalidEndpoint("The endpoint names no host" if not host else "The endpoint's host is no host name")
    return host


def _ipv6_host(host: str) -> str:
    try:
        address = IPv6Address(host)
    except ValueError:
        raise InvalidEndpoint("The endpoint's host is no address") from None
    if address.scope_id is not None:
        raise InvalidEndpoint("The endpoint's host must not name an interface")
    return str(address)


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        raise InvalidEndpoint("The endpoint's port is no number from 1 to 65535") from None
    if port == 0:
        raise InvalidEndpoint("The endpoint's port is no number from 1 to 65535")
    return port
