"""Publishing a questionnaire: from tomorrow on, appended, seen by the unit and those below it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from survey_app.questionnaires import register
from survey_app.questionnaires.definition import callback_questionnaire, default_questionnaire
from survey_app.questionnaires.own_drafts import Draft, with_drafts
from survey_app.questionnaires.publishing import TooSoon, bases, first_day, in_force, publish, uses_of
from survey_app.questionnaires.register import AlreadyAssigned
from tests.support.factories import a_commune, dong_nai, the_default_questionnaire

TODAY = date(2026, 11, 24)
TOMORROW = TODAY + timedelta(days=1)
BASE = default_questionnaire()
OWN = with_drafts(BASE, [Draft("rating", "Chỗ để xe", "Parking")])


def test_a_unit_that_asks_nothing_may_begin_today(connection: Connection) -> None:
    commune = a_commune(connection)
    assert in_force(connection, commune.id, commune.parent_id, TODAY) is None
    assert first_day(connection, commune.id, commune.parent_id, TODAY) == TODAY
    made = publish(connection, commune.id, commune.parent_id, BASE, TODAY, TODAY)
    assert (made.before, made.after, made.content_hash) == (None, "attitude v1", BASE.content_hash)
    assert first_day(connection, commune.id, commune.parent_id, TODAY) == TOMORROW


def test_what_is_asked_today_goes_on_until_tomorrow(connection: Connection) -> None:
    the_default_questionnaire(connection, dong_nai(connection))
    commune = a_commune(connection)
    with pytest.raises(TooSoon):
        publish(connection, commune.id, commune.parent_id, OWN, TODAY, TODAY)
    made = publish(connection, commune.id, commune.parent_id, OWN, TOMORROW, TODAY)
    assert (made.before, made.after) == ("attitude v1", OWN.label)
    today, tomorrow = (in_force(connection, commune.id, commune.parent_id, day) for day in (TODAY, TOMORROW))
    assert today is not None and today.questionnaire == BASE
    assert tomorrow is not None and tomorrow.questionnaire == OWN
    assert [(use.valid_from, use.stored.questionnaire) for use in uses_of(connection, commune.id)] == [(TOMORROW, OWN)]


def test_a_day_has_one_questionnaire(connection: Connection) -> None:
    commune = a_commune(connection)
    publish(connection, commune.id, commune.parent_id, OWN, TOMORROW, TODAY)
    publish(connection, commune.id, commune.parent_id, OWN, TOMORROW, TODAY)
    with pytest.raises(AlreadyAssigned):
        publish(connection, commune.id, commune.parent_id, BASE, TOMORROW, TODAY)


def test_bases_are_the_shipped_and_stored_ones_without_own_questions(connection: Connection) -> None:
    assert bases(connection) == (BASE,)
    for one in (OWN, BASE, callback_questionnaire()):
        register.store(connection, one, TODAY)
    assert bases(connection) == (BASE,)
