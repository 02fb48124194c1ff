"""What accounts are written: an invitation, or the link for a forgotten password. Plain text only."""

from datetime import datetime
from email.message import EmailMessage

from config import Settings
from survey_app.languages import DEFAULT_LANGUAGE, catalogue
from survey_app.mail.letter import letter
from survey_app.staff.account_links import GOOD_FOR, LinkPurpose
from survey_app.territory.contacts import contacts_in_force


def link_address(settings: Settings, token: str, language: str) -> str:
    """The whole address behind which the account sets its password."""
    asked = "" if language == DEFAULT_LANGUAGE else f"?lang={language}"
    return f"{settings.public_url}/staff/link/{token}{asked}"


def link_letter(
    settings: Settings, *, email: str, purpose: LinkPurpose, token: str, language: str, at: datetime
) -> EmailMessage:
    """The letter that carries a link."""
    texts = catalogue(language)
    asking = contacts_in_force()
    owner = asking.owner(language)
    hours = int(GOOD_FOR[purpose].total_seconds() // 3600)
    words = texts.text(
        f"staff.letter.{purpose.value}",
        owner=owner,
        account=email,
        address=link_address(settings, token, language),
        hours=hours,
        phone=asking.phone,
    )
    subject = texts.text(f"staff.letter.{purpose.value}_subject")
    return letter(settings, to=email, subject=subject, text=words, at=at, language=language, owner=owner)
