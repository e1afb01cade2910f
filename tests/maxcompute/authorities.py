"""Certificates made for a test, and a service that speaks TLS with them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.maxcompute.loopback import RUNNING

_NOW = datetime.now(UTC)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _write(path: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> Path:
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@dataclass(frozen=True)
class Authority:
    """An authority of its own, in `directory`; `certificate` issues what a service or a client shows."""

    directory: Path
    key: ec.EllipticCurvePrivateKey
    root: x509.Certificate

    @classmethod
    def make(cls, directory: Path, *, by_the_book: bool = True) -> Authority:
        """One `by_the_book` says what its key is for; a company's own often does not."""
        directory.mkdir(exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        builder = x509.CertificateBuilder().subject_name(_name("test authority")).issuer_name(_name("test authority"))
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(_NOW - timedelta(days=9)).not_valid_after(_NOW + timedelta(days=9))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=by_the_book)
        if by_the_book:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
            builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        root = builder.sign(key, hashes.SHA256())
        (directory / "ca.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
        return cls(directory, key, root)

    @property
    def file(self) -> Path:
        return self.directory / "ca.pem"

    def certificate(self, name: str, *, host: str = "127.0.0.1", expired: bool = False) -> Path:
        """Return a file with a certificate for `host` and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        end = _NOW - timedelta(days=1) if expired else _NOW + timedelta(days=5)
        builder = x509.CertificateBuilder().subject_name(_name(name)).issuer_name(self.root.subject)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(_NOW - timedelta(days=7)).not_valid_after(end)
        alternative: x509.GeneralName = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
        builder = builder.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
        return _write(self.directory / f"{name}.pem", key, builder.sign(self.key, hashes.SHA256()))


@asynccontextmanager
async def tls_service(certificate: Path, *, wants_client_of: Path | None = None) -> AsyncIterator[str]:
    """Yield the endpoint of a service that says of every instance that it runs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if wants_client_of is not None:
        context.load_verify_locations(wants_client_of)
        context.verify_mode = ssl.CERT_REQUIRED

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(RUNNING) + RUNNING)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/api"
