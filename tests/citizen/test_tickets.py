"""Forms opened with a slip: a good one counts once; whatever is wrong with one, the answer is kept, and it is said."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from survey_app.clock import SetClock
from survey_app.languages import catalogue
from survey_app.responses.registration import door_of
from survey_app.responses.ticket_codes import spoken
from survey_app.responses.tickets import void_tickets
from survey_app.territory.service_points import close_service_point, service_point_by_id
from tests.citizen.conftest import Stored, Transaction
from tests.citizen.reading import choices_of, heading_of, paragraphs_of, problems_of, token_of
from tests.conftest import NOW
from tests.support import factories
from tests.support.slips import some_slips
from tests.support.surveys import FilledForm, ScannedCounter, a_scanned_counter, open_form

TODAY = NOW.date()
ORDINARY = "Mã này đã dùng hoặc hết hạn. Phiếu của ông/bà vẫn được ghi như phiếu thường."


@pytest.fixture
def slip(app: Flask, transaction: Transaction, counter: ScannedCounter) -> str:
    """The code of a slip of the counter, good today."""
    with transaction() as connection:
        return some_slips(connection, app, counter, TODAY)[0].code


def sent(client: FlaskClient, form: FilledForm, **changed: str) -> TestResponse:
    """Send the form and open the page that it leads to."""
    response = client.post(form.path, data=form.fields | changed)
    assert response.status_code == 303
    return client.get(response.headers["Location"])


def channels(transaction: Transaction) -> list[str]:
    with transaction() as connection:
        return sorted(connection.execute(text("SELECT channel FROM inbox")).scalars())


def test_a_good_slip_counts_and_the_thank_you_page_is_the_same_as_ever(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter, slip: str
) -> None:
    page = sent(client, open_form(client, f"/t/{slip}"))
    ordinary = sent(client, open_form(client, counter.path))
    assert heading_of(page) == heading_of(ordinary)
    assert ORDINARY not in paragraphs_of(page)
    assert len(paragraphs_of(page)) == len(paragraphs_of(ordinary))
    assert f"/units/{counter.commune.code}" in page.get_data(as_text=True)
    assert channels(transaction) == ["poster", "ticket"]


@pytest.mark.parametrize("write", [str.lower, spoken, lambda code: f"/{code}".replace("/", ""), str])
def test_however_the_code_stands_in_the_address(client: FlaskClient, slip: str, write: "type[str]") -> None:
    assert client.get(f"/t/{write(slip)}").status_code == 200
    assert client.get(f"/T/{write(slip)}").status_code == 200


def test_the_form_is_the_very_form_of_the_counter(client: FlaskClient, counter: ScannedCounter, slip: str) -> None:
    def without_token(response: TestResponse) -> str:
        return response.get_data(as_text=True).replace(token_of(response), "")

    assert without_token(client.get(f"/t/{slip}")) == without_token(client.get(counter.path))


def test_opening_never_says_whether_a_slip_is_spent_void_or_old(
    app: Flask, client: FlaskClient, transaction: Transaction, counter: ScannedCounter, slip: str, clock: SetClock
) -> None:
    with transaction() as connection:
        void = some_slips(connection, app, counter, TODAY)[0]
        void_tickets(connection, counter.commune, void.serial, void.serial, reason="in hỏng", actor="x", at=NOW)
    before = client.get(f"/t/{slip}")
    sent(client, open_form(client, f"/t/{slip}"))
    for response in (client.get(f"/t/{slip}"), client.get(f"/t/{void.code}")):
        assert response.status_code == before.status_code == 200
        assert dict(response.headers) == dict(before.headers)
        assert response.get_data(as_text=True).replace(token_of(response), "") == before.get_data(as_text=True).replace(
            token_of(before), ""
        )
    clock.advance(timedelta(days=20))
    assert client.get(f"/t/{slip}").status_code == 200


def test_a_used_slip_makes_an_ordinary_answer_and_says_so_after_sending(
    client: FlaskClient, transaction: Transaction, slip: str
) -> None:
    sent(client, open_form(client, f"/t/{slip}"))
    page = sent(client, open_form(client, f"/t/{slip}", overall="1"))
    assert ORDINARY in paragraphs_of(page)
    assert channels(transaction) == ["poster", "ticket"]


def test_it_is_said_in_the_language_of_the_form(client: FlaskClient, slip: str) -> None:
    sent(client, open_form(client, f"/t/{slip}"))
    page = sent(client, open_form(client, f"/t/{slip}?lang=en"))
    assert catalogue("en").text("tickets.ordinary") in paragraphs_of(page)
    assert "This code is used or expired." in page.get_data(as_text=True)


def test_an_old_slip_makes_an_ordinary_answer(
    client: FlaskClient, transaction: Transaction, slip: str, clock: SetClock
) -> None:
    clock.advance(timedelta(days=14))
    page = sent(client, open_form(client, f"/t/{slip}"))
    assert ORDINARY in paragraphs_of(page)
    assert channels(transaction) == ["poster"]


def test_sending_again_leads_to_the_same_page_whether_the_slip_counted_or_not(client: FlaskClient, slip: str) -> None:
    good, late = open_form(client, f"/t/{slip}"), open_form(client, f"/t/{slip}")
    first = [client.post(form.path, data=form.fields).headers["Location"] for form in (good, late)]
    again = [client.post(form.path, data=form.fields).headers["Location"] for form in (good, late)]
    empty = [client.post(form.path, data={"token": form.token}).headers["Location"] for form in (good, late)]
    assert first == again == empty
    assert "ordinary" not in parse_qs(urlsplit(first[0]).query)
    assert parse_qs(urlsplit(first[1]).query) == {"ordinary": ["1"]}


def test_a_form_of_one_slip_sent_to_a_forged_or_foreign_one_is_kept(
    app: Flask, client: FlaskClient, transaction: Transaction, slip: str
) -> None:
    with transaction() as connection:
        elsewhere = some_slips(connection, app, a_scanned_counter(connection, "26068"), TODAY)[0].code
    for other in (elsewhere, door_of(app).tickets.draw(), "khong-co", "0" * 12):
        form = open_form(client, f"/t/{slip}")
        response = client.post(f"/t/{other}", data=form.fields)
        assert response.status_code == 303
        assert ORDINARY in paragraphs_of(client.get(response.headers["Location"]))
    assert channels(transaction) == ["poster"] * 4


def test_a_form_of_a_slip_sent_to_the_counters_own_address_is_an_ordinary_one(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter, slip: str
) -> None:
    form = open_form(client, f"/t/{slip}")
    assert client.post(counter.path, data=form.fields).status_code == 303
    assert channels(transaction) == ["poster"]
    sent(client, open_form(client, f"/t/{slip}"))
    assert channels(transaction) == ["poster", "ticket"]


def test_what_was_chosen_is_kept_when_the_form_is_refused(client: FlaskClient, slip: str, stored: Stored) -> None:
    form = open_form(client, f"/t/{slip}")
    refused = client.post(form.path, data=form.fields | {"overall": "7"})
    assert refused.status_code == 422
    assert choices_of(refused)["courtesy"] == "5"
    assert stored() == []
    again = refused
    for token in ("", "forged", form.token[:-2] + "xx"):
        again = client.post(form.path, data=form.fields | {"token": token})
        assert again.status_code == 422
        assert problems_of(again)
        assert choices_of(again)["overall"] == "5"
    response = client.post(form.path, data=form.fields | {"token": token_of(again)})
    assert "ordinary" not in response.headers["Location"]


def test_the_slip_and_the_answer_stand_or_fall_together(
    client: FlaskClient, transaction: Transaction, slip: str
) -> None:
    form = open_form(client, f"/t/{slip}")
    with transaction() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO away"))
    assert client.post(form.path, data=form.fields).status_code == 503
    with transaction() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO inbox"))
        assert connection.execute(text("SELECT COUNT(*) FROM spent")).scalar_one() == 0
    assert "ordinary" not in client.post(form.path, data=form.fields).headers["Location"]


@pytest.mark.parametrize("code", ["x", "0123456789AB", "ABCD-EFGH-JKMN", "%00", "é" * 12, "A" * 900, "<b>"])
def test_a_code_that_nobody_printed_can_be_typed_again(client: FlaskClient, slip: str, code: str) -> None:
    response = client.get(f"/t/{code}")
    page = response.get_data(as_text=True)
    assert response.status_code == 404
    assert heading_of(response) == "Chưa tìm thấy mã"
    assert "Không có phiếu mời nào mang mã" in page
    assert 'name="code"' in page
    assert "<b>" not in page.split("<main>")[1]


def test_a_code_can_be_typed(client: FlaskClient, slip: str) -> None:
    entry = client.get("/t")
    assert heading_of(entry) == "Gõ mã trên phiếu mời"
    led = client.get("/t", query_string={"code": f" {spoken(slip).lower()} "})
    assert (led.status_code, led.headers["Location"]) == (303, f"/t/{spoken(slip)}")
    assert client.get(led.headers["Location"]).status_code == 200
    wrong = client.get("/t", query_string={"code": "ABCD"})
    assert wrong.status_code == 404
    assert 'value="ABCD"' in wrong.get_data(as_text=True)
    assert client.get("/T").status_code == 200


def test_whoever_holds_a_slip_of_the_premises_picks_the_counter(
    app: Flask, client: FlaskClient, transaction: Transaction, counter: ScannedCounter
) -> None:
    with transaction() as connection:
        code = some_slips(connection, app, counter, TODAY, for_premises=True)[0].code
    assert token_of(client.get(f"/t/{code}"))  # One counter: nothing to pick.
    with transaction() as connection:
        point = service_point_by_id(connection, counter.service_point_id, TODAY)
        assert point is not None
        second = factories.a_service_point(connection, counter.commune, "Quầy 2", premises_id=point.premises.id)
        elsewhere = a_scanned_counter(connection, "26068").service_point_id
    chooser = client.get(f"/t/{code}")
    assert heading_of(chooser) == "Ông/bà vừa làm việc ở quầy nào?"
    assert client.get(f"/t/{code}/{elsewhere}").status_code == 410
    sent(client, open_form(client, f"/t/{code}/{second}"))
    with transaction() as connection:
        row = connection.execute(text("SELECT channel, service_point_id FROM inbox")).one()
    assert tuple(row) == ("ticket", second)
    late = open_form(client, f"/t/{code}/{second}")
    again = client.post(late.path, data=late.fields | {"token": "forged"})
    assert (again.status_code, choices_of(again)["overall"]) == (422, "5")


def test_a_slip_of_a_counter_that_has_closed_says_where_to_go(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter, slip: str
) -> None:
    form = open_form(client, f"/t/{slip}")
    with transaction() as connection:
        close_service_point(connection, counter.service_point_id, TODAY)
    closed = client.get(f"/t/{slip}")
    assert closed.status_code in {200, 410}  # A page that was right seconds ago may be served on.
    assert client.post(form.path, data=form.fields).status_code == 303
    assert channels(transaction) == ["ticket"]


def test_the_zone_is_the_citizens(client: FlaskClient, slip: str) -> None:
    for address in ("/t", f"/t/{slip}", "/t/unknown", "/t/a/b/c/d"):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in response.headers
