"""`/staff/province/yearly`: who may read it, that twins and other pages agree, what is said of a year without one."""

import io
import json
from datetime import date, datetime

from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Engine

from analytics.reports.yearly.twins import ACTION_COLUMNS, SUMMARY_COLUMNS, UNIT_COLUMNS
from survey_app.clock import SetClock
from survey_app.territory.bands import KNOWN_STARS, Band, Bands, set_bands
from survey_app.territory.units import Unit
from tests.analytics.dashboards.factories import add_unit, satisfied, write_weeks
from tests.analytics.dashboards.reading import csv_rows, numbers_in, parsed, texts
from tests.analytics.dashboards.test_staff_views import browser_of
from tests.analytics.reports.yearly.conftest import BETTER, COMMUNES, FELL, SILENT, Begin, a_year_of
from tests.support.pages import text_of
from tests.support.queries import QueryCounter

ADDRESS, PROVINCE = "/staff/province/yearly", "/staff/province"
TWINS = ("", ".json", ".csv", ".xlsx", ".pdf")
MIMETYPES = {".json": "application/json", ".csv": "text/csv", ".pdf": "application/pdf"}


def page_of(browser: FlaskClient, query: str = "") -> str:
    response = browser.get(ADDRESS + query)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_those_who_look_across_read_page_and_twins(app: Flask, stored_year: Unit) -> None:
    for role in ("province", "supervisor", "auditor"):
        browser = browser_of(app, role)
        for twin in TWINS if role == "province" else TWINS[:2]:
            response = browser.get(ADDRESS + twin)
            assert response.status_code == 200
            assert response.mimetype == MIMETYPES.get(twin, response.mimetype)
        assert f'href="{ADDRESS}?city=75"' in browser.get(PROVINCE).get_data(as_text=True)


def test_others_do_not(app: Flask, stored_year: Unit) -> None:
    for role, unit in (("leader", "26000"), ("inspector", None), ("administrator", None), ("volunteer", "26000")):
        browser = browser_of(app, role, unit)
        for twin in TWINS:
            assert browser.get(ADDRESS + twin).status_code == 403
    for twin in TWINS:
        assert app.test_client().get(ADDRESS + twin).status_code == 303


def test_every_number_of_the_page_stands_in_the_twin(app: Flask, stored_year: Unit) -> None:
    browser = browser_of(app, "province")
    document = browser.get(f"{ADDRESS}.json").get_data(as_text=True)
    known = {str(number) for number in _numbers(json.loads(document))}
    shown = set(numbers_in(parsed(page_of(browser))))
    assert len(shown) > 60
    assert shown - known == set()


def _numbers(value: object) -> list[object]:
    if isinstance(value, dict):
        return [found for one in value.values() for found in _numbers(one)]
    if isinstance(value, list):
        return [found for one in value for found in _numbers(one)]
    return [value]


def test_csv_and_excel_say_the_same_of_every_commune(app: Flask, stored_year: Unit) -> None:
    browser = browser_of(app, "auditor")
    document = browser.get(f"{ADDRESS}.json").get_json()
    rows = {row["unit_code"]: row for row in csv_rows(browser.get(f"{ADDRESS}.csv").data)}
    book = load_workbook(io.BytesIO(browser.get(f"{ADDRESS}.xlsx").data))
    heads = [[cell.value for cell in sheet[1]] for sheet in book.worksheets]
    assert heads == [list(SUMMARY_COLUMNS), list(UNIT_COLUMNS), list(ACTION_COLUMNS)]
    head, *body = book.worksheets[1].iter_rows(values_only=True)
    cells = {row[0]: dict(zip(head, row, strict=True)) for row in body}
    assert len(document["units"]) == len(rows) == len(cells) == COMMUNES
    for one in document["units"]:
        row, cell = rows[one["unit"]["code"]], cells[one["unit"]["code"]]
        assert one["forms"] == int(row["forms"]) == cell["forms"]
        attitude = one["result"]["attitude"] if one["result"] else None
        if attitude is None:
            assert row["attitude_percent"] == "" and cell["attitude_percent"] is None
        else:
            assert attitude["low"] == float(row["attitude_low"]) == cell["attitude_low"]
        assert (row["recognised"] == "1") == (one["unit"]["code"] in document["recognised"])
    summary = [dict(zip(heads[0], row, strict=True)) for row in book.worksheets[0].iter_rows(2, values_only=True)]
    (whole,) = [
        row
        for row in summary
        if (row["population"], row["period"], row["measure"]) == ("headline", "year", "attitude_index")
    ]
    assert whole["percent"] == document["groups"]["headline"]["whole"]["attitude"]["percent"]
    kinds = [row[0] for row in book.worksheets[2].iter_rows(2, values_only=True)]
    assert kinds.count("signal") == len(document["signals"]["below"]) and kinds.count("action") == 1


def test_it_agrees_with_the_pages_of_communes_and_city(app: Flask, stored_year: Unit) -> None:
    browser = browser_of(app, "province")
    document = browser.get(f"{ADDRESS}.json").get_json()
    province = browser.get(f"{PROVINCE}.json").get_json()
    assert document["variance_ratio"] == province["variance_ratio"]
    assert document["reported"] == province["reported"]
    for one in document["units"]:
        unit = browser.get(f"/staff/units/{one['unit']['code']}.json").get_json()
        quarters = [quarter for quarter in unit["periods"]["quarter"] if quarter["is_over"]]
        assert unit["variance_ratio"] == document["variance_ratio"]
        assert sum(quarter["responses"] for quarter in quarters) == (one["result"] or {}).get("responses", 0)
        overall = [quarter["overall"]["n"] for quarter in quarters]
        assert sum(overall) == ((one["result"] or {}).get("overall") or {"n": 0})["n"]


def test_of_a_year_that_is_over_every_page_says_the_same(app: Flask, transaction: Begin, clock: SetClock) -> None:
    clock.moment = datetime(2027, 1, 5, 9, tzinfo=clock.moment.tzinfo)
    with transaction() as connection:
        a_year_of(connection, clock, date(2026, 12, 28))
    browser = browser_of(app, "province")
    assert "Số liệu của cả năm 2026" in page_of(browser)
    document = browser.get(f"{ADDRESS}.json?year=2026").get_json()
    assert document["is_whole"] and document["last_day"] == "2027-01-03"
    province = browser.get(f"{PROVINCE}.json?by=year").get_json()
    assert province["comparison"]["period_last_day"] == "2026-12-31"
    assert document["comparison"]["center"] == province["comparison"]["center"]
    elsewhere = {one["unit"]["code"]: one["compared"] for one in province["units"]}
    for one in document["units"]:
        code, compared = one["unit"]["code"], one["compared"]
        assert (compared is None) == (elsewhere[code] is None)
        assert compared is None or compared.items() <= elsewhere[code].items()
        years = browser.get(f"/staff/units/{code}.json").get_json()["periods"]["year"]
        for index in ("attitude", "overall"):
            assert (one["result"] or {}).get(index) == (years[-1][index] if years else None)


def test_the_page_says_what_was_measured_why_and_until_when(app: Flask, stored_year: Unit) -> None:
    words = page_of(browser_of(app, "supervisor"))
    assert texts(words, "h1") == ["Báo cáo năm 2026: Thành phố Đồng Nai"]
    lead = next(text_of(one) for one in parsed(words).iter("p") if one.get("class") == "lead")
    assert lead.count(". ") == 1 and lead.endswith("."), "two sentences"
    assert "Số liệu đến hết Quý III/2026" in words
    assert "Chưa có thang điểm của thành phố Đồng Nai" in words
    assert "không nêu cá nhân" in words
    assert "Im lặng không phải là hài lòng" in words
    assert "chưa có chỉ số được công bố" in words, "the officials' own survey"
    signals = words.split('id="signals-table"')[1].split("</table>")[0]
    assert 'data-outcome="done"' in signals and 'data-outcome="explained"' in signals
    assert "Mất mạng hai ngày." in signals


def test_communes_stand_in_the_order_of_names_and_say_what_cannot_be_told_apart(app: Flask, stored_year: Unit) -> None:
    document = parsed(page_of(browser_of(app, "province")))
    (table,) = [one for one in document.iter("table") if one.get("id") == "units-table"]
    rows = [row.get("data-unit") for row in table.iter("tr") if row.get("data-unit")]
    assert rows == [str(26000 + number) for number in range(COMMUNES)]
    assert "chưa phân biệt được" in text_of(table)
    (commended,) = [one for one in document.iter("table") if one.get("id") == "commend-table"]
    assert [row.get("data-unit") for row in commended.iter("tr") if row.get("data-unit")] == [str(26000 + BETTER)]


def test_with_a_table_in_force_points_are_ranges(app: Flask, stored_year: Unit, transaction: Begin) -> None:
    table = Bands(date(2026, 6, 1), date(2026, 6, 1), "Phụ lục I", (Band(95, 20), Band(70, 15.5)), KNOWN_STARS)
    with transaction() as connection:
        set_bands(connection, table, set_by="tp@dongnai.gov.vn")
    browser = browser_of(app, "province")
    words = page_of(browser)
    assert "theo thang điểm có hiệu lực từ 01/06/2026 (Phụ lục I)" in words
    points = {one["unit"]["code"]: one["points"] for one in browser.get(f"{ADDRESS}.json").get_json()["units"]}
    assert points[str(26000 + BETTER)] == {"low": 20, "high": 20}
    assert points[str(26000 + SILENT)] is None
    (table_of_units,) = [one for one in parsed(words).iter("table") if one.get("id") == "units-table"]
    row = next(row for row in table_of_units.iter("tr") if row.get("data-unit") == str(26000 + FELL))
    assert "15,5" in text_of(row)


REFUSED = {
    "?year=2027": "Năm 2027 chưa đến",
    "?year=9999": "Năm 9999 chưa đến",
    "?year=2025": "Năm 2025 không có đủ phiếu",
    "?year=0000": "không phải là một năm",
    "?year=26": "không phải là một năm",
    "?year=٢٠٢٦": "không phải là một năm",
    "?year=<b>x": "không phải là một năm",
    "?city=99": "99",
}


def test_what_cannot_be_is_said_with_404(app: Flask, stored_year: Unit) -> None:
    browser = browser_of(app, "province")
    for query, said in REFUSED.items():
        response = browser.get(ADDRESS + query)
        assert response.status_code == 404, query
        words = response.get_data(as_text=True).split("</head>")[1]
        assert said in words and "<b>" not in words, query
        twin = browser.get(f"{ADDRESS}.json{query}")
        assert (twin.status_code, twin.mimetype) == (404, "application/problem+json")


def test_a_new_installation_says_when_the_report_comes(app: Flask) -> None:
    browser = browser_of(app, "province")
    assert "Chưa có quý nào đã hết và được công bố." in page_of(browser)
    for twin in TWINS[1:]:
        assert browser.get(ADDRESS + twin).status_code == 404


def test_a_nation_is_reported_by_province(app: Flask, stored_year: Unit, transaction: Begin) -> None:
    with transaction() as connection:
        other = add_unit(connection, "80", "Tây Ninh", "tỉnh")
        unit = add_unit(connection, "25600", "Tân Ninh", "phường", other.id)
        write_weeks(connection, unit.id, [satisfied(20, 4)])
    browser = browser_of(app, "province")
    words = page_of(browser)
    assert f'href="{ADDRESS}?city=80"' in words and "Tân Ninh" not in words
    assert "Chưa có quý nào đã hết" in page_of(browser, "?city=80"), "its only week is of the running quarter"


def test_english_too(app: Flask, stored_year: Unit) -> None:
    words = page_of(browser_of(app, "province"), "?lang=en")
    assert texts(words, "h1") == ["Yearly report 2026: Đồng Nai City"]
    assert "cannot be told apart" in words


def test_the_page_costs_few_statements(app: Flask, stored_year: Unit, engine: Engine) -> None:
    browser = browser_of(app, "province")
    page_of(browser)
    with QueryCounter(engine) as queries:
        page_of(browser)
    assert queries.count <= 50
