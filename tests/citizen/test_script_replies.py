"""What our own script is told, which asks for JSON: where the thank-you page is, or in words why not."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.clock import SetClock
from survey_app.responses.receipts import normalise
from survey_app.territory import scan_code_register
from tests.citizen.conftest import Stored, Transaction
from tests.citizen.test_failing_store import FAILED, without
from tests.support.surveys import GOOD_ANSWERS, FilledForm, ScannedCounter, open_form

JSON = {"Accept": "application/json"}
EXPIRED = "Chưa gửi được: phiếu mở đã quá 14 ngày. Các câu đã chọn vẫn còn. Xin bấm Gửi phiếu lần nữa."


def send(client: FlaskClient, form: FilledForm) -> TestResponse:
    return client.post(form.path, data=form.fields, headers=JSON)


def test_a_saved_form_leads_to_its_thank_you_page(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    response = send(client, open_form(client, counter.path))
    (row,) = stored()
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.json is not None
    assert normalise(response.json["receipt"]) == row["receipt"]
    assert response.json["thanks"] == f"{counter.path}/thanks/{row['receipt']}"
    assert client.get(response.json["thanks"]).status_code == 200
    assert response.headers["Cache-Control"] == "no-store"


def test_a_repeated_sending_is_told_the_same(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    form = open_form(client, counter.path)
    first, again = send(client, form), send(client, form)
    assert first.json == again.json
    assert len(stored()) == 1


def test_the_language_of_the_form_leads_to_its_thank_you_page(client: FlaskClient, counter: ScannedCounter) -> None:
    answer = send(client, open_form(client, f"{counter.path}?lang=en")).json
    assert answer is not None
    assert answer["thanks"].endswith("?lang=en")


def test_an_expired_form_is_refused_in_words(
    client: FlaskClient, clock: SetClock, counter: ScannedCounter, stored: Stored
) -> None:
    form = open_form(client, counter.path)
    clock.advance(timedelta(days=14))
    response = send(client, form)
    assert (response.status_code, response.json) == (422, {"problem": EXPIRED})
    assert stored() == []


def test_a_store_that_fails_says_to_come_again(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter
) -> None:
    form = open_form(client, counter.path)
    with without(transaction, "inbox"):
        response = send(client, form)
    assert (response.status_code, response.json) == (503, {"problem": FAILED})
    assert response.headers["Retry-After"] == "60"


@pytest.mark.parametrize(("closed", "status"), [(True, 410), (False, 404)])
def test_neither_token_nor_code_is_good(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter, closed: bool, status: int
) -> None:
    if closed:
        with transaction() as connection:
            scan_code_register.revoke(connection, counter.code, clock.today())
    path = counter.path if closed else "/s/7KQ2M9XD"
    response = client.post(path, data=GOOD_ANSWERS, headers=JSON)
    assert response.status_code == status
    assert response.json == {"problem": "Trang này đã ngừng dùng. Xin quét tờ mã QR mới, hoặc xin phiếu giấy."}


@pytest.mark.parametrize("accepted", ["text/html,application/json;q=0.9", "*/*", "application/json, text/html"])
def test_browsers_get_pages(client: FlaskClient, counter: ScannedCounter, accepted: str) -> None:
    response = client.post(counter.path, data=open_form(client, counter.path).fields, headers={"Accept": accepted})
    assert response.status_code == 303
