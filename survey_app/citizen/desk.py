"""What the citizen pages work with: settings, clock, the door of the store, and the pages kept by this worker."""

from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from survey_app.citizen.edition import ASSISTED, POSTER, Edition, edition_of_code, edition_of_token
from survey_app.citizen.page_cache import Address, KeptPage, PageCache
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.questionnaires.register import StoredQuestionnaire, by_hash
from survey_app.responses.door import Door
from survey_app.responses.tokens import SurveyToken
from survey_app.territory.assisted_links import service_point_of_link
from survey_app.territory.scan_code_register import ClosedCode, OpenCode, UnknownCode, look_up
from survey_app.territory.scan_codes import normalise
from survey_app.territory.service_points import service_point_by_id

SLIP = "slip"
"""Marks the kept pages of counters that were reached by a slip: no scan code stands in their address."""
DESK_KEY = "than_thien_citizen_desk"


@dataclass(frozen=True)
class Desk:
    """One worker's desk, shared by its threads. Its reads need an application context."""

    settings: Settings
    clock: Clock
    door: Door
    pages: PageCache
    _questionnaires: dict[str, StoredQuestionnaire] = field(default_factory=dict)

    def page_at(
        self, typed: str, language: str, now: datetime, channel: str = POSTER
    ) -> KeptPage | ClosedCode | UnknownCode:
        """The survey page of a scanned or typed code: without a query while it is trusted.

        When the database does not answer, a page that was right before is served on: while a person fills it in, the
        database may be back. Raises `NoQuestionnaire`; SQLAlchemyError when there is no such page either.
        """
        address = Address(normalise(typed), language, channel)
        trusted = self.pages.trusted(address, now)
        if trusted is not None:
            return trusted
        try:
            found = _ask(typed, language, now.date(), channel)
        except SQLAlchemyError:
            kept = self.pages.last_known(address)
            if kept is None:
                raise
            return kept
        if isinstance(found, Edition):
            return self.pages.keep(address, found, now)
        self.pages.forget(address)
        return found

    def page_of_counter(self, service_point_id: int, language: str, now: datetime) -> KeptPage | None:
        """The survey page of a counter that somebody with a slip was at; None when it is open no more.

        Without a query while it is trusted. Raises `NoQuestionnaire`, SQLAlchemyError.
        """
        address = Address(str(service_point_id), language, SLIP)
        trusted = self.pages.trusted(address, now)
        if trusted is not None:
            return trusted
        edition = _ask_counter(service_point_id, language, now.date())
        return None if edition is None else self.pages.keep(address, edition, now)

    def page_of_link(self, code: str, language: str, now: datetime) -> KeptPage | None:
        """The survey page of a volunteer's link that has not ended; None when it was revoked, or its counter closed.

        Without a query while it is trusted, and served on while the database does not answer, as `page_at` says.
        """
        address = Address(code, language, ASSISTED)
        trusted = self.pages.trusted(address, now)
        if trusted is not None:
            return trusted
        try:
            edition = _ask_link(code, language, now.date())
        except SQLAlchemyError:
            kept = self.pages.last_known(address)
            if kept is None:
                raise
            return kept
        if edition is not None:
            return self.pages.keep(address, edition, now)
        self.pages.forget(address)
        return None

    def questionnaire(self, content_hash: str) -> StoredQuestionnaire:
        """The version that a genuine token names; read once, since it never changes. Raises `NoQuestionnaire`."""
        known = self._questionnaires.get(content_hash)
        if known is None:
            with read_connection() as connection:
                known = self._questionnaires[content_hash] = by_hash(connection, content_hash)
        return known

    def edition_of(self, token: SurveyToken, typed: str, day: date) -> Edition:
        """What a genuine token's form asked: as kept here, else from the database. Raises `NoQuestionnaire`."""
        kept = self.pages.last_known(Address(normalise(typed), token.language, token.channel))
        if kept is not None and kept.edition.is_of(token):
            return kept.edition
        with read_connection() as connection:
            return edition_of_token(connection, token, day)


def desk_of(app: Flask) -> Desk:
    """The application's desk."""
    desk: Desk = app.extensions[DESK_KEY]
    return desk


def _ask(typed: str, language: str, day: date, channel: str) -> Edition | ClosedCode | UnknownCode:
    with read_connection() as connection:
        found = look_up(connection, typed, day)
        return edition_of_code(connection, found, language, day, channel) if isinstance(found, OpenCode) else found


def _ask_counter(service_point_id: int, language: str, day: date) -> Edition | None:
    with read_connection() as connection:
        point = service_point_by_id(connection, service_point_id, day)
        return None if point is None else edition_of_code(connection, OpenCode("", point), language, day)


def _ask_link(code: str, language: str, day: date) -> Edition | None:
    with read_connection() as connection:
        point = service_point_of_link(connection, code, day)
        return None if point is None else edition_of_code(connection, OpenCode("", point), language, day, ASSISTED)
