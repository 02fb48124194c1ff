"""`/staff/province`: who may read it, what stands first, and that every twin says the same."""

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Connection, Engine, insert

from analytics.facts.models import fact_choice
from analytics.published.quarters import publish_finished_quarters
from survey_app.territory.units import codes_by_id
from tests.analytics.dashboards.factories import add_unit, satisfied, simulated, write_weeks
from tests.analytics.dashboards.reading import csv_rows, parsed, texts
from tests.analytics.dashboards.test_overview import COMMUNES, a_city_of
from tests.analytics.dashboards.test_staff_views import browser_of
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]
ADDRESS = "/staff/province"
TWINS = ("", ".json", ".csv", ".xlsx")


@pytest.fixture
def lived(transaction: Begin) -> None:
    """Fourteen communes over seventeen weeks; the first fell in the newest week, the second is silent."""
    random = Random(5)
    weeks = [[simulated(random, 30, channel="poster") for _week in range(17)] for _commune in range(COMMUNES)]
    weeks[0] = [*[satisfied(30, 10)] * 16, satisfied(10, 30)]
    weeks[1] = [*weeks[1][:15], [], []]
    with transaction() as connection:
        a_city_of(connection, weeks)


def words_of(browser: FlaskClient, query: str = "") -> str:
    response = browser.get(ADDRESS + query)
    assert response.status_code == 200
    return response.get_data(as_text=True)


@pytest.mark.parametrize("role", ["province", "supervisor", "auditor"])
def test_those_who_look_across_read_page_and_twins(app: Flask, lived: None, role: str) -> None:
    browser = browser_of(app, role)
    for twin in TWINS:
        assert browser.get(ADDRESS + twin).status_code == 200
    assert f'href="{ADDRESS}"' in words_of(browser), "it stands in the header"


@pytest.mark.parametrize("role", ["leader", "inspector", "administrator"])
def test_others_do_not(app: Flask, lived: None, role: str) -> None:
    browser = browser_of(app, role, "26000") if role == "leader" else browser_of(app, role)
    for twin in TWINS:
        assert browser.get(ADDRESS + twin).status_code == 403


def test_whom_to_call_stands_first_then_the_funnel_then_all_communes(app: Flask, lived: None) -> None:
    words = words_of(browser_of(app, "province"))
    places = [words.index(mark) for mark in ("<h1", 'id="calls"', "funnel", 'class="unit-cards"', 'id="trend"')]
    assert places == sorted(places)
    calls = words.split('id="calls"')[1].split("</ol>")[0]
    assert calls.index("Phường Đơn vị 0") < calls.index("Xã Đơn vị 1")
    assert "<strong>thấp hơn hẳn</strong>" in calls and "<strong>Im lặng</strong>" in calls
    assert "số liệu chưa đủ để nói đơn vị nào hơn" in words


def test_every_commune_is_there_as_picture_and_as_row(app: Flask, lived: None) -> None:
    browser = browser_of(app, "province")
    cards = words_of(browser).split('class="unit-cards"')[1].split('id="trend"')[0]
    assert cards.count('<svg class="spark"') == COMMUNES
    table = parsed(words_of(browser, "?view=table&sort=forms"))
    rows = [row.get("data-unit") for row in table.iter("tr") if row.get("data-unit")]
    assert len(rows) == COMMUNES
    assert rows[0] == "26001", "fewest forms first"
    sorted_heads = [head for head in table.iter("th") if head.get("aria-sort")]
    assert len(sorted_heads) == 1


def test_all_twins_say_the_same(app: Flask, lived: None) -> None:
    browser = browser_of(app, "province")
    document = json.loads(browser.get(f"{ADDRESS}.json").data)
    rows = csv_rows(browser.get(f"{ADDRESS}.csv").data)
    page = load_workbook(io.BytesIO(browser.get(f"{ADDRESS}.xlsx").data)).worksheets[0]
    head, *body = page.iter_rows(values_only=True)
    assert len(document["units"]) == len(rows) == len(body) == COMMUNES
    for one, row, cells in zip(document["units"], rows, body, strict=True):
        cell = dict(zip(head, cells, strict=True))
        assert one["unit"]["code"] == row["unit_code"] == cell["unit_code"]
        assert one["forms"] == int(row["forms"]) == cell["forms"]
        shrunken = one["compared"]["shrunken"]
        assert shrunken == float(row["compared_shrunken"]) == cell["compared_shrunken"]


@pytest.mark.parametrize("query", ["", "?view=table", "?by=year"])
def test_every_score_of_the_page_stands_in_the_twin(app: Flask, lived: None, query: str) -> None:
    browser = browser_of(app, "province")
    document = browser.get(f"{ADDRESS}.json{query}").get_data(as_text=True)
    spans = [span for span in parsed(words_of(browser, query)).iter("span") if span.get("class") == "percent"]
    shown = {data.get("value") for span in spans for data in span.iter("data")}
    assert len(shown) > 5
    assert all(f'"percent": {value}' in document or f'"shrunken": {value}' in document for value in shown)


def test_choices_stay_while_another_is_made(app: Flask, lived: None) -> None:
    words = words_of(browser_of(app, "province"), "?group=kind&view=table&by=year&lang=en")
    assert texts(words, "h3")[-2:] == ["Wards", "Communes"]
    assert "by=year&amp;view=table&amp;sort=set_aside&amp;group=kind" in words
    assert '<option value="kind" selected>' in words


@pytest.mark.parametrize(
    "query", ["?by=week", "?view=map", "?sort=percent", "?group=<b>", "?state=bad", "?city=99", "?city=26000"]
)
def test_what_cannot_be_is_said_with_404(app: Flask, lived: None, query: str) -> None:
    response = browser_of(app, "province").get(ADDRESS + query)
    assert response.status_code == 404
    assert "<b>" not in response.get_data(as_text=True).split("</head>")[1]


def test_nobody_found_says_what_to_do(app: Flask, lived: None) -> None:
    words = words_of(browser_of(app, "province"), "?q=ca+mau")
    assert "Đang xem 0 trong 14 đơn vị." in words and "Xin gõ ít chữ hơn" in words


def test_a_new_installation_says_when_figures_come(app: Flask) -> None:
    browser = browser_of(app, "province")
    assert "Chưa có tuần nào được công bố." in words_of(browser)
    assert browser.get(f"{ADDRESS}.json").status_code == 404


def test_a_nation_is_paged_by_province(app: Flask, lived: None, transaction: Begin) -> None:
    with transaction() as connection:
        other = add_unit(connection, "80", "Tây Ninh", "tỉnh")
        unit = add_unit(connection, "25600", "Tân Ninh", "phường", other.id)
        write_weeks(connection, unit.id, [satisfied(20, 4)] * 3)
    browser = browser_of(app, "province")
    words = words_of(browser)
    assert texts(words, "h1") == ["Thành phố Đồng Nai trong tuần qua"]
    assert f'href="{ADDRESS}?city=80"' in words
    there = words_of(browser, "?city=80")
    assert texts(there, "h1") == ["Tỉnh Tây Ninh trong tuần qua"]
    assert "Đơn vị 3" not in there


def test_the_page_costs_few_statements(app: Flask, lived: None, engine: Engine) -> None:
    browser = browser_of(app, "province")
    words_of(browser)
    with QueryCounter(engine) as queries:
        words_of(browser)
    assert queries.count <= 34


def test_what_was_reported_is_added_up_of_communes_with_a_hundred_answers(
    app: Flask, lived: None, transaction: Begin
) -> None:
    with transaction() as connection:
        ids = {code: unit_id for unit_id, code in codes_by_id(connection).items()}
        for code, no in (("26002", 112), ("26003", 194), ("26004", 50)):
            keys = {"day": date(2026, 9, 1), "unit_id": ids[code], "item": "trouble", "channel": "poster"}
            keys |= {"respondent_group": "citizen", "set_aside": 0}
            counts = {1: no, 2: 6, 3: 2}
            connection.execute(
                insert(fact_choice), [{**keys, "option": option, "n": n} for option, n in counts.items()]
            )
        publish_finished_quarters(connection, 10)
    browser = browser_of(app, "supervisor")
    (quarter,) = browser.get(f"{ADDRESS}.json").get_json()["reported"]
    assert (quarter["units"], quarter["trouble"]["n"]) == (2, 322), "the third has too few and is not among them"
    assert (quarter["trouble"]["percent"], quarter["money"]["percent"]) == (3.7, 1.2)
    words = words_of(browser)
    assert "Quý III/2026 (2 xã, phường)" in words
    assert "từng vụ việc chỉ Thanh tra đọc" in words
    trend = load_workbook(io.BytesIO(browser.get(f"{ADDRESS}.xlsx").data)).worksheets[2]
    head, *body = trend.iter_rows(values_only=True)
    told = [dict(zip(head, row, strict=True)) for row in body]
    assert [row["percent"] for row in told if row["measure"] == "reported:trouble"] == [3.7]


def test_before_a_quarter_is_over_nothing_is_said_of_reports(app: Flask, lived: None) -> None:
    assert "Chưa có quý nào đã hết mà có xã, phường đủ 100 người trả lời" in words_of(browser_of(app, "province"))
