"""The page of visits: a week, four numbers; what is wrong is said and what was typed is kept."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from survey_app.visits.counts import Numbers, Place
from survey_app.visits.register import Reporter, WeekReport, record_visits, visits_by_place, visits_of
from tests.conftest import NOW
from tests.counter_desk.conftest import Transaction, send
from tests.support.surveys import ScannedCounter

PAGE = "/staff/visits"
WEEK = "2026-11-16"


def known(transaction: Transaction) -> list[Numbers]:
    with transaction() as connection:
        return [each.numbers for each in visits_of(connection, None, date(2020, 1, 6), date(2030, 1, 7))]


def test_a_leader_reports_a_week_and_sees_it(
    leader: FlaskClient, transaction: Transaction, counter: ScannedCounter
) -> None:
    sent = send(leader, PAGE, PAGE, unit=counter.commune.code, week=WEEK, counter_visits="132", dossiers_filed="95")
    assert sent.status_code == 303
    page = leader.get(sent.headers["Location"]).get_data(as_text=True)
    assert "Đã ghi số của tuần." in page
    assert 'value="132"' in page
    assert "nhập trên trang này: leader@dongnai.gov.vn, 24/11/2026" in page
    assert known(transaction) == [Numbers(132, 95)]


def test_what_was_known_stands_in_the_box_and_emptying_it_takes_it_back(
    leader: FlaskClient, transaction: Transaction, counter: ScannedCounter
) -> None:
    with transaction() as connection:
        report = WeekReport(
            Place(counter.commune.id), date.fromisoformat(WEEK), {"counter_visits": 10, "fully_online": 4}
        )
        record_visits(connection, [report], Reporter("integration", "Một cửa (key)", NOW))
    page = leader.get(f"{PAGE}?week={WEEK}").get_data(as_text=True)
    assert 'value="10"' in page
    assert "hệ thống của thành phố, tỉnh gửi: Một cửa (key)" in page
    send(leader, PAGE, PAGE, unit=counter.commune.code, week=WEEK, counter_visits="12", fully_online="")
    assert known(transaction) == [Numbers(12)]


def test_numbers_of_one_service_domain_stand_apart_from_those_of_the_unit(
    leader: FlaskClient, transaction: Transaction, counter: ScannedCounter
) -> None:
    send(leader, PAGE, PAGE, unit=counter.commune.code, week=WEEK, counter_visits="132")
    sent = send(leader, PAGE, PAGE, unit=counter.commune.code, week=WEEK, domain="land", counter_visits="41")
    assert sent.status_code == 303
    page = leader.get(sent.headers["Location"]).get_data(as_text=True)
    assert '<option value="land" selected>' in page and 'value="41"' in page and 'value="132"' not in page
    whole = leader.get(f"{PAGE}?week={WEEK}").get_data(as_text=True)
    assert 'value="132"' in whole and 'value="41"' not in whole
    monday = date.fromisoformat(WEEK)
    with transaction() as connection:
        told = {each.place.service_domain: each.numbers for each in visits_by_place(connection, None, monday, monday)}
    assert told == {None: Numbers(132), "land": Numbers(41)}
    send(leader, PAGE, PAGE, unit=counter.commune.code, week=WEEK, domain="land", counter_visits="")
    assert known(transaction) == [Numbers(132)]


def test_a_domain_that_nobody_knows_is_refused(leader: FlaskClient, transaction: Transaction) -> None:
    code = leader.get(PAGE).get_data(as_text=True).partition('name="unit" value="')[2][:5]
    refused = send(leader, PAGE, PAGE, unit=code, week=WEEK, domain="moon", counter_visits="5")
    assert refused.status_code == 422 and "không có lĩnh vực moon" in refused.get_data(as_text=True)
    assert known(transaction) == []


def test_the_last_finished_week_is_offered_first(leader: FlaskClient) -> None:
    page = leader.get(PAGE).get_data(as_text=True)
    assert f'<option value="{WEEK}" selected>16–22/11/2026</option>' in page
    assert '<option value="2026-11-23">' in page
    assert "2026-11-30" not in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"counter_visits": "-5"}, "“-5” không dùng được"),
        ({"dossiers_filed": "1.200"}, "“1.200” không dùng được"),
        ({"helped_online": "1000001"}, "“1000001” không dùng được"),
        ({"fully_online": "mười"}, "“mười” không dùng được"),
        ({"week": "2026-11-30", "counter_visits": "1"}, "tuần 2026-11-30 chưa tới"),
        ({"week": "2026-11-18", "counter_visits": "1"}, "không phải thứ Hai"),
        ({"week": "<script>", "counter_visits": "1"}, "không phải tuần"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    leader: FlaskClient, transaction: Transaction, counter: ScannedCounter, typed: dict[str, str], words: str
) -> None:
    fields = {"unit": counter.commune.code, "week": WEEK, "counter_visits": "77"} | typed
    refused = send(leader, PAGE, PAGE, **fields)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert words in page
    kept = [value for name, value in fields.items() if name not in {"unit", "week"}]
    assert all(f'value="{value}"' in page for value in kept)
    assert known(transaction) == []


def test_a_leader_speaks_for_no_other_unit(leader: FlaskClient, transaction: Transaction) -> None:
    assert leader.get(f"{PAGE}?unit=26068").status_code == 403
    assert send(leader, PAGE, PAGE, unit="26068", week=WEEK, counter_visits="1").status_code == 403
    assert leader.get(f"{PAGE}?unit=99999").status_code == 404
    assert known(transaction) == []


def test_an_administrator_picks_the_unit(administrator: FlaskClient, transaction: Transaction) -> None:
    page = administrator.get(PAGE).get_data(as_text=True)
    assert page.count("<option") == 96
    assert 'name="counter_visits"' not in page
    assert send(administrator, PAGE, PAGE, unit="26068", week=WEEK, counter_visits="8").status_code == 303
    assert known(transaction) == [Numbers(8)]
    assert send(administrator, PAGE, PAGE, unit="", week=WEEK, counter_visits="8").status_code == 422
