"""What everybody sees: the list of communes and the results of each, cacheable, without a cookie."""

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
    publish,
    satisfied,
    simulated,
    succeed,
    write_facts,
    write_weeks,
)
from tests.analytics.dashboards.reading import page_numbers, parsed, texts
from tests.support.factories import dong_nai
from tests.support.pages import text_of
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture
def lived(stored_city: City, transaction: Begin) -> City:
    """Seventeen weeks of forty forms."""
    random = Random(8)
    with transaction() as connection:
        write_weeks(connection, stored_city.trang_bom.id, [simulated(random, 40) for _week in range(17)])
        publish(connection)
    return stored_city


def words_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


@pytest.mark.parametrize("address", ["/", "/units/26068", "/units/26068.json", "/units/26068.csv"])
def test_public_answers_are_cacheable_and_named_by_content(client: FlaskClient, lived: City, address: str) -> None:
    first = client.get(address)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in first.headers
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    english = client.get(f"{address}?lang=en", headers={"If-None-Match": first.headers["ETag"]})
    assert english.status_code == 200


def test_new_answers_change_the_name(client: FlaskClient, lived: City, transaction: Begin) -> None:
    before = client.get("/units/26068.json").headers["ETag"]
    with transaction() as connection:
        write_facts(connection, lived.trang_bom.id, date(2026, 11, 23), satisfied(3))
    assert client.get("/units/26068.json", headers={"If-None-Match": before}).status_code == 200


def test_how_to_quote(client: FlaskClient, lived: City) -> None:
    words = words_of(client, "/units/26068")
    (quotation,) = texts(words, "blockquote")
    assert quotation.startswith("Trong ") and "người gửi phiếu tại xã Trảng Bom, 5/10–1/11/2026, " in quotation
    assert quotation.endswith("Không phải tỷ lệ của toàn dân.")


def test_a_public_page_says_nothing_to_staff(client: FlaskClient, stored_city: City) -> None:
    words = words_of(client, "/units/26068")
    assert "Tuần 16–22/11 chưa có phiếu." in words
    assert "Xin xem tờ QR" not in words and "/staff/posters" not in words


def test_a_unit_that_ended_leads_to_its_successors(client: FlaskClient, stored_city: City, transaction: Begin) -> None:
    with transaction() as connection:
        old = add_unit(connection, "26000", "Gia Ray", "thị trấn", stored_city.city.id, valid_to=date(2026, 9, 1))
        write_weeks(connection, old.id, [satisfied(12)] * 5, newest=date(2026, 8, 24))
        publish(connection)
        succeed(connection, old, stored_city.long_hung, date(2026, 9, 1))
        succeed(connection, old, stored_city.trang_bom, date(2026, 9, 1))
    words = words_of(client, "/units/26000")
    assert '<a href="/units/26371">Phường Long Hưng</a>' in words
    assert '<a href="/units/26068">Xã Trảng Bom</a>' in words
    assert "2026-08-24" in page_numbers(words).weeks


def test_a_unit_that_ended_without_successor_says_so(client: FlaskClient, lived: City, transaction: Begin) -> None:
    with transaction() as connection:
        add_unit(connection, "26000", "Gia Ray", "thị trấn", lived.city.id, valid_to=date(2026, 9, 1))
    assert "cho đến khi đó." in words_of(client, "/units/26000")
    assert "Nay là" not in words_of(client, "/units/26000")


@pytest.mark.parametrize("code", ["99999", "75", "0", "%00", "x" * 300])
def test_an_unknown_unit_is_told_in_words(client: FlaskClient, stored_city: City, code: str) -> None:
    response = client.get(f"/units/{code}")
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    assert "Không có xã, phường, đặc khu nào mang mã" in response.get_data(as_text=True)
    assert client.get(f"/units/{code}.json").content_type == "application/problem+json"
    assert client.get(f"/units/{code}.csv").status_code == 404


def test_an_unknown_language_is_told(client: FlaskClient, stored_city: City) -> None:
    assert client.get("/units/26068?lang=xx").status_code == 404


def test_the_front_page_lists_every_commune_by_name(client: FlaskClient, transaction: Begin) -> None:
    with transaction() as connection:
        dong_nai(connection)
    document = parsed(words_of(client, "/"))
    assert [text_of(heading) for heading in document.iter("h2")][:2] == ["Phường", "Xã"]
    lists = [element for element in document.iter("ul") if element.get("class") == "unit-list"]
    wards, communes = ([text_of(link) for link in one.iter("a")] for one in lists)
    assert (len(wards), len(communes)) == (33, 62)
    assert wards[0] == "Phường An Lộc"
    assert communes.index("Xã Đa Kia") > communes.index("Xã Cẩm Mỹ")
    assert communes.index("Xã Lộc Thành") < communes.index("Xã Lộc Thạnh")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("trang bom", ["Xã Trảng Bom"]),
        ("Trảng", ["Xã Trảng Bom"]),
        ("phuong long hung", ["Phường Long Hưng"]),
        ("26371", ["Phường Long Hưng"]),
        ("hà nội", []),
        ("<script>", []),
        ("\x00\x1b", ["Phường Long Hưng", "Xã Trảng Bom"]),
    ],
)
def test_search_with_and_without_diacritics(
    client: FlaskClient, stored_city: City, typed: str, found: list[str]
) -> None:
    response = client.get("/", query_string={"q": typed})
    assert response.status_code == 200
    document = parsed(response.get_data(as_text=True))
    lists = [element for element in document.iter("ul") if element.get("class") == "unit-list"]
    assert [text_of(link) for one in lists for link in one.iter("a")] == found
    assert b"<script>" not in response.data


def test_the_front_page_says_what_is_measured_and_how_to_take_part(client: FlaskClient, stored_city: City) -> None:
    words = words_of(client, "/")
    assert "với từng người, tính tỷ lệ điều họ chấm mức 4 hoặc 5" in words
    assert "quét mã QR tại quầy" in words
    assert "không xếp hạng" in words
    english = words_of(client, "/?lang=en")
    assert 'href="/units/26068?lang=en"' in english and "How to take part" in english


def test_an_empty_installation_says_so(client: FlaskClient) -> None:
    assert "Chưa có xã, phường nào trong hệ thống." in words_of(client, "/")


def test_statements_are_few(app: Flask, client: FlaskClient, lived: City, engine: Engine) -> None:
    words_of(client, "/units/26068")
    for address, most in (("/", 4), ("/units/26068", 16), ("/units/26068.json", 16), ("/units/26068.csv", 16)):
        with QueryCounter(engine) as queries:
            words_of(client, address)
        assert queries.count <= most, address
