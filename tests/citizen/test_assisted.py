"""A volunteer's link as the server sees it: the kiosk's page elsewhere, and nothing that leads back to the link."""

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, inspect, text
from structlog.testing import capture_logs

from survey_app.citizen.counter_screens import TOKENS_AHEAD
from survey_app.clock import SetClock
from survey_app.languages import catalogue
from survey_app.responses.registration import door_of
from survey_app.territory import assisted_links
from survey_app.territory.registration import assisted_keys_of
from survey_app.territory.service_points import close_service_point, service_point_by_id
from tests.citizen.conftest import Stored, Transaction
from tests.citizen.reading import choices_of, document_of, heading_of, paragraphs_of, problems_of, token_of
from tests.support.queries import QueryCounter
from tests.support.surveys import GOOD_ANSWERS, ScannedCounter, open_form

VOLUNTEER = "tinhnguyen@dongnai.gov.vn"
TITLE = "Góp ý về lần phục vụ này"
ENDED = "Liên kết này đã hết hạn."
REVOKED = "Liên kết này đã bị thu hồi, hoặc quầy đã đóng."
UNKNOWN = "Liên kết này thiếu hoặc sai chữ."
Make = Callable[..., str]


@pytest.fixture
def make(app: Flask, transaction: Transaction, counter: ScannedCounter, clock: SetClock) -> Make:
    """Makes a link and returns its path."""

    def made(days: int = 1) -> str:
        with transaction() as connection:
            point = service_point_by_id(connection, counter.service_point_id, clock.today())
            assert point is not None
            code = assisted_links.make_link(connection, point, VOLUNTEER, days, clock.now())
        return f"/a/{assisted_keys_of(app).link(code, assisted_links.end_after(clock.now(), days))}"

    return made


@pytest.fixture
def link(make: Make) -> str:
    """The path of a link that is good for today."""
    return make()


def code_of(link: str) -> str:
    return link.removeprefix("/a/")[: assisted_links.CODE_LENGTH]


def frame_of(client: FlaskClient, link: str) -> dict[str, str]:
    document = document_of(client.get(link))
    frame = next(element for element in document.iter("div") if element.get("id") == "kiosk")
    return {name.removeprefix("data-"): value for name, value in frame.attrib.items()}


def test_an_answer_by_the_link_is_one_of_its_channel(client: FlaskClient, link: str, stored: Stored) -> None:
    form = open_form(client, link)
    sent = client.post(link, data=form.fields)
    assert sent.status_code == 303
    (row,) = stored()
    assert (row["channel"], row["flags"]) == ("assisted", 0), "pace says nothing where somebody helps"
    thanks = client.get(sent.location)
    assert heading_of(thanks) == "Xin cảm ơn ông/bà!"
    assert f'content="10;url={link}">' in thanks.get_data(as_text=True)
    assert list(document_of(thanks).iter("a")) == []


def test_the_page_says_whose_the_answers_are(client: FlaskClient, link: str) -> None:
    page = client.get(link)
    assert heading_of(page) == TITLE
    assert any(words.startswith("Người giúp chỉ đọc câu hỏi") for words in paragraphs_of(page))
    assert any(words.startswith("Whoever helps only reads") for words in paragraphs_of(client.get(f"{link}?lang=en")))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_two_people_on_one_link_are_two_answers(client: FlaskClient, link: str, stored: Stored) -> None:
    first, second = open_form(client, link, overall="1"), open_form(client, link, overall="5")
    assert first.token != second.token
    for form in (first, second, first):
        assert client.post(link, data=form.fields).status_code == 303
    assert sorted(str(row["r1"]) for row in stored()) == ["1", "5"]
    assert choices_of(client.get(link)) == {}


def test_two_links_of_two_volunteers_make_rows_that_differ_in_nothing(
    client: FlaskClient, make: Make, stored: Stored
) -> None:
    for link in (make(), make(7)):
        client.post(link, data=open_form(client, link).fields)
    one, other = ({key: row[key] for key in row if key not in {"id", "receipt"}} for row in stored())
    assert one == other


def test_nothing_leads_from_an_answer_to_the_link(
    client: FlaskClient, link: str, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as lines:
        client.post(link, data=open_form(client, link).fields)
        client.get(f"{link}/tokens")
        client.get(f"{link[:-1]}{'0' if link[-1] != '0' else '1'}")
    said = caplog.text + str(lines)
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            if table != "assisted_link":
                rows = str(connection.execute(text(f"SELECT * FROM {table}")).all())  # our own tables
                assert code_of(link) not in rows, table
                assert VOLUNTEER not in rows, table
    assert code_of(link).lower() not in said.lower()


def test_tokens_ahead_each_for_one_person(client: FlaskClient, link: str, stored: Stored, app: Flask) -> None:
    answer = client.get(f"{link}/tokens").json or {}
    assert len(set(answer["tokens"])) == TOKENS_AHEAD
    clock: SetClock = app.extensions["clock"]
    token = door_of(app).tokens.read(answer["tokens"][0], clock.now())
    assert (token.channel, token.language) == ("assisted", "vi")
    frame = frame_of(client, link)
    assert frame["version"] == answer["version"]
    assert (frame["home"], frame["worker"]) == (link, "/a/worker.js")
    for one in answer["tokens"][:2]:
        client.post(link, data=GOOD_ANSWERS | {"token": one})
    assert len(stored()) == 2


def test_the_copy_to_keep_holds_no_token(client: FlaskClient, link: str) -> None:
    assert 'name="token" value=""' in client.get(f"{link}?shell=1").get_data(as_text=True)


def test_the_worker_sees_links_only(client: FlaskClient) -> None:
    response = client.get("/a/worker.js")
    assert response.mimetype == "text/javascript"
    assert "Service-Worker-Allowed" not in response.headers, "its scope is /a/"


def test_it_ends_in_words_and_a_form_opened_in_time_counts(
    client: FlaskClient, link: str, clock: SetClock, stored: Stored
) -> None:
    form = open_form(client, link)
    midnight = clock.now().replace(hour=0, minute=0) + timedelta(days=1)
    clock.moment = midnight - timedelta(minutes=1)
    assert client.get(link).status_code == 200
    clock.moment = midnight
    for address in (link, f"{link}?shell=1", f"{link}/tokens"):
        ended = client.get(address)
        assert ended.status_code == 410
        assert ended.headers["Cache-Control"] == "no-store"
        assert (heading_of(ended), paragraphs_of(ended)[0].startswith(ENDED)) == ("Không mở được phiếu", True)
    assert client.post(link, data=form.fields).status_code == 303
    assert len(stored()) == 1, "it waited without a network over midnight"


def test_revoked_it_opens_nothing_and_a_form_opened_before_counts(
    client: FlaskClient, link: str, clock: SetClock, transaction: Transaction, stored: Stored
) -> None:
    form = open_form(client, link)
    with transaction() as connection:
        assert assisted_links.revoke_link(connection, code_of(link), clock.today())
    clock.advance(timedelta(seconds=11))
    for address in (link, f"{link}?lang=en", f"{link}/tokens"):
        assert client.get(address).status_code == 410
    assert paragraphs_of(client.get(link))[0].startswith(REVOKED)
    assert client.post(link, data=form.fields).status_code == 303
    assert len(stored()) == 1
    lost = client.post(link, data=form.fields | {"token": "x"})
    assert lost.status_code == 410, "no new form is made for it"
    by_script = client.post(link, data={"token": "x"}, headers={"Accept": "application/json"})
    assert by_script.json == {"problem": catalogue("vi").text("citizen.assisted.revoked")}


def test_a_closed_counter_closes_it(
    client: FlaskClient, make: Make, clock: SetClock, transaction: Transaction, counter: ScannedCounter
) -> None:
    link = make(7)
    tomorrow = clock.today() + timedelta(days=1)
    with transaction() as connection:
        close_service_point(connection, counter.service_point_id, tomorrow)
    assert client.get(link).status_code == 200
    clock.advance(timedelta(days=1))
    assert client.get(link).status_code == 410


@pytest.mark.parametrize("forged", ["0" * 28, "x", "%F0%9F%98%80", "W" * 3000, "0123456789ABCDEF0123456789AB"])
@pytest.mark.parametrize("part", ["", "/tokens", "/thanks/ABCD"])
def test_a_forged_link_is_nothing_and_costs_no_query(
    client: FlaskClient, engine: Engine, counter: ScannedCounter, forged: str, part: str
) -> None:
    with QueryCounter(engine) as queries:
        refused = client.get(f"/a/{forged}{part}")
    assert (refused.status_code, queries.count) == (404, 0)
    assert paragraphs_of(refused)[0].startswith(UNKNOWN)
    assert client.post(f"/a/{forged}").status_code == 404


def test_a_later_end_cannot_be_written_into_it(app: Flask, client: FlaskClient, link: str) -> None:
    other = assisted_keys_of(app).link(code_of(link), 33_000_000)
    mixed = other[:16] + link.removeprefix("/a/")[16:]
    assert client.get(f"/a/{mixed}").status_code == 404


def test_opening_it_again_costs_no_query_while_it_is_trusted(
    client: FlaskClient, link: str, engine: Engine, clock: SetClock
) -> None:
    with QueryCounter(engine) as queries:
        client.get(link)
    assert 0 < queries.count <= 5  # the first page of a process also asks who asks
    with QueryCounter(engine) as queries:
        client.get(link)
        client.get(f"{link}/tokens")
    assert queries.count == 0


def test_what_was_wrong_is_said_and_everything_chosen_stays(client: FlaskClient, link: str, stored: Stored) -> None:
    form = open_form(client, link)
    again = client.post(link, data=form.fields | {"overall": "9"})
    assert again.status_code == 422
    assert problems_of(again)[0][1] == "overall"
    assert choices_of(again)["courtesy"] == "5"
    assert token_of(again) == form.token
    assert 'id="kiosk"' in again.get_data(as_text=True)
    unreadable = client.post(link, data=form.fields | {"token": "cũ"})
    assert (unreadable.status_code, choices_of(unreadable)["dedication"]) == (422, "5")
    assert client.post(link, data=form.fields | {"token": token_of(unreadable)}).status_code == 303
    assert [row["channel"] for row in stored()] == ["assisted"]


def test_its_form_sent_elsewhere_is_shown_again_as_an_ordinary_page(
    client: FlaskClient, link: str, counter: ScannedCounter, stored: Stored
) -> None:
    form = open_form(client, link)
    again = client.post(counter.path, data=form.fields | {"overall": "9"})
    assert again.status_code == 422
    assert 'id="kiosk"' not in again.get_data(as_text=True)
    assert client.post(counter.path, data=form.fields).status_code == 303
    assert [row["channel"] for row in stored()] == ["assisted"], "the token says what it is"


def test_the_policy_allows_both_styles_and_nothing_else(client: FlaskClient, link: str) -> None:
    policy = client.get(link).headers["Content-Security-Policy"]
    assert policy.count("'sha256-") == 2
    assert "unsafe" not in policy


@pytest.mark.parametrize("language", ["vi", "en"])
def test_refusals_say_what_to_do_in_the_reader_s_language(client: FlaskClient, language: str) -> None:
    words = paragraphs_of(client.get(f"/a/0?lang={language}"))[0]
    assert re.search("trang cán bộ|staff pages", words)
    assert words == catalogue(language).text("citizen.assisted.unknown")


def test_a_moment_is_not_part_of_a_link(link: str, clock: SetClock) -> None:
    """Only the end stands in it, always a midnight: nobody can tell from a link when it was made."""
    number = 0
    for character in link.removeprefix("/a/")[10:16]:
        number = number << 5 | "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(character)
    assert datetime.fromtimestamp(number * 60, clock.now().tzinfo).time().isoformat() == "00:00:00"
