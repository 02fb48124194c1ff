"""The page of tickets: slips printed, slips voided, and visits → slips → slips used."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select

from survey_app.clock import SetClock
from survey_app.responses.ticket_models import TicketRow
from survey_app.territory.service_points import service_point_by_id
from tests.conftest import NOW
from tests.counter_desk.conftest import Transaction, send
from tests.counter_desk.paper import codes_on
from tests.staff.people import signed_in
from tests.support import factories
from tests.support.surveys import ScannedCounter, open_form

PAGE = "/staff/tickets"
PRINT, VOID = f"{PAGE}/print", f"{PAGE}/void"


def fields(counter: ScannedCounter, **other: object) -> dict[str, object]:
    place = f"counter-{counter.service_point_id}"
    return {"unit": counter.commune.code, "place": place, "day": "2026-11-24", "count": "3"} | other


def made(transaction: Transaction) -> int:
    with transaction() as connection:
        return connection.execute(select(func.count()).select_from(TicketRow)).scalar_one()


def test_a_leader_prints_slips_that_open_the_form(
    leader: FlaskClient, client: FlaskClient, counter: ScannedCounter
) -> None:
    printed = send(leader, PAGE, PRINT, **fields(counter))
    assert (printed.status_code, printed.mimetype) == (200, "application/pdf")
    assert 'filename="phieu-moi_26041_2026-11-24_1-3.pdf"' in printed.headers["Content-Disposition"]
    assert printed.headers["Cache-Control"] == "private, no-store"
    codes = codes_on(printed.get_data())
    assert len(codes) == 3
    form = open_form(client, f"/t/{codes[0]}")
    assert client.post(form.path, data=form.fields).status_code == 303


def test_the_page_tells_visits_slips_and_use_after_closing(
    leader: FlaskClient,
    client: FlaskClient,
    counter: ScannedCounter,
    transaction: Transaction,
    clock: SetClock,
) -> None:
    codes = codes_on(send(leader, PAGE, PRINT, **fields(counter, count="5")).get_data())
    send(leader, "/staff/visits", "/staff/visits", unit=counter.commune.code, week="2026-11-23", counter_visits="40")
    for code in codes[:2]:
        form = open_form(client, f"/t/{code}")
        client.post(form.path, data=form.fields)
    send(leader, PAGE, VOID, unit=counter.commune.code, first_serial="5", last_serial="5", reason="in hỏng")
    assert first_row(leader) == ["40", "5", "1", "0"]
    clock.advance(timedelta(days=1))
    close_yesterday(leader)
    leader = signed_in(leader.application, "leader@dongnai.gov.vn")  # A session lasts a working day.
    assert first_row(leader) == ["40", "5", "1", "2"]
    page = leader.get(PAGE).get_data(as_text=True)
    assert "Cán bộ có thể chỉ đưa phiếu mời cho người vui vẻ" in page
    assert page.count("<table>") == 2
    assert not any(code in page for code in codes)


def close_yesterday(browser: FlaskClient) -> None:
    closed = browser.application.test_cli_runner().invoke(args=["close-day"])
    assert closed.exit_code == 0, closed.output


def first_row(browser: FlaskClient) -> list[str]:
    """The numbers of the running week of the whole unit."""
    page = browser.get(PAGE).get_data(as_text=True)
    row = page.split("23–29/11/2026</th>", 1)[1].split("</tr>", 1)[0]
    return re.findall(r'<td class="number">([^<]*)</td>', row)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"count": "0"}, "số nguyên từ 1 đến 500"),
        ({"count": "501"}, "số nguyên từ 1 đến 500"),
        ({"count": "ba"}, "số nguyên từ 1 đến 500"),
        ({"count": ""}, "số nguyên từ 1 đến 500"),
        ({"count": "201"}, "ngày và tuần ấy còn nhiều nhất 200"),
        ({"day": ""}, "Xin chọn ngày."),
        ({"day": "24/11"}, "Xin chọn ngày."),
        ({"day": "2026-11-23"}, "từ 2026-11-24 đến 2026-12-08"),
        ({"place": ""}, "Xin chọn quầy trong danh sách."),
        ({"place": "counter-999999"}, "Xin chọn quầy trong danh sách."),
        ({"place": "premises-x"}, "Xin chọn quầy trong danh sách."),
    ],
)
def test_what_cannot_be_printed_is_said_and_what_was_typed_is_kept(
    leader: FlaskClient, counter: ScannedCounter, transaction: Transaction, change: dict[str, str], words: str
) -> None:
    asked = fields(counter, **change)
    refused = send(leader, PAGE, PRINT, **asked)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert words in page
    assert f'value="{asked["count"]}"' in page
    assert made(transaction) == 0


def test_slips_for_the_whole_premises_let_the_visitor_pick_the_counter(
    leader: FlaskClient, client: FlaskClient, counter: ScannedCounter, transaction: Transaction
) -> None:
    with transaction() as connection:
        premises = premises_of(connection, counter)
        second = factories.a_service_point(connection, counter.commune, "Quầy 2", premises_id=premises)
    printed = send(leader, PAGE, PRINT, **fields(counter, place=f"premises-{premises}", count="1"))
    (code,) = codes_on(printed.get_data())
    chooser = client.get(f"/t/{code}").get_data(as_text=True)
    assert "Ông/bà vừa làm việc ở quầy nào?" in chooser
    assert f"/t/{code}/{second}" in chooser


def premises_of(connection: Connection, counter: ScannedCounter) -> int:
    point = service_point_by_id(connection, counter.service_point_id, NOW.date())
    assert point is not None
    return point.premises.id


def test_voiding_is_told_and_checked(leader: FlaskClient, counter: ScannedCounter, transaction: Transaction) -> None:
    send(leader, PAGE, PRINT, **fields(counter, count="9"))
    done = send(
        leader, PAGE, VOID, unit=counter.commune.code, first_serial="000004", last_serial="6", reason="mất tờ giấy"
    )
    assert "Đã hủy 3 phiếu mời." in leader.get(done.headers["Location"]).get_data(as_text=True)
    for first, last, reason, words in (
        ("20", "30", "mất tờ giấy", "không có phiếu mời nào từ số 20"),
        ("x", "3", "mất tờ giấy", "chỉ gồm chữ số"),
        ("1", "3", "", "Xin viết lý do"),
    ):
        refused = send(
            leader, PAGE, VOID, unit=counter.commune.code, first_serial=first, last_serial=last, reason=reason
        )
        page = refused.get_data(as_text=True)
        assert refused.status_code == 422
        assert words in page
        assert f'value="{first}"' in page
    with transaction() as connection:
        assert connection.scalar(select(func.sum(TicketRow.voided))) == 3


def test_a_leader_prints_for_no_other_unit(
    leader: FlaskClient, counter: ScannedCounter, transaction: Transaction
) -> None:
    assert leader.get(f"{PAGE}?unit=26068").status_code == 403
    assert send(leader, PAGE, PRINT, **fields(counter, unit="26068")).status_code == 403
    assert (
        send(leader, PAGE, VOID, unit="26068", first_serial="1", last_serial="2", reason="thử xem").status_code == 403
    )
    assert made(transaction) == 0


def test_an_administrator_picks_the_unit_first(administrator: FlaskClient, counter: ScannedCounter) -> None:
    assert "Xin chọn" not in administrator.get(PAGE).get_data(as_text=True)
    assert administrator.get(f"{PAGE}?unit={counter.commune.code}").status_code == 200
    assert send(administrator, PAGE, PRINT, **fields(counter, unit="")).status_code == 422
    assert send(administrator, PAGE, PRINT, **fields(counter)).status_code == 200


def test_a_unit_without_counters_is_told_so(administrator: FlaskClient) -> None:
    assert "chưa có quầy nào đang mở" in administrator.get(f"{PAGE}?unit=26068").get_data(as_text=True)


@pytest.mark.parametrize("address", [PAGE, "/staff/visits"])
def test_the_pages_stand_in_english_too(leader: FlaskClient, counter: ScannedCounter, address: str) -> None:
    page = leader.get(f"{address}?lang=en").get_data(as_text=True)
    assert counter.commune.english_name in page
    assert 'aria-current="page"' in page
