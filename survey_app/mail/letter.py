"""Makes a letter of words: who sends it, when, and that no human waits for a reply (RFC 3834)."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid

from config import Settings
from survey_app.languages import DEFAULT_LANGUAGE

UNFOLDED = SMTP.clone(max_line_length=998)
"""RFC 5322's longest line: where a subject with Vietnamese letters is folded, the space between two words gets lost."""


def letter(
    settings: Settings,
    *,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    language: str,
    html: str | None = None,
    owner: str | None = None,
) -> EmailMessage:
    """A letter to one reader: plain text, and the same as HTML where there is one.

    `owner` names the sender; without it, the owner of the settings. `at` is the present
    moment with its time zone. Raises ValueError when an address or subject holds a line break.
    """
    message = EmailMessage(UNFOLDED)
    if owner is None:
        owner = settings.owner_name if language == DEFAULT_LANGUAGE else settings.owner_name_en
    message["From"] = formataddr((owner, settings.mail_sender))
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=settings.public_host)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    message["Content-Language"] = language  # Last: setting contents takes such headers away, or into a part.
    return message
