"""A real mail server on loopback (aiosmtpd): it takes letters, or refuses them, in the ways that servers do."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from queue import Queue
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.live_server import free_port

PATIENCE_SECONDS = 20
USER, PASSWORD = "khaosat", "mat ma/cua:may chu"


@dataclass
class MailServer:
    """A running server: the letters that came, and the next refusals of readers (one is used up by each letter)."""

    port: int
    letters: "Queue[EmailMessage]" = field(default_factory=Queue)
    refusals: list[str] = field(default_factory=list)
    signed_in_as: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The plain address, for `SMTP_URL`."""
        return f"smtp://127.0.0.1:{self.port}"

    def next_letter(self) -> EmailMessage:
        """The next letter that came; waits for it."""
        return self.letters.get(timeout=PATIENCE_SECONDS)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the reader, or refuse as told."""
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the letter."""
        assert isinstance(envelope.content, bytes)
        self.letters.put(BytesParser(EmailMessage, policy=default).parsebytes(envelope.content))
        return "250 OK"

    def authenticate(
        self, _server: Any, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        """Let the one user in."""
        assert isinstance(data, LoginPassword)
        if (data.login.decode(), data.password.decode()) != (USER, PASSWORD):
            return AuthResult(success=False, handled=False)
        self.signed_in_as.append(data.login.decode())
        return AuthResult(success=True)


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """Run a server until the block ends; `options` are aiosmtpd's."""
    server = MailServer(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop(no_assert=True)


@contextmanager
def guarded_mail_server(folder: Path, *, from_the_start: bool) -> Iterator[tuple[MailServer, Path]]:
    """A server that speaks TLS only, and only with its user; also the file of the authority to trust."""
    certificate, key = _certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = MailServer(free_port())
    options: dict[str, Any] = {"authenticator": server.authenticate, "auth_required": True}
    if from_the_start:
        options |= {"ssl_context": context, "auth_require_tls": False}
    else:
        options |= {"tls_context": context, "require_starttls": True}
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server, certificate
    finally:
        controller.stop(no_assert=True)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.dongnai.gov.vn")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "mail.pem", folder / "mail.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file
