"""The leader's page: who may see it, what stands first on it, what it costs."""

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Connection, Engine

from survey_app.listening.actions import Content, Origin, open_action
from survey_app.listening.notes import write_note
from survey_app.territory.targets import set_target
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
from tests.analytics.dashboards.reading import csv_rows, page_numbers, parsed, texts, trace
from tests.staff.people import an_account, signed_in
from tests.support.factories import a_scan_code, a_service_point
from tests.support.pages import text_of
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]
ADDRESS = "/staff/units/26068"
TWINS = ("", ".json", ".csv", ".xlsx")


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
    marks = ("<h1", "Tuần 16–22/11: chỉ số thái độ", "data-figure", 'id="weeks-table"', 'id="items"')
    places = [words.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "Cách tính" in words and "Mức 3 &#34;Bình thường&#34; không tính là hài lòng" in words


def test_numbers_are_those_of_the_public_page_and_more(app: Flask, client: FlaskClient, lived: City) -> None:
    staff = browser_of(app, "leader", "26068")
    page, public = page_numbers(words_of(staff)), page_numbers(words_of(client, "/units/26068"))
    assert (page.weeks, page.items, page.organisations) == (public.weeks, public.items, public.organisations)
    drawn = {trace["name"]: trace for trace in page.figures[0]["data"]}
    assert all(drawn[trace["name"]] == trace for trace in public.figures[0]["data"])
    mine, theirs = json.loads(staff.get(f"{ADDRESS}.json").data), json.loads(client.get("/units/26068.json").data)
    shared = mine.keys() & theirs.keys()
    assert shared >= {"points", "blocks", "organisations", "periods", "comparison", "sentences"}
    assert {key: mine[key] for key in shared} == {key: theirs[key] for key in shared}
    more = {"signals", "cuts", "by_others", "adjusted", "warned_days", "targets"}
    assert mine.keys() - theirs.keys() >= more
    rows, public_rows = csv_rows(staff.get(f"{ADDRESS}.csv").data), csv_rows(client.get("/units/26068.csv").data)
    assert _points(rows) == _points(public_rows) != []


def _points(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    columns = ("measure", "first_day", "last_day", "responses", "n", "percent", "low", "high", "set_aside")
    return [tuple(row[column] for column in columns) for row in rows if row["period"] == "point"]


def test_excel_says_what_the_csv_says(app: Flask, lived: City) -> None:
    browser = browser_of(app, "leader", "26068")
    response = browser.get(f"{ADDRESS}.xlsx")
    assert response.headers["Content-Disposition"] == 'attachment; filename="than-thien-26068.xlsx"'
    page = load_workbook(io.BytesIO(response.data)).worksheets[0]
    head, *body = [["" if cell is None else str(cell) for cell in row] for row in page.iter_rows(values_only=True)]
    rows = csv_rows(browser.get(f"{ADDRESS}.csv").data)
    assert len(rows) == len(body) > 100
    numeric = {"n", "percent", "low", "high", "responses"}
    for row, cells in zip(rows, body, strict=True):
        same = dict(zip(head, cells, strict=True))
        assert {key: float(same[key] or -1) for key in numeric} == {key: float(row[key] or -1) for key in numeric}
        assert {key: same[key] for key in same.keys() - numeric if not _is_number(row[key])} == {
            key: row[key] for key in row.keys() - numeric if not _is_number(row[key])
        }


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def test_every_score_of_the_page_stands_in_the_twin(app: Flask, lived: City) -> None:
    browser = browser_of(app, "leader", "26068")
    document = browser.get(f"{ADDRESS}.json").get_data(as_text=True)
    for by in ("", "?by=block", "?by=month", "?by=reporting_month", "?by=quarter", "?by=year"):
        page = parsed(words_of(browser, ADDRESS + by))
        shown = {
            data.get("value", "")
            for span in page.iter("span")
            if span.get("class") == "percent"
            for data in span.iter("data")
        }
        assert shown
        assert all(f'"percent": {value}' in document for value in shown), by


@pytest.mark.parametrize(
    ("by", "row", "title"),
    [
        ("block", "5/10–1/11/2026", "Từng khối bốn tuần"),
        ("month", "Tháng 10/2026", "Từng tháng"),
        ("reporting_month", "Kỳ 15/10–14/11/2026", "Từng kỳ báo cáo"),
        ("quarter", "Quý III/2026", "Từng quý"),
        ("year", "Năm 2026", "Từng năm"),
    ],
)
def test_the_reader_picks_what_to_look_by(app: Flask, lived: City, by: str, row: str, title: str) -> None:
    words = words_of(browser_of(app, "leader", "26068"), f"{ADDRESS}?by={by}")
    assert row in words and title in words
    assert words.count('aria-current="true"') == 1
    assert "Tuần 16–22/11: chỉ số thái độ" in words, "the week's sentence stays"
    table = page_numbers(words).weeks
    drawn = trace(page_numbers(words).figures[0], "attitude:line")["y"]
    assert [str(value) for value in drawn] == [numbers[0] for numbers in list(table.values())[::-1]]


@pytest.mark.parametrize("by", ["day", "reporting_year", "<b>", "week%00"])
def test_what_cannot_be_picked_is_said_with_404(app: Flask, lived: City, by: str) -> None:
    response = browser_of(app, "leader", "26068").get(f"{ADDRESS}?by={by}")
    assert response.status_code == 404
    assert "Có thể xem theo tuần, bốn tuần, tháng" in response.get_data(as_text=True)
    assert "<b>" not in response.get_data(as_text=True)


def test_the_chart_shows_the_usual_level_targets_actions_and_notes(app: Flask, lived: City, transaction: Begin) -> None:
    at = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
    done = Content(
        *("Bảng hướng dẫn ở cửa", "guidance", "Bà con phải đi lại nhiều lần.", "Phó Chủ tịch", date(2026, 10, 30)),
        *("done", "Đã dán bảng.", date(2026, 10, 13), False),
    )
    with transaction() as connection:
        set_target(connection, lived.city.id, "attitude", 90, date(2026, 9, 1), set_by="tp@dongnai.gov.vn")
        open_action(connection, lived.trang_bom, Origin("item", "guidance"), done, actor="a@b.vn", at=at)
        write_note(connection, lived.trang_bom, date(2026, 9, 14), "storm", "Bão số 9.", actor="a@b.vn", at=at)
    browser = browser_of(app, "leader", "26068")
    words = words_of(browser)
    figure = page_numbers(words).figures[0]
    assert trace(figure, "attitude:target")["y"] == [90, 90]
    judged = [one for one in json.loads(browser.get(f"{ADDRESS}.json").data)["signals"] if one["usual_low"] is not None]
    assert len(judged) >= 4
    assert trace(figure, "attitude:usual_low")["y"][::2] == [one["usual_low"] for one in judged]
    assert trace(figure, "attitude:usual_high")["y"][::2] == [one["usual_high"] for one in judged]
    numbers = {note["text"]: note["x"] for note in figure["layout"]["annotations"] if note["text"].startswith("(")}
    assert numbers == {"(1)": "2026-09-14", "(2)": "2026-10-13"}
    assert words.index("Bảng hướng dẫn ở cửa (Đã làm xong)") < words.index("Bão số 9.")
    assert "Đường gạch: mục tiêu 90% cho chỉ số thái độ." in words
    assert "?source=signal" not in words, "there is no signal to act on"


def test_a_signal_leads_to_an_action_for_those_who_may_open_one(
    app: Flask, stored_city: City, transaction: Begin
) -> None:
    with transaction() as connection:
        write_weeks(connection, stored_city.trang_bom.id, [satisfied(36, 4)] * 16 + [satisfied(15, 25)])
        publish(connection)
    leader, supervisor = browser_of(app, "leader", "26068"), browser_of(app, "supervisor")
    words = words_of(leader)
    assert "▼ 16–22/11: 38%, 40 phiếu, <strong>thấp hơn hẳn</strong> mức thường thấy" in words
    assert f'href="{ADDRESS}/actions/new?source=signal&amp;week=2026-11-16"' in words
    assert trace(page_numbers(words).figures[0], "attitude:signals")["marker"]["symbol"] == ["triangle-down"]
    assert f'href="{ADDRESS}/comments"' in words
    seen = words_of(supervisor)
    assert "actions/new" not in seen and f'href="{ADDRESS}/comments"' not in seen, "read-only, and never comments"
    assert page_numbers(seen) == page_numbers(words)


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
    assert len(facts) <= 6  # Counts of forms for weeks that wait and for coverage, and the mix that visits are held to.
    assert queries.count <= 38


@pytest.mark.parametrize(("role", "writes"), [("leader", True), ("supervisor", False)])
def test_who_may_enter_visits_is_led_there(app: Flask, lived: City, role: str, writes: bool) -> None:
    browser = browser_of(app, role, "26068" if role == "leader" else None)
    links = {text_of(link): link.get("href") for link in parsed(words_of(browser)).iter("a")}
    assert ("Nhập số lượt đến" in links) is writes
    if writes:
        assert browser.get(links["Nhập số lượt đến"]).status_code == 200


def test_a_new_installation_says_that_nothing_is_closed(app: Flask, transaction: Begin) -> None:
    with transaction() as connection:
        add_unit(connection)
    assert "Chưa có số liệu: chưa ngày nào được khóa sổ." in words_of(browser_of(app, "province"))
    with transaction() as connection:
        close_days(connection)


def test_the_contents_lead_to_every_section_and_are_not_printed(app: Flask, lived: City) -> None:
    document = parsed(words_of(browser_of(app, "leader", "26068")))
    (contents,) = [one for one in document.iter("nav") if one.get("aria-labelledby") == "contents-title"]
    sections = [(f"#{heading.get('id')}", text_of(heading)) for heading in document.iter("h2")]
    assert [(link.get("href"), text_of(link)) for link in contents.iter("a")] == sections
    assert len(sections) > 10
    assert "no-print" in str(contents.get("class")).split()


def test_a_page_of_few_sections_has_no_contents(app: Flask, stored_city: City) -> None:
    assert "contents-title" not in words_of(browser_of(app, "leader", "26068"))


@pytest.mark.parametrize("role", ["leader", "supervisor"])
def test_the_weekly_sheet_is_at_hand(app: Flask, lived: City, role: str) -> None:
    browser = browser_of(app, role, "26068" if role == "leader" else None)
    words = words_of(browser)
    for kind, mimetype in (("pdf", "application/pdf"), ("png", "image/png")):
        assert f'href="{ADDRESS}/sheet.{kind}"' in words
        assert browser.get(f"{ADDRESS}/sheet.{kind}").mimetype == mimetype
