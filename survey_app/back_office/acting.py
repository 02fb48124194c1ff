"""What every page of the back office does: find its unit, act in one transaction, and put a refusal into words."""

from collections.abc import Callable
from datetime import date

from flask import abort, current_app
from sqlalchemy import Connection

from survey_app.audit_log.event_types import EventType
from survey_app.audit_log.log import record_event
from survey_app.back_office.questionnaire_form import words_of
from survey_app.clock import Clock
from survey_app.database import write_transaction
from survey_app.languages import DEFAULT_LANGUAGE, current_language, translate
from survey_app.questionnaires.problems import DefinitionError
from survey_app.questionnaires.publishing import TooSoon
from survey_app.questionnaires.register import AlreadyAssigned
from survey_app.staff.access import current_staff, require_unit
from survey_app.staff.roles import Role
from survey_app.territory.problems import RefusedChange, TerritoryFileError
from survey_app.territory.units import Unit, find_unit, last_known

Act = Callable[[Connection], None]


def unit_of_page(connection: Connection, code: str) -> Unit:
    """The unit of the address as it stands today; answers 404 when there is none, 403 when it is not the account's."""
    found = find_unit(connection, code, today()) or abort(404)
    require_unit(found.id)
    return found


def known_unit(connection: Connection, unit_id: int) -> Unit:
    """The unit of a place, ended or not; answers 403 when it is not the account's."""
    found = find_last(connection, unit_id)
    require_unit(unit_id)
    return found


def find_last(connection: Connection, unit_id: int) -> Unit:
    """The unit in its latest version."""
    found = last_known(connection, unit_id)
    assert found is not None, "a foreign key points at it"
    return found


def attempt(act: Act) -> tuple[str, ...]:
    """Do it in one transaction; the words of a refusal, with which nothing was written, or none."""
    try:
        with write_transaction() as connection:
            act(connection)
    except RefusedChange as error:
        return (error.words(current_language()),)
    except TerritoryFileError as error:
        return tuple(error.words(current_language()))
    except DefinitionError as error:
        return tuple(words_of(error))
    except AlreadyAssigned:
        return (translate("back_office.problem.day_taken"),)
    except TooSoon:
        return (translate("back_office.problem.too_soon"),)
    return ()


def record(connection: Connection, event: EventType, unit: str | None = None, **details: object) -> None:
    """Write the act of whoever is signed in to the audit log, in its own transaction."""
    clock: Clock = current_app.extensions["clock"]
    record_event(connection, event, actor=current_staff().email, at=clock.now(), unit=unit, **details)


def today() -> date:
    """The day of the installation's clock."""
    clock: Clock = current_app.extensions["clock"]
    return clock.today()


def name_of(unit: Unit) -> str:
    """The unit's full name in the language of the page."""
    return unit.full_name if current_language() == DEFAULT_LANGUAGE else unit.english_name


def is_administrator() -> bool:
    """Whether whoever is signed in administers the installation."""
    return Role.ADMINISTRATOR in current_staff().roles


def iso(day: date | None) -> str | None:
    """A day as the audit log writes it."""
    return day.isoformat() if day is not None else None
