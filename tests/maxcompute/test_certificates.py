"""Whom we trust and who we say we are, against services with real certificates."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.errors import SettingsError, TransportError
from odps_tui.maxcompute import MaxComputeClient
from odps_tui.maxcompute.certificates import Certificates
from odps_tui.secret_str import SecretStr
from tests.maxcompute.authorities import Authority, tls_service


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.make(tmp_path / "authority")


async def status(endpoint: str, certificates: Certificates | None) -> str:
    """What the service says of an instance."""
    tls = certificates.context() if certificates is not None else None
    async with MaxComputeClient(endpoint, "p", AccessKey("id", SecretStr("secret")), tls=tls) as client:
        return (await client.get_instance("20260101000000000gabc")).status


async def test_an_authority_of_our_own_is_trusted_when_it_is_named(authority: Authority) -> None:
    async with tls_service(authority.certificate("service")) as endpoint:
        assert await status(endpoint, Certificates(authority.file)) == "Running"
        with pytest.raises(TransportError, match="certificate that is not trusted"):
            await status(endpoint, None)


async def test_what_has_expired_is_not_trusted(authority: Authority) -> None:
    async with tls_service(authority.certificate("service", expired=True)) as endpoint:
        with pytest.raises(TransportError, match="has expired"):
            await status(endpoint, Certificates(authority.file))


async def test_another_host_is_not_trusted(authority: Authority) -> None:
    async with tls_service(authority.certificate("service", host="odps.example")) as endpoint:
        with pytest.raises(TransportError, match=r"certificate that is not trusted.*127\.0\.0\.1"):
            await status(endpoint, Certificates(authority.file))


async def test_who_wants_a_certificate_of_us_gets_it(authority: Authority, tmp_path: Path) -> None:
    ours = Authority.make(tmp_path / "ours")
    certificate = ours.certificate("us", host="us.example")
    async with tls_service(authority.certificate("service"), wants_client_of=ours.file) as endpoint:
        assert await status(endpoint, Certificates(authority.file, certificate)) == "Running"
        assert await status(endpoint, Certificates(authority.file, certificate, certificate)) == "Running"
        with pytest.raises(TransportError):
            await status(endpoint, Certificates(authority.file))


async def test_an_authority_that_is_not_by_the_book(tmp_path: Path) -> None:
    lax = Authority.make(tmp_path / "lax", by_the_book=False)
    async with tls_service(lax.certificate("service")) as endpoint:
        assert await status(endpoint, Certificates(lax.file, strict=False)) == "Running"
        if sys.version_info >= (3, 13):
            with pytest.raises(TransportError, match="not trusted"):
                await status(endpoint, Certificates(lax.file))


def test_to_be_lax_takes_away_one_check_and_no_other() -> None:
    context = Certificates(strict=False).context()
    assert not context.verify_flags & ssl.VERIFY_X509_STRICT
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize(
    ("content", "words"), [(None, "ca.pem cannot be read: No such file"), ("no certificate", "ca.pem cannot be read")]
)
def test_authorities_that_cannot_be_read(tmp_path: Path, content: str | None, words: str) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    with pytest.raises(SettingsError, match=words):
        Certificates(tmp_path / "ca.pem").context()


def test_a_client_certificate_that_cannot_be_used(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        Certificates(client_cert=tmp_path / "us.pem").context()
    with pytest.raises(SettingsError, match=r"ca\.pem cannot be used.*without a password"):
        Certificates(client_cert=authority.file).context()
