"""Sending letters: over SMTP where `SMTP_URL` says how, else not at all, and whoever asks is told so beforehand."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Protocol

from flask import Flask

from config import Settings
from survey_app.mail.smtp_address import Privacy, SmtpAddress, smtp_address

if TYPE_CHECKING:
    from smtplib import SMTP
    from ssl import SSLContext

MAILER_KEY = "than_thien_mailer"
PATIENCE_SECONDS = 15
PERMANENT = 500
"""From this reply code on the same letter will be refused again (RFC 5321, 4.2.1)."""


class MailNotSent(Exception):
    """The server did not take the letter. `is_permanent`: it never will; else another try may do."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        self.reason, self.is_permanent = reason, is_permanent
        super().__init__(reason)


class Mailer(Protocol):
    """Whatever can take a letter to its reader."""

    @property
    def delivers(self) -> bool:
        """Whether letters go out at all: a page that would promise one asks first."""
        ...

    def send(self, message: EmailMessage) -> None:
        """Hand the letter to the server; it answers for it from then on. Raises `MailNotSent`."""
        ...


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """One connection a letter: an office sends hundreds a week, not millions. `name` is what we call ourselves."""

    address: SmtpAddress
    name: str

    @property
    def delivers(self) -> bool:
        """Letters go out."""
        return True

    def send(self, message: EmailMessage) -> None:
        """Hand the letter to the server. Raises `MailNotSent`."""
        from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

        try:
            with self._connection() as smtp:
                smtp.send_message(message)
        except SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise MailNotSent(type(error).__name__, is_permanent=min(codes) >= PERMANENT) from error
        except SMTPResponseException as error:
            words = f"{type(error).__name__} {error.smtp_code}"
            raise MailNotSent(words, is_permanent=error.smtp_code >= PERMANENT) from error
        except (OSError, SMTPException) as error:
            raise MailNotSent(type(error).__name__, is_permanent=False) from error

    def _connection(self) -> "SMTP":
        from smtplib import SMTP, SMTP_SSL

        at = self.address
        if at.privacy is Privacy.TLS:
            smtp: SMTP = SMTP_SSL(at.host, at.port, self.name, timeout=PATIENCE_SECONDS, context=self._trust())
        else:
            smtp = SMTP(at.host, at.port, self.name, PATIENCE_SECONDS)
        try:
            if at.privacy is Privacy.STARTTLS:
                smtp.starttls(context=self._trust())
            if at.user is not None:
                smtp.login(at.user, at.password or "")
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _trust(self) -> "SSLContext":
        from ssl import create_default_context

        return create_default_context(cafile=self.address.authority)


class NoMailer:
    """No mail server is set up: nothing goes out. Pages then show administrators the links that letters would carry."""

    @property
    def delivers(self) -> bool:
        """Nothing goes out."""
        return False

    def send(self, message: EmailMessage) -> None:
        """Raises `MailNotSent`, always: silence would look like a letter on its way."""
        raise MailNotSent(f"SMTP_URL is empty: {message['Subject']}", is_permanent=True)


def use_mail(app: Flask, settings: Settings) -> None:
    """Give the application its way to send letters; nothing is connected before the first one."""
    app.extensions[MAILER_KEY] = mailer_for(settings)


def mailer_for(settings: Settings) -> Mailer:
    """The mailer that the settings ask for."""
    url = settings.smtp_url.get_secret_value() if settings.smtp_url else ""
    return SmtpMailer(smtp_address(url), settings.public_host) if url else NoMailer()


def mailer_of(app: Flask) -> Mailer:
    """The application's mailer."""
    mailer: Mailer = app.extensions[MAILER_KEY]
    return mailer
