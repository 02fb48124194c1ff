"""The page of the screens' links: for whoever leads the unit and for administrators, and its links open the screens."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from survey_app.clock import SetClock
from survey_app.territory import scan_code_register
from tests.citizen.reading import document_of, heading_of
from tests.staff.people import an_account, signed_in
from tests.support import factories
from tests.support.surveys import ScannedCounter

Transaction = Callable[[], AbstractContextManager[Connection]]
PAGE = "/staff/counter-links/26041"


def someone(app: Flask, role: str, unit_code: str | None = None) -> FlaskClient:
    an_account(app, role, unit_code)
    return signed_in(app, f"{role}@dongnai.gov.vn")


def links_on(browser: FlaskClient, address: str = PAGE) -> list[str]:
    """The links to screens, as paths."""
    document = document_of(browser.get(address))
    links = [link.get("href", "").removeprefix("http://127.0.0.1:8000") for link in document.iter("a")]
    return [link for link in links if link.startswith(("/display/", "/kiosk/"))]


def test_its_links_open_the_display_and_the_kiosk(app: Flask, client: FlaskClient, counter: ScannedCounter) -> None:
    browser = someone(app, "leader", "26041")
    assert browser.get("/staff/counter-links/").headers["Location"] == PAGE
    page = browser.get(PAGE)
    assert heading_of(page) == "Màn hình tại quầy: Phường Trấn Biên"
    assert page.headers["Cache-Control"] == "private, no-store"
    display, kiosk = links_on(browser)
    assert heading_of(client.get(display)) == "Cán bộ phục vụ ông/bà thế nào?"
    assert heading_of(client.get(kiosk)) == "Góp ý về lần phục vụ này"


def test_the_header_leads_there_and_says_where_one_is(app: Flask, counter: ScannedCounter) -> None:
    browser = someone(app, "leader", "26041")
    current = [link.get("href") for link in document_of(browser.get(PAGE)).iter("a") if link.get("aria-current")]
    assert current == ["/staff/counter-links/"]
    assert heading_of(browser.get(f"{PAGE}?lang=en")) == "Screens at counters: Trấn Biên Ward"


def test_links_are_the_same_until_the_scan_code_is_revoked(
    app: Flask, client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter
) -> None:
    browser = someone(app, "leader", "26041")
    old = links_on(browser)
    assert links_on(browser) == old
    with transaction() as connection:
        scan_code_register.issue(connection, counter.service_point_id, clock.today())
        scan_code_register.revoke(connection, counter.code, clock.today())
    new = links_on(browser)
    assert set(new).isdisjoint(old)
    assert [client.get(link).status_code for link in (*old, *new)] == [410, 410, 200, 200]


def test_a_counter_without_a_scan_code_says_what_to_do(
    app: Flask, transaction: Transaction, counter: ScannedCounter
) -> None:
    with transaction() as connection:
        factories.a_service_point(connection, counter.commune, "Quầy 9")
    page = someone(app, "leader", "26041").get(PAGE).get_data(as_text=True)
    assert "Quầy này chưa có mã quét đang dùng nên chưa có liên kết." in page


def test_a_unit_without_counters_says_so(app: Flask, counter: ScannedCounter) -> None:
    page = someone(app, "administrator").get("/staff/counter-links/26068").get_data(as_text=True)
    assert "Đơn vị chưa có quầy nào đang mở." in page


def test_administrators_choose_a_commune(app: Flask, counter: ScannedCounter) -> None:
    browser = someone(app, "administrator")
    found = document_of(browser.get("/staff/counter-links/?q=tran bien"))
    assert PAGE in [link.get("href") for link in found.iter("a")]
    assert len(links_on(browser)) == 2
    assert "/staff/counter-links/26068" not in browser.get("/staff/counter-links/?q=xyz").get_data(as_text=True)


@pytest.mark.parametrize(
    ("role", "unit_code", "status"),
    [("leader", "26068", 403), ("province", None, 403), ("auditor", None, 403), ("inspector", None, 403)],
)
def test_nobody_else_sees_them(
    app: Flask, counter: ScannedCounter, role: str, unit_code: str | None, status: int
) -> None:
    assert someone(app, role, unit_code).get(PAGE).status_code == status


@pytest.mark.parametrize("code", ["99999", "x", "%00", "2604"])
def test_an_unknown_unit(app: Flask, counter: ScannedCounter, code: str) -> None:
    assert someone(app, "administrator").get(f"/staff/counter-links/{code}").status_code == 404
