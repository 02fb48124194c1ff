"""What `SMTP_URL` says: which server, how it is kept private, and as whom we sign in. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SUBMISSION_PORT = 587
"""RFC 6409."""
SUBMISSIONS_PORT = 465
"""RFC 8314: TLS from the first byte."""


class Privacy(StrEnum):
    """How the way to the server is encrypted. `NONE` only ever to this machine."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """One mail server. `authority` is a file of certificates to trust instead of the system's."""

    host: str
    port: int
    privacy: Privacy
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    authority: str | None = None


def smtp_address(url: str) -> SmtpAddress:
    """Read an address such as smtps://user:password@mail.dongnai.gov.vn or smtp://127.0.0.1:25.

    smtps:// is TLS from the start; smtp:// demands STARTTLS, but for a server on this machine, where `?tls=starttls`
    asks for it. `?ca=FILE` names the certificates of an office's own authority. The address was checked by `config`.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        privacy = Privacy.TLS
    elif host in LOOPBACK and options.get("tls") != Privacy.STARTTLS:
        privacy = Privacy.NONE
    else:
        privacy = Privacy.STARTTLS
    return SmtpAddress(
        host=host,
        port=parts.port or (SUBMISSIONS_PORT if privacy is Privacy.TLS else SUBMISSION_PORT),
        privacy=privacy,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        authority=options.get("ca"),
    )
