"""Which questionnaires a unit used and will use, and letting it use another from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from survey_app.questionnaires import register
from survey_app.questionnaires.definition import OWN_MARK, callback_questionnaire, default_questionnaire
from survey_app.questionnaires.items import Questionnaire
from survey_app.questionnaires.models import QuestionnaireUseRow
from survey_app.questionnaires.register import NoQuestionnaire, StoredQuestionnaire


class TooSoon(ValueError):
    """A questionnaire may be published from tomorrow on: what is asked today is being answered."""


@dataclass(frozen=True, slots=True)
class Use:
    """That a unit uses a questionnaire from a day on."""

    valid_from: date
    stored: StoredQuestionnaire


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the label before (None: nothing), the label now, its content hash."""

    before: str | None
    after: str
    content_hash: str


def uses_of(connection: Connection, unit_id: int) -> list[Use]:
    """What was ever assigned to the unit itself, newest first."""
    row = QuestionnaireUseRow
    statement = select(row.valid_from, row.questionnaire_id).where(row.unit_id == unit_id)
    found = connection.execute(statement.order_by(row.valid_from.desc())).all()
    return [Use(day, register.by_id(connection, number)) for day, number in found]


def in_force(connection: Connection, unit_id: int, parent_id: int | None, day: date) -> StoredQuestionnaire | None:
    """What the unit asks on the day, its own or its parent's; None when nothing was assigned."""
    try:
        return register.questionnaire_for(connection, unit_id, parent_id, day)
    except NoQuestionnaire:
        return None


def bases(connection: Connection) -> Sequence[Questionnaire]:
    """The questionnaires to which own questions can be added: the shipped one first, then stored ones, by label."""
    shipped = default_questionnaire()
    found = {shipped.content_hash: shipped}
    callback = callback_questionnaire().key
    for stored in register.all_stored(connection):
        if OWN_MARK not in stored.questionnaire.key and stored.questionnaire.key != callback:
            found.setdefault(stored.content_hash, stored.questionnaire)
    return tuple(found.values())


def first_day(connection: Connection, unit_id: int, parent_id: int | None, today: date) -> date:
    """The first day on which a new questionnaire may begin: tomorrow; today for a unit that asks nothing yet."""
    return today if in_force(connection, unit_id, parent_id, today) is None else today + timedelta(days=1)


def publish(
    connection: Connection,
    unit_id: int,
    parent_id: int | None,
    questionnaire: Questionnaire,
    valid_from: date,
    today: date,
) -> Published:
    """Let the unit ask this from the day on.

    Raises `TooSoon`, `DefinitionError` when it cannot be stored, and `AlreadyAssigned` when another begins on that day.
    """
    if valid_from < first_day(connection, unit_id, parent_id, today):
        raise TooSoon(valid_from)
    before = in_force(connection, unit_id, parent_id, valid_from)
    stored = register.store(connection, questionnaire, today)
    register.assign(connection, unit_id, stored, valid_from)
    label = before.questionnaire.label if before else None
    return Published(label, questionnaire.label, questionnaire.content_hash)
