"""Who asks, where people can call, and the laws it rests on: kept as data with the day on which they were checked.

Until an administrator enters them, the owner and the phone of the settings hold.
"""

import time
from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.languages import DEFAULT_LANGUAGE
from survey_app.territory.office_models import ContactVersionRow, LegalBasisRow
from survey_app.territory.problems import RefusedChange

LONGEST_OWNER, LONGEST_PHONE, LONGEST_TITLE = 80, 20, 200
MOST_BASES = 12
KEPT_SECONDS = 30
_KEPT = "than_thien_contacts"
_IN_PHONES = frozenset("0123456789 +().-")


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A text of law in both languages, and the day on which somebody last saw that it holds."""

    title: str
    title_en: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Contacts:
    """What pages say about who asks; `valid_from` None: these are the installation's settings."""

    owner_name: str
    owner_name_en: str
    phone: str
    legal_bases: tuple[LegalBasis, ...] = ()
    valid_from: date | None = None

    def owner(self, language: str) -> str:
        """Who asks, in the language of the page."""
        return self.owner_name if language == DEFAULT_LANGUAGE else self.owner_name_en


def contacts(connection: Connection, day: date) -> Contacts:
    """What holds on the day; inside an application, whose settings are the defaults. At most two queries."""
    row = ContactVersionRow
    columns = (row.id, row.valid_from, row.owner_name, row.owner_name_en, row.phone)
    newest = select(*columns).where(row.valid_from <= day).order_by(row.valid_from.desc(), row.id.desc()).limit(1)
    found = connection.execute(newest).first()
    if found is None:
        return _by_settings()
    basis = LegalBasisRow
    of_version = select(basis.title, basis.title_en, basis.checked_on).where(basis.contact_version_id == found.id)
    bases = tuple(LegalBasis(*line) for line in connection.execute(of_version.order_by(basis.position)))
    return Contacts(found.owner_name, found.owner_name_en, found.phone, bases, found.valid_from)


def contacts_in_force() -> Contacts:
    """What holds today, for pages: a process asks the database at most twice a minute.

    When the database does not answer, what held before, or else the settings: error pages must still say whom to call.
    """
    clock: Clock = current_app.extensions["clock"]
    day, now = clock.today(), time.monotonic()
    kept: _Kept | None = current_app.extensions.get(_KEPT)
    if kept is not None and kept.day == day and now < kept.until:
        return kept.contacts
    try:
        with read_connection() as connection:
            found = contacts(connection, day)
    except SQLAlchemyError:
        found = kept.contacts if kept is not None else _by_settings()
    current_app.extensions[_KEPT] = _Kept(found, day, now + KEPT_SECONDS)
    return found


def ask_again() -> None:
    """Let this process ask the database again at once: the contacts were just changed here."""
    current_app.extensions.pop(_KEPT, None)


@dataclass(frozen=True, slots=True)
class _Kept:
    contacts: Contacts
    day: date
    until: float


def _by_settings() -> Contacts:
    settings: Settings = current_app.extensions["settings"]
    return Contacts(settings.owner_name, settings.owner_name_en, settings.contact_phone)


def set_contacts(connection: Connection, new: Contacts, valid_from: date, *, set_by: str) -> None:
    """Let these hold from the day on. Raises `RefusedChange` for an empty or too long text, or what is no phone."""
    for owner in (new.owner_name, new.owner_name_en):
        _check_text(owner, 2, LONGEST_OWNER)
    if not 3 <= len(new.phone) <= LONGEST_PHONE or not _IN_PHONES.issuperset(new.phone):
        raise RefusedChange("bad_phone", phone=new.phone)
    if len(new.legal_bases) > MOST_BASES:
        raise RefusedChange("too_many_bases", limit=MOST_BASES)
    for basis in new.legal_bases:
        _check_text(basis.title, 2, LONGEST_TITLE)
        _check_text(basis.title_en, 2, LONGEST_TITLE)
    values = {
        "valid_from": valid_from,
        "owner_name": new.owner_name,
        "owner_name_en": new.owner_name_en,
        "phone": new.phone,
        "set_by": set_by,
    }
    stored = connection.execute(insert(ContactVersionRow).values(values).returning(ContactVersionRow.id)).scalar_one()
    bases = [
        {
            "contact_version_id": stored,
            "position": position,
            "title": basis.title,
            "title_en": basis.title_en,
            "checked_on": basis.checked_on,
        }
        for position, basis in enumerate(new.legal_bases, start=1)
    ]
    if bases:
        connection.execute(insert(LegalBasisRow), bases)


def _check_text(text: str, shortest: int, longest: int) -> None:
    if not shortest <= len(text) <= longest or not text.isprintable() or text != text.strip():
        raise RefusedChange("bad_contact", shortest=shortest, longest=longest)
