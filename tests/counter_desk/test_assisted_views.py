"""The page of volunteers' links: who makes, sees and revokes them, and what the audit log keeps."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from survey_app.audit_log.log import every_event
from survey_app.clock import SetClock
from survey_app.staff.accounts import change_roles, disable_account
from survey_app.territory.assisted_links import CODE_LENGTH
from tests.citizen.reading import document_of, heading_of
from tests.conftest import NOW
from tests.counter_desk.conftest import Transaction, send
from tests.staff.people import an_account, signed_in
from tests.support import factories
from tests.support.pages import text_of
from tests.support.surveys import ScannedCounter

PAGE, REVOKE = "/staff/assisted", "/staff/assisted/revoke"
ELSEWHERE = "26068"


@pytest.fixture
def volunteer(app: Flask, counter: ScannedCounter) -> FlaskClient:
    """A browser in which a volunteer of the counter's commune has signed in."""
    an_account(app, "volunteer", counter.commune.code)
    return signed_in(app, "volunteer@dongnai.gov.vn")


@pytest.fixture
def colleague(app: Flask, counter: ScannedCounter) -> FlaskClient:
    """Another volunteer of the same commune."""
    an_account(app, "volunteer", counter.commune.code, "ban@dongnai.gov.vn")
    return signed_in(app, "ban@dongnai.gov.vn")


def ask(browser: FlaskClient, counter: ScannedCounter, **fields: object) -> TestResponse:
    wanted = {"unit": counter.commune.code, "service_point": counter.service_point_id, "days": 1}
    return send(browser, PAGE, PAGE, **(wanted | fields))


def links_on(browser: FlaskClient) -> list[str]:
    """The paths of the links on the page that can be opened."""
    links = (link.get("href", "") for link in document_of(browser.get(PAGE)).iter("a"))
    return [link.removeprefix("http://127.0.0.1:8000") for link in links if "/a/" in link]


def codes_on(browser: FlaskClient) -> list[str]:
    fields = document_of(browser.get(PAGE)).iter("input")
    return [field.get("value", "") for field in fields if field.get("name") == "code"]


def words_on(browser: FlaskClient, address: str = PAGE) -> str:
    return text_of(next(document_of(browser.get(address)).iter("main")))


def events(transaction: Transaction) -> list[tuple[str, str, str | None, dict[str, object]]]:
    with transaction() as connection:
        found = [event for event in every_event(connection) if event.kind.startswith("assisted.")]
    return [(event.kind, event.actor, event.unit_code, dict(event.details)) for event in found]


def test_a_volunteer_makes_a_link_and_it_opens(
    volunteer: FlaskClient, client: FlaskClient, counter: ScannedCounter
) -> None:
    made = ask(volunteer, counter)
    assert made.status_code == 303
    words = words_on(volunteer, made.headers["Location"])
    assert "Đã tạo liên kết." in words
    assert "Hết ngày 24/11/2026" in words
    (link,) = links_on(volunteer)
    assert heading_of(client.get(link)) == "Góp ý về lần phục vụ này"


def test_the_first_page_and_the_header_lead_there(volunteer: FlaskClient) -> None:
    home = volunteer.get("/staff/")
    assert heading_of(home) == "Việc của ông/bà"
    addresses = [link.get("href") for link in document_of(home).iter("a") if text_of(link) == "Giúp người dân góp ý"]
    assert addresses == [PAGE, PAGE], "the header's and the page's own"
    current = [link.get("href") for link in document_of(volunteer.get(PAGE)).iter("a") if link.get("aria-current")]
    assert current == [PAGE]


def test_today_is_offered_first_and_a_week_at_most(volunteer: FlaskClient) -> None:
    periods = [
        (option.get("value"), text_of(option))
        for select in document_of(volunteer.get(PAGE)).iter("select")
        if select.get("name") == "days"
        for option in select.iter("option")
    ]
    assert periods[0] == ("1", "Hết hôm nay")
    assert periods[-1] == ("7", "Hết ngày 30/11/2026")
    assert len(periods) == 7


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("days", "8", "Liên kết dùng được từ 1 đến 7 ngày."),
        ("days", "một", "Liên kết dùng được từ 1 đến 7 ngày."),
        ("days", "", "Liên kết dùng được từ 1 đến 7 ngày."),
        ("service_point", "999", "Xin chọn một quầy đang mở của đơn vị."),
        ("service_point", "<script>", "Xin chọn một quầy đang mở của đơn vị."),
    ],
)
def test_bad_input_is_said_and_nothing_is_made(
    volunteer: FlaskClient, counter: ScannedCounter, transaction: Transaction, field: str, value: str, words: str
) -> None:
    refused = ask(volunteer, counter, **{field: value})
    assert refused.status_code == 422
    assert words in refused.get_data(as_text=True)
    assert links_on(volunteer) == []
    assert events(transaction) == []


def test_a_sixth_link_is_refused(volunteer: FlaskClient, counter: ScannedCounter) -> None:
    assert [ask(volunteer, counter, days=3).status_code for _ in range(6)] == [303] * 5 + [422]
    assert len(set(links_on(volunteer))) == 5


def test_a_counter_of_another_unit_cannot_be_had(
    app: Flask, volunteer: FlaskClient, counter: ScannedCounter, transaction: Transaction
) -> None:
    with transaction() as connection:
        other = factories.a_commune(connection, ELSEWHERE)
        foreign = factories.a_service_point(connection, other)
    assert ask(volunteer, counter, service_point=foreign).status_code == 422
    assert ask(volunteer, counter, unit=ELSEWHERE, service_point=foreign).status_code == 403
    assert volunteer.get(f"{PAGE}?unit={ELSEWHERE}").status_code == 403
    assert volunteer.get(f"{PAGE}?unit=99999").status_code == 404


def test_each_volunteer_sees_and_revokes_their_own(
    volunteer: FlaskClient, colleague: FlaskClient, client: FlaskClient, counter: ScannedCounter
) -> None:
    ask(volunteer, counter)
    ask(colleague, counter, days=2)
    (link,), (other,) = links_on(volunteer), links_on(colleague)
    assert link != other
    foreign = send(volunteer, PAGE, REVOKE, unit=counter.commune.code, code=other.removeprefix("/a/")[:CODE_LENGTH])
    assert foreign.status_code == 303
    assert client.get(other).status_code == 200, "it is somebody else's"
    sent = send(volunteer, PAGE, REVOKE, unit=counter.commune.code, code=codes_on(volunteer)[0])
    assert "Liên kết đã thu hồi" in words_on(volunteer, sent.headers["Location"])
    assert [client.get(one).status_code for one in (link, other)] == [410, 200]
    assert links_on(volunteer) == []


def test_the_leader_sees_and_revokes_all_and_opens_none(
    leader: FlaskClient, volunteer: FlaskClient, colleague: FlaskClient, client: FlaskClient, counter: ScannedCounter
) -> None:
    ask(volunteer, counter)
    ask(colleague, counter, days=2)
    link, other = *links_on(volunteer), *links_on(colleague)
    words = words_on(leader)
    assert "do volunteer@dongnai.gov.vn tạo" in words
    assert "do ban@dongnai.gov.vn tạo" in words
    assert links_on(leader) == []
    html = leader.get(PAGE).get_data(as_text=True)
    assert link[3:] not in html
    assert other[3:] not in html
    assert leader.post(PAGE).status_code == 403, "a leader makes none: whoever is judged does not help"
    for code in codes_on(leader):
        send(leader, PAGE, REVOKE, unit=counter.commune.code, code=code)
    assert [client.get(one).status_code for one in (link, other)] == [410, 410]
    assert "Chưa có liên kết nào đang mở." in words_on(leader)


def test_a_leader_of_another_unit_revokes_nothing_here(
    app: Flask, volunteer: FlaskClient, client: FlaskClient, counter: ScannedCounter, transaction: Transaction
) -> None:
    with transaction() as connection:
        factories.a_commune(connection, ELSEWHERE)
    ask(volunteer, counter)
    an_account(app, "leader", ELSEWHERE, "khac@dongnai.gov.vn")
    stranger = signed_in(app, "khac@dongnai.gov.vn")
    code = codes_on(volunteer)[0]
    assert send(stranger, PAGE, REVOKE, unit=counter.commune.code, code=code).status_code == 403
    assert send(stranger, PAGE, REVOKE, unit=ELSEWHERE, code=code).status_code == 303
    assert client.get(links_on(volunteer)[0]).status_code == 200


def test_the_audit_log_knows_that_links_were_made_and_revoked_not_which(
    leader: FlaskClient, volunteer: FlaskClient, counter: ScannedCounter, transaction: Transaction
) -> None:
    ask(volunteer, counter, days=2)
    code = codes_on(volunteer)[0]
    for _ in range(2):
        send(leader, PAGE, REVOKE, unit=counter.commune.code, code=code)
    unit, email = counter.commune.code, "volunteer@dongnai.gov.vn"
    assert events(transaction) == [
        ("assisted.link_made", email, unit, {"days": 2}),
        ("assisted.link_revoked", "leader@dongnai.gov.vn", unit, {"account": email}),
    ]


def test_an_ended_link_is_listed_no_more(volunteer: FlaskClient, counter: ScannedCounter, clock: SetClock) -> None:
    ask(volunteer, counter)
    ask(volunteer, counter, days=2)
    assert len(links_on(volunteer)) == 2
    clock.moment = NOW.replace(hour=0) + timedelta(days=1)
    signed_in_again = signed_in(volunteer.application, "volunteer@dongnai.gov.vn")
    (left,) = links_on(signed_in_again)
    assert signed_in_again.get(left).status_code == 200


def test_in_english(volunteer: FlaskClient, counter: ScannedCounter) -> None:
    ask(volunteer, counter)
    page = volunteer.get(f"{PAGE}?lang=en")
    assert heading_of(page) == "Help people answer"
    assert "Until the end of" in page.get_data(as_text=True)


def test_a_unit_without_counters_says_so(app: Flask, transaction: Transaction, counter: ScannedCounter) -> None:
    with transaction() as connection:
        factories.a_commune(connection, ELSEWHERE)
    an_account(app, "volunteer", ELSEWHERE, "vang@dongnai.gov.vn")
    assert "Đơn vị chưa có quầy nào đang mở." in words_on(signed_in(app, "vang@dongnai.gov.vn"))


@pytest.mark.parametrize("change", ["disabled", "another role", "another unit"])
def test_links_end_with_what_the_account_was(
    app: Flask,
    volunteer: FlaskClient,
    colleague: FlaskClient,
    client: FlaskClient,
    counter: ScannedCounter,
    transaction: Transaction,
    change: str,
) -> None:
    with transaction() as connection:
        factories.a_commune(connection, ELSEWHERE)
    for browser in (volunteer, colleague):
        ask(browser, counter)
    (link,), (other,) = links_on(volunteer), links_on(colleague)
    with app.app_context():
        if change == "disabled":
            disable_account("volunteer@dongnai.gov.vn")
        elif change == "another role":
            change_roles("volunteer@dongnai.gov.vn", ["data_entry"], counter.commune.code)
        else:
            change_roles("volunteer@dongnai.gov.vn", ["volunteer"], ELSEWHERE)
    assert [client.get(one).status_code for one in (link, other)] == [410, 200]


def test_the_request_log_holds_no_link(volunteer: FlaskClient, client: FlaskClient, counter: ScannedCounter) -> None:
    with capture_logs() as lines:
        ask(volunteer, counter)
        (link,) = links_on(volunteer)
        client.get(link)
        client.get(f"{link}/tokens")
        send(volunteer, PAGE, REVOKE, unit=counter.commune.code, code=codes_on(volunteer)[0])
    rules = [line["rule"] for line in lines]
    assert set(rules) == {PAGE, REVOKE}
    assert link.removeprefix("/a/")[:CODE_LENGTH] not in str(lines)
