"""The factories make what they say, through the rooms' own functions, on both databases."""

from sqlalchemy import Connection

from survey_app.questionnaires.definition import default_questionnaire
from survey_app.questionnaires.register import questionnaire_for
from survey_app.territory.scan_code_register import OpenCode, look_up
from survey_app.territory.units import communes
from tests.support import factories
from tests.support.factories import LONG_AGO
from tests.support.surveys import GOOD_ANSWERS, a_scanned_counter


def test_the_city_has_its_95_units_however_often_it_is_made(connection: Connection) -> None:
    city = factories.dong_nai(connection)
    again = factories.dong_nai(connection)
    assert city == again
    assert city.full_name == "Thành phố Đồng Nai"
    assert len(communes(connection, LONG_AGO)) == 95


def test_a_scanned_counter_leads_to_the_default_questionnaire(connection: Connection) -> None:
    counter = a_scanned_counter(connection)
    found = look_up(connection, counter.code, LONG_AGO)
    assert isinstance(found, OpenCode)
    assert found.service_point.id == counter.service_point_id
    assert found.service_point.unit == counter.commune
    used = questionnaire_for(connection, counter.commune.id, counter.commune.parent_id, LONG_AGO)
    assert used.id == counter.questionnaire_id


def test_two_counters_of_one_commune_have_codes_of_their_own(connection: Connection) -> None:
    first, second = a_scanned_counter(connection), a_scanned_counter(connection, name="Quầy 2")
    assert first.commune == second.commune
    assert first.code != second.code


def test_the_good_answers_answer_every_item() -> None:
    assert set(GOOD_ANSWERS) == {item.name for item in default_questionnaire().items}
