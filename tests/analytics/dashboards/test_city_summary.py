"""What the front page says of a whole city: the numbers of open data, in a sentence, and nothing of a commune."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from analytics.dashboards.city_summary import read_city_summary
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import (
    NEWEST_MONDAY,
    WEEK,
    add_unit,
    publish,
    satisfied,
    simulated,
    write_weeks,
)
from tests.analytics.dashboards.reading import parsed
from tests.support.pages import text_of

Begin = Callable[[], AbstractContextManager[Connection]]


def verdicts(client: FlaskClient, address: str = "/") -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    document = parsed(response.get_data(as_text=True))
    return [text_of(one) for one in document.iter("div") if "verdict" in str(one.get("class")).split()]


@pytest.fixture
def lived(stored_city: City, transaction: Begin) -> City:
    """Both communes answered for seventeen weeks, one of them seldom."""
    random = Random(5)
    with transaction() as connection:
        write_weeks(connection, stored_city.trang_bom.id, [simulated(random, 400, channel="poster")] * 17)
        write_weeks(connection, stored_city.long_hung.id, [satisfied(4, 1)] * 17)
        publish(connection)
    return stored_city


def test_the_sentence_says_what_open_data_says(client: FlaskClient, lived: City) -> None:
    results = client.get("/api/v1/units/75/results?period=block").get_json()["results"]
    newest = [one for one in results if one["is_over"]][-1]
    (said,) = verdicts(client)
    assert said.startswith("Thành phố Đồng Nai, bốn tuần 5/10–1/11/2026: chỉ số thái độ ")
    assert (newest["period_first_day"], newest["period_last_day"]) == ("2026-10-05", "2026-11-01")
    for name, words in (("attitude", "chỉ số thái độ"), ("overall", "chỉ số hài lòng chung")):
        score = newest[name]
        percent, low, high = (f"{score[key]:.0f}" for key in ("percent", "low", "high"))
        assert f"{words} {percent}% (khoảng {low}–{high}%)" in said
    forms = f"{newest['responses']:,}".replace(",", ".")
    assert f"{forms} phiếu ở 2 xã, phường. Không phải tỷ lệ của toàn dân." in said


def test_the_link_leads_to_those_numbers(client: FlaskClient, lived: City) -> None:
    links = {text_of(one): one.get("href") for one in parsed(client.get("/").get_data(as_text=True)).iter("a")}
    address = links["Số liệu của Thành phố Đồng Nai theo từng bốn tuần (JSON)"]
    assert address is not None and client.get(address).get_json()["unit"]["code"] == "75"


@pytest.mark.parametrize(("weeks", "told"), [(17, ""), (16, "Nơi ít phiếu có tuần gộp từ 28/09/2026.")])
def test_joined_weeks_are_told(connection: Connection, city: City, weeks: int, told: str) -> None:
    """Five forms a week: two weeks are one point; the one that begins before the four weeks is said."""
    write_weeks(connection, city.long_hung.id, [satisfied(4, 1)] * weeks)
    publish(connection)
    summary = read_city_summary(connection, city.city, [city.long_hung.id], date(2026, 11, 24))
    assert summary is not None and summary.joined_words("vi") == told


def test_before_anything_is_published_nothing_is_said(client: FlaskClient, stored_city: City) -> None:
    assert verdicts(client) == []


def test_a_reader_who_searches_sees_what_was_found(client: FlaskClient, lived: City) -> None:
    assert verdicts(client, "/?q=trang+bom") == []


def test_the_running_block_is_not_told(connection: Connection, city: City) -> None:
    """Six weeks: the newest four-week block that is over ended on 1 November, whatever came after it."""
    write_weeks(connection, city.trang_bom.id, [satisfied(30)] * 6 + [satisfied(0, 30)] * 3)
    publish(connection)
    ids = [city.trang_bom.id, city.long_hung.id]
    summary = read_city_summary(connection, city.city, ids, date(2026, 11, 24))
    assert summary is not None
    assert (summary.block.sums.responses, summary.attitude.percent) == (120, 100.0)
    assert summary.block.last_day == NEWEST_MONDAY - 2 * WEEK - timedelta(days=1)


def test_a_city_without_answers_in_the_block_says_nothing(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(30)] * 2)
    publish(connection)
    assert read_city_summary(connection, city.city, [city.trang_bom.id], date(2026, 11, 24)) is None


@pytest.fixture
def nation(lived: City, transaction: Begin) -> City:
    """Another province with a commune of the same name, and one of another."""
    with transaction() as connection:
        other = add_unit(connection, "01", "Hà Nội", "thành phố")
        add_unit(connection, "00004", "Ba Đình", "phường", other.id)
        add_unit(connection, "00010", "Trảng Bom", "xã", other.id)
    return lived


def links_of(client: FlaskClient, address: str) -> list[str]:
    document = parsed(client.get(address).get_data(as_text=True))
    lists = [one for one in document.iter("ul") if one.get("class") == "unit-list"]
    return [text_of(link) for one in lists for link in one.iter("a")]


def test_a_nation_begins_with_its_provinces(client: FlaskClient, nation: City) -> None:
    assert links_of(client, "/") == ["Thành phố Đồng Nai", "Thành phố Hà Nội"]
    assert verdicts(client) == []
    assert links_of(client, "/?city=01") == ["Phường Ba Đình", "Xã Trảng Bom"]
    assert verdicts(client, "/?city=01") == []
    (said,) = verdicts(client, "/?city=75")
    assert "ở 2 xã, phường" in said


def test_a_search_goes_through_the_nation_and_says_where(client: FlaskClient, nation: City) -> None:
    found = links_of(client, "/?q=trang+bom")
    assert sorted(found) == ["Xã Trảng Bom Thành phố Hà Nội", "Xã Trảng Bom Thành phố Đồng Nai"]
    assert links_of(client, "/?q=trang+bom&city=01") == ["Xã Trảng Bom"]
    form = client.get("/?city=01").get_data(as_text=True)
    assert '<input type="hidden" name="city" value="01">' in form


@pytest.mark.parametrize("code", ["99", "26068", "<b>"])
def test_an_unknown_city_is_told_in_words(client: FlaskClient, nation: City, code: str) -> None:
    response = client.get("/", query_string={"city": code})
    assert response.status_code == 404
    assert "Không có thành phố, tỉnh nào mang mã" in response.get_data(as_text=True)
    assert b"<b>" not in response.data


def test_a_search_that_finds_a_crowd_shows_its_first(client: FlaskClient, nation: City, transaction: Begin) -> None:
    with transaction() as connection:
        for number in range(301):
            add_unit(connection, str(30000 + number), f"Tân {number}", "xã", nation.city.id)
    assert len(links_of(client, "/?q=tan")) == 300
    words = client.get("/?q=tan").get_data(as_text=True)
    assert "Tìm thấy 301" in words and "300 đơn vị đầu" in words
