"""The pages around the posters: what can be printed, for whom, and new codes for old."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select

from survey_app.audit_log.models import AuditEventRow
from survey_app.staff import poster_views
from survey_app.territory.scan_code_register import codes_of
from tests.staff.people import an_account, signed_in, token_in
from tests.support.databases import sqlite_only
from tests.support.factories import a_commune, a_scan_code, a_service_point
from tests.territory import paper as on_paper

Begin = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class Counters:
    """Two counters of phường Trấn Biên, one without a code, and one of another commune."""

    point: int
    code: str
    without_code: int
    elsewhere: int
    elsewhere_code: str


@pytest.fixture
def counters(transaction: Begin) -> Counters:
    with transaction() as connection:
        commune = a_commune(connection, "26041")
        point, without = (a_service_point(connection, commune, name) for name in ("Quầy 1", "Quầy 2"))
        elsewhere = a_service_point(connection, a_commune(connection, "26248"), "Quầy 9")
        return Counters(point, a_scan_code(connection, point), without, elsewhere, a_scan_code(connection, elsewhere))


def leader(app: Flask) -> FlaskClient:
    an_account(app, "leader", "26041")
    return signed_in(app, "leader@dongnai.gov.vn")


def administrator(app: Flask) -> FlaskClient:
    an_account(app, "administrator")
    return signed_in(app, "administrator@dongnai.gov.vn")


def scanned(document: bytes) -> list[str]:
    return [one.text[-8:] for page in on_paper.pages(document) for one in on_paper.decoded(page)]


def rotate(browser: FlaskClient, point: int, closes: str) -> tuple[int, str]:
    token = token_in(browser.get("/staff/posters/units/26041"))
    form = {"csrf_token": token, "closes": closes}
    response = browser.post(f"/staff/posters/{point}/rotate", data=form)
    return response.status_code, response.get_data(as_text=True)


def test_a_leader_prints_their_own_and_nobody_elses(app: Flask, counters: Counters) -> None:
    browser = leader(app)
    assert browser.get("/staff/posters/").headers["Location"].endswith("/staff/posters/units/26041")
    page = browser.get("/staff/posters/units/26041").get_data(as_text=True)
    assert f"{counters.code[:4]}-{counters.code[4:]}" in page
    assert "Quầy này chưa có mã quét đang dùng" in page
    assert "Cấp mã mới" not in page
    setup = f"/staff/setup/counters/{counters.point}"
    assert f'href="{setup}"' in page
    assert browser.get(setup).status_code == 200
    for address in (f"{counters.point}.pdf", f"{counters.point}.pdf?paper=a5", "units/26041.pdf?motto=1"):
        response = browser.get(f"/staff/posters/{address}")
        assert (response.status_code, response.mimetype) == (200, "application/pdf"), address
        assert response.headers["Cache-Control"] == "private, no-store"
        assert scanned(response.data) == [counters.code]
    assert scanned(browser.get(f"/staff/posters/{counters.point}.pdf?paper=tent").data) == [counters.code] * 2
    assert "Còn nguyên" in on_paper.texts(browser.get("/staff/posters/units/26041/check.pdf").data)[0]
    for address in (f"{counters.elsewhere}.pdf", "units/26248", "units/26248.pdf", "units/26248/check.pdf", "all.pdf"):
        assert browser.get(f"/staff/posters/{address}").status_code == 403, address


def test_an_administrator_prints_everything(app: Flask, counters: Counters) -> None:
    browser = administrator(app)
    home = browser.get("/staff/posters/?q=tran bien").get_data(as_text=True)
    assert "/staff/posters/units/26041" in home
    for query, codes in {"": 1, "?paper=a5": 1, "?paper=tent": 2, "?motto=1": 1}.items():
        assert f'href="/staff/posters/all.pdf{query}"' in home
        assert scanned(browser.get(f"/staff/posters/all.pdf{query}").data).count(counters.code) == codes
    assert sorted(scanned(browser.get("/staff/posters/all.pdf").data)) == sorted(
        [counters.code, counters.elsewhere_code]
    )
    assert len(on_paper.texts(browser.get("/staff/posters/all/check.pdf").data)) == 2
    assert len(scanned(browser.get("/staff/posters/units/75.pdf").data)) == 2


@sqlite_only
def test_what_cannot_be_printed_is_said(app: Flask, counters: Counters, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = administrator(app)
    for address, status, said in (
        (f"{counters.without_code}.pdf", 404, "Quầy 2 của Phường Trấn Biên chưa có mã quét đang dùng"),
        (f"{counters.point}.pdf?paper=a0", 404, "Các khổ in được: a4, a5, tent."),
        ("units/26068.pdf", 404, "Chưa có quầy nào đang mở và có mã quét"),
        ("units/26068/check.pdf", 404, "Chưa có quầy nào đang mở và có mã quét"),
        ("units/99999.pdf", 404, ""),
        ("units/99999", 404, ""),
        ("999.pdf", 404, ""),
    ):
        response = browser.get(f"/staff/posters/{address}")
        assert (response.status_code, said in response.get_data(as_text=True)) == (status, True), address
    monkeypatch.setattr(poster_views, "MOST_PAGES", 1)
    response = browser.get("/staff/posters/all.pdf")
    assert (response.status_code, "Có 2 trang" in response.get_data(as_text=True)) == (413, True)


def test_an_administrator_renews_a_code(app: Flask, counters: Counters, transaction: Begin) -> None:
    browser = administrator(app)
    status, _page = rotate(browser, counters.point, "2026-12-01")
    assert status == 303
    page = browser.get("/staff/posters/units/26041").get_data(as_text=True)
    assert "Đã cấp mã mới." in page
    assert f"Mã cũ {counters.code[:4]}-{counters.code[4:]} còn dùng được đến hết ngày trước 01/12/2026." in page
    with transaction() as connection:
        new = codes_of(connection, counters.point)[0].code
        events = select(AuditEventRow.actor).where(AuditEventRow.kind.like("scan_code.%"))
        assert set(connection.scalars(events)) == {"administrator@dongnai.gov.vn"}
    assert scanned(browser.get(f"/staff/posters/{counters.point}.pdf").data) == [new]


@sqlite_only
@pytest.mark.parametrize("typed", ["", "mai", "2026-11-23", "2027-11-24", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused_and_kept(
    app: Flask, counters: Counters, transaction: Begin, typed: str
) -> None:
    status, page = rotate(administrator(app), counters.point, typed)
    assert status == 422
    assert "phải từ 24/11/2026 đến 24/02/2027" in page
    assert f'value="{typed}"' in page
    with transaction() as connection:
        assert [each.code for each in codes_of(connection, counters.point)] == [counters.code]


@sqlite_only
def test_only_administrators_renew_and_never_without_the_token(
    app: Flask, counters: Counters, transaction: Begin
) -> None:
    browser = leader(app)
    assert browser.post(f"/staff/posters/{counters.point}/rotate", data={"closes": "2026-12-01"}).status_code == 403
    other = administrator(app)
    assert other.post(f"/staff/posters/{counters.point}/rotate", data={"closes": "2026-12-01"}).status_code == 400
    assert rotate(other, 999, "2026-12-01")[0] == 404
    with transaction() as connection:
        count = select(func.count()).select_from(AuditEventRow).where(AuditEventRow.kind.like("scan_code.%"))
        assert connection.scalar(count) == 0
