"""What the citizen pages work with: settings, clock, the door of the store, and the pages kept by this worker."""

from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from survey_app.citizen.edition import Edition, edition_of_code, edition_of_token
from survey_app.citizen.page_cache import Address, KeptPage, PageCache
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.questionnaires.register import StoredQuestionnaire, by_hash
from survey_app.responses.door import Door
from survey_app.responses.tokens import SurveyToken
from survey_app.territory.scan_code_register import ClosedCode, OpenCode, UnknownCode, look_up
from survey_app.territory.scan_codes import normalise

DESK_KEY = "than_thien_citizen_desk"


@dataclass(frozen=True)
class Desk:
    """One worker's desk, shared by its threads. Its reads need an application context."""

    settings: Settings
    clock: Clock
    door: Door
    pages: PageCache
    _questionnaires: dict[str, StoredQuestionnaire] = field(default_factory=dict)

    def page_at(self, typed: str, language: str, now: datetime) -> KeptPage | ClosedCode | UnknownCode:
        """The survey page of a scanned or typed code: without a query while it is trusted.

        When the database does not answer, a page that was right before is served on: while a person fills it in, the
        database may be back. Raises `NoQuestionnaire`; SQLAlchemyError when there is no such page either.
        """
        address = Address(normalise(typed), language)
        trusted = self.pages.trusted(address, now)
        if trusted is not None:
            return trusted
        try:
            found = _ask(typed, language, now.date())
        except SQLAlchemyError:
            kept = self.pages.last_known(address)
            if kept is None:
                raise
            return kept
        if isinstance(found, Edition):
            return self.pages.keep(address, found, now)
        self.pages.forget(address)
        return found

    def questionnaire(self, content_hash: str) -> StoredQuestionnaire:
        """The version that a genuine token names; read once, since it never changes. Raises `NoQuestionnaire`."""
        known = self._questionnaires.get(content_hash)
        if known is None:
            with read_connection() as connection:
                known = self._questionnaires[content_hash] = by_hash(connection, content_hash)
        return known

    def edition_of(self, token: SurveyToken, typed: str, day: date) -> Edition:
        """What a genuine token's form asked: as kept here, else from the database. Raises `NoQuestionnaire`."""
        kept = self.pages.last_known(Address(normalise(typed), token.language))
        if kept is not None and kept.edition.is_of(token):
            return kept.edition
        with read_connection() as connection:
            return edition_of_token(connection, token, day)


def desk_of(app: Flask) -> Desk:
    """The application's desk."""
    desk: Desk = app.extensions[DESK_KEY]
    return desk


def _ask(typed: str, language: str, day: date) -> Edition | ClosedCode | UnknownCode:
    with read_connection() as connection:
        found = look_up(connection, typed, day)
        return edition_of_code(connection, found, language, day) if isinstance(found, OpenCode) else found
