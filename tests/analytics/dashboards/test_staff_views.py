"""The leader's page: who may see it, what stands first on it, what it costs."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine

from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import (
    add_unit,
    close_days,
    publish,
    satisfied,
    simulated,
    succeed,
    write_weeks,
)
from tests.analytics.dashboards.reading import page_numbers, texts
from tests.staff.people import an_account, signed_in
from tests.support.factories import a_scan_code, a_service_point
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]
ADDRESS = "/staff/units/26068"
TWINS = ("", ".json", ".csv")


@pytest.fixture
def lived(stored_city: City, transaction: Begin) -> City:
    """Seventeen weeks of forty forms."""
    random = Random(8)
    with transaction() as connection:
        write_weeks(connection, stored_city.trang_bom.id, [simulated(random, 40) for _week in range(17)])
        publish(connection)
    return stored_city


def browser_of(app: Flask, role: str, unit_code: str | None = None) -> FlaskClient:
    an_account(app, role, unit_code)
    return signed_in(app, f"{role}@dongnai.gov.vn")


def words_of(client: FlaskClient, address: str = ADDRESS) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


@pytest.mark.parametrize("twin", TWINS)
def test_strangers_are_sent_to_sign_in(client: FlaskClient, lived: City, twin: str) -> None:
    response = client.get(ADDRESS + twin)
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/staff/sign-in?next=")


def test_a_leader_sees_their_own_unit_and_no_other(app: Flask, lived: City) -> None:
    own, other = browser_of(app, "leader", "26068"), "/staff/units/26371"
    for twin in TWINS:
        assert own.get(ADDRESS + twin).status_code == 200
        assert own.get(other + twin).status_code == 403
    assert b"26371" not in own.get(f"{other}.json").data


@pytest.mark.parametrize("role", ["province", "supervisor", "auditor", "inspector", "administrator"])
def test_whoever_looks_across_sees_every_unit(app: Flask, lived: City, role: str) -> None:
    browser = browser_of(app, role)
    for twin in TWINS:
        assert browser.get(ADDRESS + twin).status_code == 200


def test_the_sentence_stands_before_chart_and_table(app: Flask, lived: City) -> None:
    words = words_of(browser_of(app, "leader", "26068"))
    places = [
        words.index(mark) for mark in ("<h1", "Tuần 16–22/11: chỉ số thái độ", "data-figure", "weeks-table", "items")
    ]
    assert places == sorted(places)
    assert "Cách tính" in words and "Mức 3 &#34;Bình thường&#34; không tính là hài lòng" in words


def test_numbers_are_those_of_the_public_page(app: Flask, client: FlaskClient, lived: City) -> None:
    staff = browser_of(app, "leader", "26068")
    assert page_numbers(words_of(staff)) == page_numbers(words_of(client, "/units/26068"))
    mine, theirs = json.loads(staff.get(f"{ADDRESS}.json").data), json.loads(client.get("/units/26068.json").data)
    assert mine == theirs
    assert staff.get(f"{ADDRESS}.csv").data == client.get("/units/26068.csv").data


def test_a_signal_is_emphasised(app: Flask, stored_city: City, transaction: Begin) -> None:
    with transaction() as connection:
        write_weeks(connection, stored_city.trang_bom.id, [satisfied(36, 4)] * 16 + [satisfied(15, 25)])
        publish(connection)
    words = words_of(browser_of(app, "leader", "26068"))
    assert "<strong>thấp hơn hẳn</strong>" in words
    assert "Xin xem góp ý và sự cố trong tuần" in words
    assert 'class="message verdict signal"' in words


def test_a_silent_week_tells_the_leader_what_to_check(app: Flask, stored_city: City) -> None:
    words = words_of(browser_of(app, "leader", "26068"))
    assert "Tuần 16–22/11 chưa có phiếu. Xin xem tờ QR còn treo và quét được không, phiếu giấy còn không." in words
    assert "data-figure" not in words and "plotly" not in words


def test_the_set_aside_are_told_of(app: Flask, stored_city: City, transaction: Begin) -> None:
    with transaction() as connection:
        spoiled = satisfied(3, set_aside=1)
        write_weeks(connection, stored_city.trang_bom.id, [satisfied(20) + spoiled])
        publish(connection)
    words = words_of(browser_of(app, "auditor"))
    assert "3 phiếu để riêng, không tính, vì có dấu hiệu gửi tự động hoặc gửi lặp." in words


@pytest.mark.parametrize(
    ("role", "unit", "sees"), [("leader", "26068", True), ("administrator", None, True), ("auditor", None, False)]
)
def test_leaders_and_administrators_find_their_posters(
    app: Flask, lived: City, transaction: Begin, role: str, unit: str | None, sees: bool
) -> None:
    with transaction() as connection:
        point = a_service_point(connection, lived.trang_bom, "Quầy 2")
        a_scan_code(connection, point)
    browser = browser_of(app, role, unit)
    words = words_of(browser)
    assert ("Quầy 2" in words) is sees
    for kind in ("svg", "png"):
        address = f"/staff/posters/{point}.{kind}"
        assert (address in words) is sees
        if sees:
            assert browser.get(address).status_code == 200
    assert "Counter 2" not in words
    assert ("Counter 2" in words_of(browser, f"{ADDRESS}?lang=en")) is sees


@pytest.mark.parametrize("code", ["99999", "75", "abc", "<b>"])
def test_an_unknown_unit_is_told_in_words(app: Flask, lived: City, code: str) -> None:
    browser = browser_of(app, "province")
    response = browser.get(f"/staff/units/{code}")
    assert response.status_code == 404
    words = response.get_data(as_text=True)
    assert "Không có xã, phường, đặc khu nào mang mã" in words
    assert "<b>" not in words
    problem = browser.get(f"/staff/units/{code}.json")
    assert (problem.status_code, problem.content_type) == (404, "application/problem+json")


def test_a_unit_that_ended_leads_to_its_successors(app: Flask, lived: City, transaction: Begin) -> None:
    with transaction() as connection:
        old = add_unit(connection, "26000", "Gia Ray", "thị trấn", lived.city.id, valid_to=date(2026, 9, 1))
        succeed(connection, old, lived.long_hung, date(2026, 9, 1))
    words = words_of(browser_of(app, "province"), "/staff/units/26000")
    assert "Thị trấn Gia Ray không còn là một đơn vị từ ngày 01/09/2026" in words
    assert '<a href="/staff/units/26371">Phường Long Hưng</a>' in words
    assert "chưa có phiếu" not in words


def test_english(app: Flask, lived: City) -> None:
    words = words_of(browser_of(app, "leader", "26068"), f"{ADDRESS}?lang=en")
    assert texts(words, "h1") == ["Trảng Bom Commune"]
    assert "Week 16–22 Nov: attitude index" in words
    assert f'href="{ADDRESS}.csv?lang=en"' in words
    assert "Tuần" not in words.replace("Tuần 1", "")


def test_the_page_costs_few_statements(app: Flask, lived: City, engine: Engine) -> None:
    browser = browser_of(app, "leader", "26068")
    words_of(browser)
    with QueryCounter(engine) as queries:
        words_of(browser)
    facts = [statement for statement in queries.statements if "fact_" in statement]
    assert len(facts) == 1  # The counts of weeks that wait; every score was stored when it was published.
    assert queries.count <= 17


def test_a_new_installation_says_that_nothing_is_closed(app: Flask, transaction: Begin) -> None:
    with transaction() as connection:
        add_unit(connection)
    assert "Chưa có số liệu: chưa ngày nào được khóa sổ." in words_of(browser_of(app, "province"))
    with transaction() as connection:
        close_days(connection)
