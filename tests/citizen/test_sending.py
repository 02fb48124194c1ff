"""A form that is sent: taken once, thanked for, or shown again with nothing lost."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.clock import SetClock
from survey_app.questionnaires.definition import OwnQuestion
from survey_app.responses.registration import door_of
from survey_app.responses.tokens import FormKey
from survey_app.territory import scan_code_register
from tests.citizen.conftest import Stored, Transaction
from tests.citizen.reading import choices_of, heading_of, problems_of, title_of, token_of
from tests.support import factories
from tests.support.surveys import GOOD_ANSWERS, ScannedCounter, a_scanned_counter, open_form

WAITING = OwnQuestion(
    "own_waiting", "rating", "r11", {"vi": "Ông/bà hài lòng ở mức nào với thời gian chờ?", "en": "And with the wait?"}
)
NOTHING_RATED = "Ông/bà chưa chấm câu nào. Xin chọn ít nhất một mức hài lòng rồi bấm Gửi phiếu."
UNREADABLE = (
    "Chưa gửi được: mã của phiếu bị mất hoặc bị hỏng khi gửi. Các câu đã chọn vẫn còn. Xin bấm Gửi phiếu lần nữa."
)
EXPIRED = "Chưa gửi được: phiếu mở đã quá 14 ngày. Các câu đã chọn vẫn còn. Xin bấm Gửi phiếu lần nữa."


def test_an_answer_is_stored_as_it_was_given(
    client: FlaskClient, clock: SetClock, counter: ScannedCounter, stored: Stored
) -> None:
    form = open_form(client, counter.path)
    clock.advance(timedelta(minutes=1))
    response = client.post(counter.path, data=form.fields)
    assert response.status_code == 303
    (row,) = stored()
    expected: dict[str, object] = {
        "unit_id": counter.commune.id,
        "service_point_id": counter.service_point_id,
        "channel": "poster",
        "language": "vi",
        "respondent_group": "citizen",
        "service_domain": "certification",
        "comment": "Cán bộ hướng dẫn dễ hiểu.",
        "flags": 0,
        "set_aside": 0,
    } | {"r1": 5, "r2": 5, "r3": 4, "r4": 4, "r5": 5, "r6": 5, "r7": None, "c1": 1, "c2": None}
    assert {name: row[name] for name in expected} == expected


def test_the_thank_you_page_follows_by_get(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    form = open_form(client, counter.path)
    response = client.post(counter.path, data=form.fields)
    (row,) = stored()
    assert response.location == f"{counter.path}/thanks/{row['receipt']}"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    assert client.get(response.location).status_code == 200


def test_one_rating_is_enough(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    token = open_form(client, counter.path).token
    assert client.post(counter.path, data={"token": token, "fairness": "1"}).status_code == 303
    (row,) = stored()
    assert (row["r1"], row["r5"], row["comment"], row["respondent_group"]) == (None, 1, None, None)


def test_questions_left_out_on_purpose_are_as_if_not_touched(
    client: FlaskClient, counter: ScannedCounter, stored: Stored
) -> None:
    form = open_form(client, counter.path, overall="", service_domain="", respondent_group="", comment="  \r\n ")
    assert client.post(counter.path, data=form.fields).status_code == 303
    (row,) = stored()
    assert [row[name] for name in ("r1", "service_domain", "respondent_group", "comment")] == [None] * 4


def test_the_same_form_sent_again_counts_once_whatever_it_says(
    client: FlaskClient, counter: ScannedCounter, stored: Stored
) -> None:
    form = open_form(client, counter.path)
    first = client.post(counter.path, data=form.fields)
    before = stored()
    again: tuple[dict[str, str], ...] = ({}, {"overall": "1"}, {"overall": "99", "comment": "\x00"}, form.answers)
    for answers in again:
        repeated = client.post(counter.path, data=answers | {"token": form.token})
        assert (repeated.status_code, repeated.location) == (303, first.location), answers
    assert stored() == before


def test_two_fresh_forms_are_two_answers(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    addresses = {client.post(counter.path, data=open_form(client, counter.path).fields).location for _ in range(2)}
    assert len(addresses) == 2
    assert len(stored()) == 2


def test_an_empty_form_is_refused_with_what_was_chosen_kept(
    client: FlaskClient, counter: ScannedCounter, stored: Stored
) -> None:
    form = open_form(client, counter.path)
    chosen = {"trouble": "money", "service_domain": "land", "comment": "Dòng một\nDòng <hai>", "courtesy": ""}
    response = client.post(counter.path, data=chosen | {"token": form.token})
    assert response.status_code == 422
    assert problems_of(response) == [(NOTHING_RATED, "overall")]
    assert title_of(response) == "Góp ý về lần phục vụ này: chưa gửi được"
    assert heading_of(response) == "Góp ý về lần phục vụ này"
    assert choices_of(response) == chosen
    assert token_of(response) == form.token, "it was not spent, so it is still good"
    assert response.headers["Cache-Control"] == "no-store"
    assert stored() == []
    mended = client.post(counter.path, data=choices_of(response) | {"overall": "3", "token": token_of(response)})
    assert mended.status_code == 303
    assert len(stored()) == 1


def test_errors_are_said_in_the_language_of_the_form(client: FlaskClient, counter: ScannedCounter) -> None:
    form = open_form(client, f"{counter.path}?lang=en")
    response = client.post(f"{counter.path}?lang=en", data={"token": form.token})
    assert problems_of(response) == [("Nothing rated yet. Choose at least one rating, then press Send.", "overall")]
    assert title_of(response) == "Your view of this visit: not sent"


def test_the_token_decides_the_language_not_the_address(
    client: FlaskClient, counter: ScannedCounter, stored: Stored
) -> None:
    form = open_form(client, f"{counter.path}?lang=en")
    response = client.post(counter.path, data=form.fields)
    assert urlsplit(response.location).query == "lang=en"
    assert heading_of(client.get(response.location)) == "Thank you!"
    assert stored()[0]["language"] == "en"
    refused = client.post(counter.path, data={"token": open_form(client, f"{counter.path}?lang=en").token})
    assert heading_of(refused) == "Your view of this visit"


def test_the_token_decides_the_counter_not_the_address(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter, stored: Stored
) -> None:
    with transaction() as connection:
        other = a_scanned_counter(connection, name="Quầy 7")
    form = open_form(client, counter.path)
    refused = client.post(other.path, data={"token": form.token})
    assert "· Quầy 1." in refused.get_data(as_text=True)
    assert client.post(other.path, data=form.fields).status_code == 303
    assert stored()[0]["service_point_id"] == counter.service_point_id


def test_an_answer_outlives_its_code(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter, stored: Stored
) -> None:
    forms = [open_form(client, counter.path) for _ in range(3)]
    with transaction() as connection:
        scan_code_register.revoke(connection, counter.code, clock.today())
    clock.advance(timedelta(days=13))
    assert client.get(counter.path).status_code == 410
    for form, path in zip(forms, (counter.path, "/s/7KQ2M9XD", "/s/never-was-a-code"), strict=True):
        empty = client.post(path, data={"token": form.token})
        assert empty.status_code == 422
        assert "phường Trấn Biên (bộ phận một cửa) · Quầy 1." in empty.get_data(as_text=True)
        sent = client.post(path, data=form.fields)
        assert sent.status_code == 303
        assert heading_of(client.get(sent.location)) == "Xin cảm ơn ông/bà!"
    assert len(stored()) == 3


def test_an_answer_is_read_with_the_questionnaire_it_was_given_to(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter, stored: Stored
) -> None:
    form = open_form(client, counter.path)
    with transaction() as connection:
        own = factories.a_questionnaire_with(connection, counter.commune, WAITING, valid_from=clock.today())
    clock.advance(timedelta(seconds=10))
    newer = open_form(client, counter.path, own_waiting="2")
    assert client.post(counter.path, data=form.fields | {"own_waiting": "2"}).status_code == 303
    assert client.post(counter.path, data=newer.fields).status_code == 303
    assert {(row["questionnaire_id"], row["r11"]) for row in stored()} == {(counter.questionnaire_id, None), (own, 2)}


def test_without_a_genuine_token_nothing_is_lost(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    for token in ("", "forged", "é", "\ufffd", "a.b", "\x00"):
        response = client.post(counter.path, data=GOOD_ANSWERS | {"token": token})
        assert response.status_code == 422, token
        assert problems_of(response) == [(UNREADABLE, "send")]
        assert choices_of(response) == GOOD_ANSWERS
        assert stored() == []
    response = client.post(counter.path, data=GOOD_ANSWERS | {"token": "forged"})
    again = client.post(counter.path, data=choices_of(response) | {"token": token_of(response)})
    assert again.status_code == 303
    assert len(stored()) == 1


def test_a_missing_token_field_is_as_a_forged_one(client: FlaskClient, counter: ScannedCounter) -> None:
    response = client.post(counter.path, data=GOOD_ANSWERS)
    assert (response.status_code, problems_of(response)) == (422, [(UNREADABLE, "send")])


def test_an_altered_token_is_refused(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    form = open_form(client, counter.path)
    altered = ("A" if form.token[0] != "A" else "B") + form.token[1:]
    response = client.post(counter.path, data=form.answers | {"token": altered})
    assert (response.status_code, stored()) == (422, [])


def test_an_expired_form_is_renewed_with_what_was_chosen(
    client: FlaskClient, clock: SetClock, counter: ScannedCounter, stored: Stored
) -> None:
    form = open_form(client, counter.path)
    clock.advance(timedelta(days=14))
    response = client.post(counter.path, data=form.fields)
    assert response.status_code == 422
    assert problems_of(response) == [(EXPIRED, "send")]
    assert choices_of(response) == form.answers
    assert stored() == []
    renewed = client.post(counter.path, data=choices_of(response) | {"token": token_of(response)})
    assert renewed.status_code == 303
    assert len(stored()) == 1


def test_a_form_is_good_until_its_last_second(
    client: FlaskClient, clock: SetClock, counter: ScannedCounter, stored: Stored
) -> None:
    form = open_form(client, counter.path)
    clock.advance(timedelta(days=14, seconds=-1))
    assert client.post(counter.path, data=form.fields).status_code == 303
    assert len(stored()) == 1


def test_a_token_of_a_questionnaire_that_is_not_here_is_renewed(
    app: Flask, client: FlaskClient, clock: SetClock, counter: ScannedCounter, stored: Stored
) -> None:
    key = FormKey(counter.commune.id, counter.service_point_id, "poster", "ab" * 32, "vi")
    token = door_of(app).tokens.mint(key, clock.now())
    response = client.post(counter.path, data=GOOD_ANSWERS | {"token": token})
    assert (response.status_code, problems_of(response)) == (422, [(UNREADABLE, "send")])
    assert stored() == []


@pytest.mark.parametrize(("language", "status"), [("vi", 404), ("en", 404)])
def test_neither_code_nor_token_leads_nowhere(
    client: FlaskClient, counter: ScannedCounter, stored: Stored, language: str, status: int
) -> None:
    response = client.post(f"/s/7KQ2M9XD?lang={language}", data=GOOD_ANSWERS)
    assert response.status_code == status
    assert "7KQ2M9XD" in response.get_data(as_text=True)
    assert stored() == []


def test_a_closed_code_without_a_good_token_says_where_to_go(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter, stored: Stored
) -> None:
    with transaction() as connection:
        scan_code_register.revoke(connection, counter.code, clock.today())
    assert client.post(counter.path, data=GOOD_ANSWERS).status_code == 410
    assert stored() == []


def test_the_trap_sets_aside_and_thanks_all_the_same(
    client: FlaskClient, clock: SetClock, counter: ScannedCounter, stored: Stored
) -> None:
    form = open_form(client, counter.path)
    clock.advance(timedelta(minutes=1))
    response = client.post(counter.path, data=form.fields | {"website": "http://spam.example"})
    assert client.get(response.location).status_code == 200
    assert [row["set_aside"] for row in stored()] == [1]


def test_a_multipart_form_is_read_too(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    form = open_form(client, counter.path)
    response = client.post(counter.path, data=form.fields, content_type="multipart/form-data")
    assert response.status_code == 303
    assert stored()[0]["comment"] == "Cán bộ hướng dẫn dễ hiểu."
