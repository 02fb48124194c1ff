"""The kiosk as the server sees it: its page with and without token, tokens ahead, thanks that go back by themselves."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.citizen.counter_screens import TOKENS_AHEAD
from survey_app.clock import SetClock
from survey_app.responses.registration import door_of
from survey_app.territory import scan_code_register
from survey_app.territory.registration import counter_keys_of
from tests.citizen.conftest import Stored, Transaction
from tests.citizen.reading import choices_of, document_of, heading_of, paragraphs_of, problems_of, token_of
from tests.support.pages import text_of
from tests.support.surveys import GOOD_ANSWERS, ScannedCounter, open_form


@pytest.fixture
def kiosk(app: Flask, counter: ScannedCounter) -> str:
    """The address of the counter's kiosk."""
    point = counter.service_point_id
    return f"/kiosk/{point}?key={counter_keys_of(app).link_key('kiosk', point, counter.code)}"


def tokens(client: FlaskClient, kiosk: str) -> dict[str, object]:
    answer: dict[str, object] = client.get(kiosk.replace("?", "/tokens?")).json or {}
    return answer


def frame_of(client: FlaskClient, kiosk: str) -> dict[str, str]:
    document = document_of(client.get(kiosk))
    frame = next(element for element in document.iter("div") if element.get("id") == "kiosk")
    return {name.removeprefix("data-"): value for name, value in frame.attrib.items()}


def test_an_answer_at_the_kiosk_is_one_of_its_channel(
    client: FlaskClient, clock: SetClock, kiosk: str, stored: Stored
) -> None:
    form = open_form(client, kiosk)
    clock.advance(timedelta(seconds=3))
    sent = client.post(kiosk, data=form.fields)
    assert sent.status_code == 303
    (row,) = stored()
    assert (row["channel"], row["flags"]) == ("kiosk", 0), "pace says nothing at a kiosk"
    thanks = client.get(sent.location)
    assert heading_of(thanks) == "Xin cảm ơn ông/bà!"
    html = thanks.get_data(as_text=True)
    assert f'<meta http-equiv="refresh" content="10;url={kiosk}">' in html
    assert "forget.svg" in html
    assert list(document_of(thanks).iter("a")) == [], "nothing leads away from the kiosk"
    assert paragraphs_of(thanks)[0].startswith("Phiếu đã được lưu; chỉ lần gửi đầu tiên được tính.")


def test_the_next_person_finds_an_empty_form_with_another_token(client: FlaskClient, kiosk: str) -> None:
    form = open_form(client, kiosk)
    client.post(kiosk, data=form.fields)
    fresh = client.get(kiosk)
    assert choices_of(fresh) == {}
    assert token_of(fresh) != form.token
    assert fresh.headers["Cache-Control"] == "no-store"


def test_pressing_twice_is_one_answer(client: FlaskClient, kiosk: str, stored: Stored) -> None:
    form = open_form(client, kiosk)
    assert {client.post(kiosk, data=form.fields).status_code for _ in range(3)} == {303}
    assert len(stored()) == 1


def test_tokens_ahead_are_one_a_person(client: FlaskClient, kiosk: str, stored: Stored) -> None:
    ahead = tokens(client, kiosk)["tokens"]
    assert isinstance(ahead, list)
    assert len(set(ahead)) == TOKENS_AHEAD
    for token in ahead[:3]:
        assert client.post(kiosk, data=GOOD_ANSWERS | {"token": token}).status_code == 303
    assert [row["channel"] for row in stored()] == ["kiosk"] * 3


def test_tokens_ahead_wait_for_a_network_and_are_read_in_their_language(
    client: FlaskClient, clock: SetClock, kiosk: str, stored: Stored
) -> None:
    ahead = tokens(client, f"{kiosk}&lang=en")["tokens"]
    assert isinstance(ahead, list)
    clock.advance(timedelta(days=13, hours=23))
    assert client.post(kiosk, data=GOOD_ANSWERS | {"token": ahead[0]}).status_code == 303
    assert stored()[0]["language"] == "en"


def test_the_page_that_the_tablet_keeps_has_no_token(client: FlaskClient, kiosk: str) -> None:
    kept = client.get(f"{kiosk}&shell=1").get_data(as_text=True)
    assert 'name="token" value=""' in kept
    fresh = client.get(kiosk).get_data(as_text=True)
    assert re.sub(r'(name="token" value=)"[^"]+"', r'\1""', fresh) == kept


def test_page_and_tokens_name_the_same_version(client: FlaskClient, kiosk: str, counter: ScannedCounter) -> None:
    frame = frame_of(client, kiosk)
    assert frame["version"] == tokens(client, kiosk)["version"]
    assert re.fullmatch("[0-9a-f]{12}", frame["version"])
    assert (frame["pause"], frame["quiet"]) == ("10", "60")
    assert json.loads(frame["homes"]) == {"vi": kiosk, "en": f"{kiosk}&lang=en"}
    assert frame["home"] == kiosk
    assert frame["worker"] == "/kiosk/worker.js"
    for address in json.loads(frame["tokens"]).values():
        assert client.get(address).status_code == 200


def test_the_other_language_keeps_the_key(client: FlaskClient, kiosk: str) -> None:
    (link,) = [link for link in document_of(client.get(kiosk)).iter("a") if link.get("hreflang") == "en"]
    english = client.get(link.get("href", ""))
    assert heading_of(english) == "Your view of this visit"
    (back,) = [link for link in document_of(english).iter("a") if link.get("hreflang") == "vi"]
    assert back.get("href") == kiosk


def test_a_refused_form_keeps_its_choices(client: FlaskClient, kiosk: str, stored: Stored) -> None:
    refused = client.post(kiosk, data={"token": open_form(client, kiosk).token, "trouble": "no"})
    assert refused.status_code == 422
    assert problems_of(refused)[0][0].startswith("Ông/bà chưa chấm câu nào.")
    assert choices_of(refused) == {"trouble": "no"}
    assert stored() == []


def test_a_form_without_a_good_token_is_asked_again_as_the_kiosks(
    app: Flask, client: FlaskClient, clock: SetClock, kiosk: str
) -> None:
    again = client.post(kiosk, data=GOOD_ANSWERS)
    assert again.status_code == 422
    assert door_of(app).tokens.read(token_of(again), clock.now()).channel == "kiosk"


@pytest.mark.parametrize("suffix", ["", "/tokens", "/thanks/AAAA"])
@pytest.mark.parametrize("key", ["", "?key=", "?key=" + "9" * 20, "?key=%FF"])
def test_only_the_link_opens_it(client: FlaskClient, counter: ScannedCounter, suffix: str, key: str) -> None:
    response = client.get(f"/kiosk/{counter.service_point_id}{suffix}{key}")
    assert response.status_code == 403
    assert "Màn hình tại quầy" in paragraphs_of(response)[0]


def test_nobody_sends_without_the_link(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    assert client.post(f"/kiosk/{counter.service_point_id}", data=GOOD_ANSWERS).status_code == 403
    assert stored() == []


def test_a_check_code_that_nobody_gave_is_not_thanked_for(client: FlaskClient, kiosk: str) -> None:
    assert client.get(kiosk.replace("?", "/thanks/AAAA?")).status_code == 404


def test_revoking_the_scan_code_closes_the_kiosk_but_loses_no_answer(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter, kiosk: str, stored: Stored
) -> None:
    form = open_form(client, kiosk)
    with transaction() as connection:
        scan_code_register.revoke(connection, counter.code, clock.today())
    clock.advance(timedelta(seconds=20))
    assert client.get(kiosk).status_code == 410
    assert client.get(kiosk.replace("?", "/tokens?")).status_code == 410
    assert client.post(kiosk, data=form.fields).status_code == 303
    assert len(stored()) == 1


def test_the_worker_is_ours_and_sees_kiosks_only(client: FlaskClient) -> None:
    response = client.get("/kiosk/worker.js")
    assert response.mimetype == "text/javascript"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Service-Worker-Allowed" not in response.headers, "its scope is /kiosk/"


def test_both_styles_of_the_page_are_allowed_and_nothing_else(client: FlaskClient, kiosk: str) -> None:
    response = client.get(kiosk)
    policy = response.headers["Content-Security-Policy"]
    assert len(list(document_of(response).iter("style"))) == 2
    assert policy.count("'sha256-") == 3
    assert "unsafe" not in policy
    assert text_of(next(document_of(response).iter("h2"))) == "Xin cảm ơn ông/bà!"
