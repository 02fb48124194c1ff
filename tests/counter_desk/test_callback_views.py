"""The caller's pages: a commune, a counter, the questions; one answer whatever is sent twice; no who, no when."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select, text
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from survey_app.audit_log.log import every_event
from survey_app.clock import SetClock
from survey_app.questionnaires import register
from survey_app.questionnaires.definition import callback_questionnaire
from survey_app.responses.models import inbox
from tests.citizen.reading import choices_of, document_of, heading_of, problems_of, token_of
from tests.conftest import NOW
from tests.counter_desk.conftest import Transaction
from tests.staff.people import an_account, signed_in, token_in
from tests.support import factories
from tests.support.pages import text_of
from tests.support.surveys import GOOD_ANSWERS, ScannedCounter, open_form

PAGE = "/staff/callback"
QUESTION = "Có ai bảo ông/bà nên chấm mấy điểm không?"
ANSWERS = GOOD_ANSWERS | {"told_score": "yes", "comment": ""}
Stored = Callable[[], list[dict[str, object]]]


@pytest.fixture
def counter(counter: ScannedCounter, transaction: Transaction) -> ScannedCounter:
    """The counter, in an installation that has stored the call-back questions."""
    with transaction() as connection:
        register.store(connection, callback_questionnaire(), NOW.date())
    return counter


@pytest.fixture
def caller(app: Flask, counter: ScannedCounter) -> FlaskClient:
    """A browser in which an independent caller has signed in."""
    an_account(app, "caller")
    return signed_in(app, "caller@dongnai.gov.vn")


@pytest.fixture
def form(counter: ScannedCounter) -> str:
    """The path of the form about the counter."""
    return f"{PAGE}/{counter.commune.code}/{counter.service_point_id}"


@pytest.fixture
def stored(transaction: Transaction) -> Stored:
    """Reads every answer in the inbox."""

    def read() -> list[dict[str, object]]:
        with transaction() as connection:
            return [dict(row) for row in connection.execute(select(inbox)).mappings()]

    return read


def fields_of(page: TestResponse, **answers: str) -> dict[str, str]:
    return ANSWERS | {"token": token_of(page), "csrf_token": token_in(page)} | answers


def links_in(page: TestResponse) -> dict[str, str]:
    main = next(document_of(page).iter("main"))
    return {text_of(link): link.get("href", "") for link in main.iter("a")}


def test_from_the_first_page_to_a_saved_answer(caller: FlaskClient, form: str, stored: Stored) -> None:
    assert links_in(caller.get("/staff/"))["Gọi điện hỏi lại"] == PAGE
    found = links_in(caller.get(f"{PAGE}?q=tran bien"))
    (commune,) = (address for words, address in found.items() if words.startswith("Phường Trấn Biên"))
    counters = links_in(caller.get(commune))
    (address,) = (address for words, address in counters.items() if words.startswith("Quầy 1"))
    assert address == form
    sent = caller.post(form, data=fields_of(caller.get(form)))
    assert sent.status_code == 303
    saved = caller.get(sent.headers["Location"])
    assert heading_of(saved) == "Đã lưu phiếu"
    assert links_in(saved)["Gọi người tiếp theo: Phường Trấn Biên"] == commune
    (row,) = stored()
    assert (row["channel"], row["c1"], row["c2"], row["flags"], row["set_aside"]) == ("callback", 1, 2, 0, 0)
    assert (row["day_part"], row["received_on"]) == ("morning", NOW.date())


def test_the_questions_are_those_of_the_counter_and_one_more_word_for_word(caller: FlaskClient, form: str) -> None:
    page = caller.get(form)
    asked = [text_of(legend) for legend in document_of(page).iter("legend")]
    assert QUESTION in asked
    assert len(asked) == len(callback_questionnaire().items) - 1, "the comment has a label"
    assert asked.index(QUESTION) == 1 + next(n for n, words in enumerate(asked) if "gợi ý" in words or "khó" in words)
    assert "Did anyone tell you what score to give?" in caller.get(f"{form}?lang=en").get_data(as_text=True)


def test_it_has_no_place_for_a_name_number_or_day(caller: FlaskClient, form: str) -> None:
    main = next(document_of(caller.get(form)).iter("main"))
    names = {element.get("name") for kind in ("input", "textarea", "select") for element in main.iter(kind)}
    assert names == {"csrf_token", "token"} | {item.name for item in callback_questionnaire().items}
    kinds = {element.get("type") for element in main.iter("input")}
    assert kinds == {"hidden", "radio"}


def test_sent_twice_is_one_answer_and_the_same_page(caller: FlaskClient, form: str, stored: Stored) -> None:
    fields = fields_of(caller.get(form))
    first = caller.post(form, data=fields)
    again = caller.post(form, data=fields | {"overall": "1"})
    empty = caller.post(form, data={name: fields[name] for name in ("token", "csrf_token")})
    assert first.headers["Location"] == again.headers["Location"] == empty.headers["Location"]
    assert [row["r1"] for row in stored()] == [5]


@pytest.mark.parametrize(
    ("answers", "target"),
    [
        ({"told_score": "maybe"}, "told_score"),
        ({"overall": "6"}, "overall"),
        (dict.fromkeys(("overall", "courtesy", "answers", "guidance", "fairness", "dedication"), ""), "overall"),
        ({"comment": "x" * 501}, "comment"),
    ],
)
def test_bad_input_is_said_and_everything_chosen_stays(
    caller: FlaskClient, form: str, stored: Stored, answers: dict[str, str], target: str
) -> None:
    page = caller.get(form)
    again = caller.post(form, data=fields_of(page, **answers))
    assert again.status_code == 422
    assert heading_of(again) == "Chưa gửi được: Hỏi qua điện thoại"
    assert target in {each for _, each in problems_of(again)}
    assert choices_of(again)["service_domain"] == "certification"
    assert token_of(again) == token_of(page)
    assert stored() == []
    assert caller.post(form, data=fields_of(again)).status_code == 303


def test_a_form_older_than_14_days_is_shown_again_with_a_good_token(
    caller: FlaskClient, app: Flask, form: str, clock: SetClock, stored: Stored
) -> None:
    old = token_of(caller.get(form))
    clock.advance(timedelta(days=15))
    browser = signed_in(app, "caller@dongnai.gov.vn")
    again = browser.post(form, data=fields_of(browser.get(form), token=old))
    assert again.status_code == 422
    assert problems_of(again)[0][0].startswith("Chưa gửi được: phiếu mở đã quá 14 ngày.")
    assert choices_of(again)["told_score"] == "yes"
    assert browser.post(form, data=fields_of(again)).status_code == 303
    assert len(stored()) == 1


def test_a_token_of_another_counter_or_channel_is_not_taken(
    caller: FlaskClient,
    client: FlaskClient,
    counter: ScannedCounter,
    form: str,
    transaction: Transaction,
    stored: Stored,
) -> None:
    with transaction() as connection:
        second = factories.a_service_point(connection, counter.commune, "Quầy 2")
    other = caller.get(f"{PAGE}/{counter.commune.code}/{second}")
    for token in (token_of(other), open_form(client, counter.path).token, "x", ""):
        refused = caller.post(form, data=fields_of(other, token=token))
        assert refused.status_code == 422
        assert choices_of(refused)["overall"] == "5"
    assert stored() == []


def test_only_callers_come_in(app: Flask, counter: ScannedCounter, form: str) -> None:
    an_account(app, "volunteer", counter.commune.code)
    an_account(app, ["auditor", "inspector", "administrator"], email="a@dongnai.gov.vn")
    for email in ("volunteer@dongnai.gov.vn", "a@dongnai.gov.vn"):
        browser = signed_in(app, email)
        assert [browser.get(address).status_code for address in (PAGE, form)] == [403, 403]
        assert browser.post(form, data=ANSWERS).status_code == 403


def test_a_forged_form_is_refused(caller: FlaskClient, form: str, stored: Stored) -> None:
    fields = fields_of(caller.get(form))
    assert caller.post(form, data={k: v for k, v in fields.items() if k != "csrf_token"}).status_code == 400
    assert caller.post(form, data=fields, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert stored() == []


def test_neither_log_knows_of_a_call(caller: FlaskClient, form: str, transaction: Transaction) -> None:
    with transaction() as connection:
        before = len(list(every_event(connection)))
    with capture_logs() as lines:
        sent = caller.post(form, data=fields_of(caller.get(form)))
        caller.get(sent.headers["Location"])
        caller.get("/staff/")
    assert [line["rule"] for line in lines] == ["/staff/"], "other pages are logged as ever"
    with transaction() as connection:
        assert len(list(every_event(connection))) == before
        row = str(connection.execute(text("SELECT * FROM inbox")).one())
    assert "caller" not in row


@pytest.mark.parametrize("address", ["/99999", "/26041/999", "/75", "/26041/saved/AAAA", "/26041/0", "/../x"])
def test_what_is_not_there_is_not_found(caller: FlaskClient, address: str) -> None:
    assert caller.get(f"{PAGE}{address}").status_code == 404


def test_an_installation_without_the_questions_says_what_to_do(
    app: Flask, transaction: Transaction, runner: FlaskCliRunner
) -> None:
    with transaction() as connection:
        factories.dong_nai(connection)
        point = factories.a_service_point(connection, factories.a_commune(connection))
    an_account(app, "caller")
    browser = signed_in(app, "caller@dongnai.gov.vn")
    missing = browser.get(f"{PAGE}/26041/{point}")
    assert missing.status_code == 404
    assert "questionnaire callback" in missing.get_data(as_text=True)
    for _ in range(2):
        assert runner.invoke(args=["questionnaire", "callback"]).exit_code == 0
    assert browser.get(f"{PAGE}/26041/{point}").status_code == 200
    with transaction() as connection:
        told = [event.details["questionnaire"] for event in every_event(connection) if "questionnaire" in event.kind]
    assert told == [callback_questionnaire().label], "the second time changed nothing"


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Runs commands."""
    return app.test_cli_runner()
