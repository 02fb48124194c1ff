"""`/r`: the exact words of each state, in both languages, and a proof that is verified elsewhere."""

import gzip
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from survey_app.citizen.probing import BURST, SECONDS_EACH
from survey_app.clock import SetClock
from survey_app.ledger.closing import close_days
from survey_app.ledger.receipt_status import count_lost_receipts
from survey_app.ledger.retention import DueDay, apply_retention
from survey_app.ledger.steps import closing_steps
from survey_app.responses.receipts import spoken
from tests.citizen.reading import heading_of, paragraphs_of
from tests.support.surveys import FilledForm

Begin = Callable[[], AbstractContextManager[Connection]]
LARGEST_PAGE = 4 * 1024


@pytest.fixture
def code(client: FlaskClient, answered: FilledForm) -> str:
    """The check code of a form that was sent, as the thank-you page's address has it."""
    sent = client.post(answered.path, data=answered.fields)
    found: str = sent.headers["Location"].rpartition("/")[2].partition("?")[0]
    return found


def close(app: Flask, clock: SetClock) -> None:
    with app.app_context():
        list(close_days([clock.today()], closing_steps(app), clock.now()))


def words_at(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    return "\n".join(paragraphs_of(response))


def test_waiting(client: FlaskClient, code: str) -> None:
    assert "Phiếu đã nhận, sẽ vào sổ của phường Trấn Biên sau 0 giờ đêm nay." in words_at(client, f"/r/{code}")
    english = words_at(client, f"/r/{code}?lang=en")
    assert "Received; it enters the book of Trấn Biên Ward after midnight." in english


def test_sealed(app: Flask, client: FlaskClient, code: str, clock: SetClock) -> None:
    close(app, clock)
    words = (
        "Phiếu có trong sổ của phường Trấn Biên, ngày 24/11/2026. Sổ đã khóa: ai sửa hoặc bỏ phiếu đều bị phát hiện."
    )
    page = words_at(client, f"/r/{code}")
    assert words in page and spoken(code) in page
    english = words_at(client, f"/r/{code}?lang=en")
    assert "In the book of Trấn Biên Ward, 24 Nov 2026. The book is sealed" in english


def test_lost_is_said_recorded_and_said_again(client: FlaskClient, code: str, transaction: Begin) -> None:
    with transaction() as connection:
        connection.execute(text("DELETE FROM inbox"))
    words = "Mã này do hệ thống cấp, nhưng không thấy phiếu trong sổ. Xin báo 1022 kèm mã. Sự việc đã được ghi lại."
    for _ in range(3):
        assert words in words_at(client, f"/r/{code}")
    assert "This code is genuine but the form is not in the book." in words_at(client, f"/r/{code}?lang=en")
    with transaction() as connection:
        assert count_lost_receipts(connection) == 1


def test_expired(app: Flask, client: FlaskClient, code: str, clock: SetClock) -> None:
    close(app, clock)
    with app.app_context():
        list(apply_retention([DueDay(clock.today(), "rows", 1)], app.extensions["settings"], "night", clock))
    assert "Phiếu đã vào sổ ngày 24/11/2026; nội dung đã xóa theo hạn lưu." in words_at(client, f"/r/{code}")
    assert client.get(f"/r/{code}/proof.json").get_json()["receipt"] == code


@pytest.mark.parametrize("typed", ["ABCD", "%3Cb%3E", "%00", "é", "A" * 200])
def test_unknown(client: FlaskClient, typed: str) -> None:
    page = words_at(client, f"/r/{typed}", 404)
    assert "Mã có 20 ký tự, viết hoa hay thường đều được. Xin gõ lại." in page
    assert client.get(f"/r/{typed}/proof.json").status_code == 404


def test_a_code_is_read_however_it_is_typed(client: FlaskClient, code: str) -> None:
    for typed in (code.lower(), spoken(code), f" {spoken(code).lower()} ", code.replace("0", "o")):
        assert "Phiếu đã nhận" in words_at(client, f"/r/{typed}")
        form = client.get("/r", query_string={"code": typed})
        assert form.status_code == 200 and "Phiếu đã nhận" in "\n".join(paragraphs_of(form))


def test_the_form_keeps_what_was_typed(client: FlaskClient) -> None:
    assert heading_of(client.get("/r")) == "Kiểm tra phiếu"
    assert client.get("/r", query_string={"code": "  "}).status_code == 200
    wrong = client.get("/r", query_string={"code": "XYZ-12", "lang": "en"})
    assert wrong.status_code == 404
    page = wrong.get_data(as_text=True)
    assert 'value="XYZ-12"' in page and 'name="lang" value="en"' in page


def test_the_thank_you_page_leads_there(client: FlaskClient, answered: FilledForm) -> None:
    thanked = client.post(answered.path, data=answered.fields, follow_redirects=True).get_data(as_text=True)
    address = thanked.partition('href="/r/')[2].partition('"')[0]
    assert "Phiếu đã nhận" in words_at(client, f"/r/{address}")


def test_there_is_no_proof_before_sealing(client: FlaskClient, code: str) -> None:
    answer = client.get(f"/r/{code}/proof.json")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_the_proof_is_a_file_to_keep(app: Flask, client: FlaskClient, code: str, clock: SetClock) -> None:
    close(app, clock)
    answer = client.get(f"/r/{code}/proof.json")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="phieu_{code}.json"'
    assert answer.get_json()["format"] == "than-thien-receipt/1"
    assert f'href="/r/{code}/proof.json"' in client.get(f"/r/{code}").get_data(as_text=True)


def test_guessing_is_slowed_down_and_genuine_codes_are_always_answered(
    client: FlaskClient, code: str, clock: SetClock
) -> None:
    addresses = [f"/r/{'A' * 20}", f"/r/{'A' * 20}/proof.json", f"/s/X/thanks/{'A' * 20}"]
    answers = [client.get(addresses[number % 3]).status_code for number in range(BURST)]
    assert answers == [404] * BURST
    for address in addresses:
        slowed = client.get(address)
        assert slowed.status_code == 429
        assert slowed.headers["Retry-After"] == str(SECONDS_EACH)
    assert "Đang có nhiều mã gõ sai cùng lúc" in words_at(client, addresses[0], 429)
    assert "Phiếu đã nhận" in words_at(client, f"/r/{code}")
    clock.advance(timedelta(seconds=SECONDS_EACH))
    assert client.get(addresses[0]).status_code == 404


def test_a_store_that_fails_is_said_with_when_to_come_back(client: FlaskClient, code: str, transaction: Begin) -> None:
    with transaction() as connection:
        connection.execute(text("ALTER TABLE receipt RENAME TO elsewhere"))
    answer = client.get(f"/r/{code}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_small(app: Flask, client: FlaskClient, code: str, clock: SetClock, language: str) -> None:
    close(app, clock)
    for address in ("/r", f"/r/{code}", "/r/ABCD"):
        answer = client.get(f"{address}?lang={language}", headers={"Accept-Encoding": "gzip"})
        assert len(answer.get_data()) <= LARGEST_PAGE, address
        assert gzip.decompress(answer.get_data()).startswith(b"<!DOCTYPE html>")
