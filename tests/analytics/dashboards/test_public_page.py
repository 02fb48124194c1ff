"""Everybody's page of a commune: periods to choose from, forms with a code apart, what was reported, said and done."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, insert

from analytics.dashboards.public_twins import PUBLIC_COLUMNS
from analytics.facts.models import fact_choice
from analytics.published.quarters import publish_finished_quarters
from survey_app.listening.actions import Content, Origin, open_action
from survey_app.listening.notes import write_note
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import publish, simulated, write_weeks
from tests.analytics.dashboards.reading import csv_rows, numbers_in, page_numbers, parsed, texts
from tests.conftest import NOW
from tests.support.pages import text_of

Begin = Callable[[], AbstractContextManager[Connection]]
ADDRESS = "/units/26068"
LEADER = "leader@dongnai.gov.vn"
SPANS = ("block", "month", "reporting_month", "quarter", "year")


def lived_through(transaction: Begin, city: City, weeks: int = 17, with_code: int = 0) -> City:
    """So many weeks of forty forms, some of them with a transaction code."""
    random = Random(8)
    with transaction() as connection:
        write_weeks(
            connection,
            city.trang_bom.id,
            [
                [*simulated(random, 40 - with_code, channel="poster"), *simulated(random, with_code, channel="ticket")]
                for _week in range(weeks)
            ],
        )
        publish(connection)
    return city


@pytest.fixture
def lived(stored_city: City, transaction: Begin) -> City:
    """Seventeen weeks of walk-up forms."""
    return lived_through(transaction, stored_city)


def page(client: FlaskClient, query: str = "") -> str:
    response = client.get(f"{ADDRESS}{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


@pytest.mark.parametrize("span", SPANS)
def test_every_period_shows_what_its_twin_says(client: FlaskClient, lived: City, span: str) -> None:
    shown = page_numbers(page(client, f"?by={span}")).weeks
    periods = client.get(f"{ADDRESS}.json").get_json()["periods"][span]
    assert {period["first_day"] for period in periods} == set(shown)
    for period in periods:
        attitude = period["attitude"]
        expected = (attitude["percent"], attitude["low"], attitude["high"], attitude["n"])
        assert tuple(float(value) for value in shown[period["first_day"]][:4]) == expected


def test_the_picker_marks_where_one_is(client: FlaskClient, lived: City) -> None:
    for query, words in (("", "Tuần"), ("?by=quarter", "Quý")):
        links = [link for link in parsed(page(client, query)).iter("a") if link.get("aria-current") == "true"]
        assert [text_of(link) for link in links] == [words]


def test_another_word_is_no_period(client: FlaskClient, lived: City) -> None:
    response = client.get(f"{ADDRESS}?by=day")
    assert response.status_code == 404
    assert "“day”" in response.get_data(as_text=True)


def test_forms_with_and_without_code_stand_side_by_side(
    client: FlaskClient, stored_city: City, transaction: Begin
) -> None:
    lived_through(transaction, stored_city, with_code=12)
    channels = client.get(f"{ADDRESS}.json").get_json()["channels"]
    assert {one["channel"] for one in channels} == {"with_code", "without_code"}
    tables = {one.get("id"): one for one in parsed(page(client)).iter("table")}
    bodies = list(tables["coded-table"].iter("tbody"))
    assert len(bodies) * 2 == len(channels)
    newest = {one["channel"]: one for one in channels if one["first_day"] == bodies[0].get("data-first-day")}
    rows = list(bodies[0].iter("tr"))[1:]
    for row, name in zip(rows, ("with_code", "without_code"), strict=True):
        score = newest[name]["attitude"]
        said = tuple(float(number) for number in numbers_in(row)[:4])
        assert said == (score["percent"], score["low"], score["high"], score["n"])
        assert score["n"] >= 10
    assert {row["channel"] for row in csv_rows(client.get(f"{ADDRESS}.csv").data)} == {"", "with_code", "without_code"}


@pytest.mark.parametrize("with_code", [0, 1])
def test_too_few_of_one_kind_are_not_told_apart(
    client: FlaskClient, stored_city: City, transaction: Begin, with_code: int
) -> None:
    lived_through(transaction, stored_city, with_code=with_code)
    assert client.get(f"{ADDRESS}.json").get_json()["channels"] == []
    assert "Chưa có khối bốn tuần nào đủ phiếu của cả hai loại" in page(client)


def report(transaction: Begin, city: City, trouble: int, money: int, no: int) -> None:
    """Answers to the question in the third quarter."""
    with transaction() as connection:
        keys = {"day": date(2026, 9, 1), "unit_id": city.trang_bom.id, "item": "trouble", "channel": "poster"}
        keys |= {"respondent_group": "citizen", "set_aside": 0}
        counts = {1: no, 2: trouble, 3: money}
        connection.execute(insert(fact_choice), [{**keys, "option": option, "n": n} for option, n in counts.items()])
        publish_finished_quarters(connection, 10)


def test_what_was_reported_stands_by_quarter(client: FlaskClient, lived: City, transaction: Begin) -> None:
    report(transaction, lived, trouble=6, money=2, no=112)
    (quarter,) = client.get(f"{ADDRESS}.json").get_json()["reported"]
    assert (quarter["first_day"], quarter["last_day"]) == ("2026-07-01", "2026-09-30")
    assert (quarter["trouble"]["percent"], quarter["money"]["percent"], quarter["money"]["n"]) == (5.0, 1.7, 120)
    tables = {one.get("id"): one for one in parsed(page(client)).iter("table")}
    (row,) = [one for one in tables["reported-table"].iter("tr") if one.get("data-first-day")]
    trouble, money = quarter["trouble"], quarter["money"]
    expected = [number for one in (trouble, money) for number in (one["percent"], one["low"], one["high"])]
    assert [float(number) for number in numbers_in(row)] == [*expected, 120]
    assert "Quý III/2026" in text_of(row)
    rows = {row["measure"]: row for row in csv_rows(client.get(f"{ADDRESS}.csv").data) if ":" in row["measure"]}
    assert (rows["reported:trouble"]["percent"], rows["reported:trouble"]["n"]) == ("5.0", "120")


def test_ninety_nine_answers_report_nothing(client: FlaskClient, lived: City, transaction: Begin) -> None:
    report(transaction, lived, trouble=6, money=2, no=91)
    assert client.get(f"{ADDRESS}.json").get_json()["reported"] == []
    assert "Chưa có quý nào đã hết mà đủ 100 người trả lời" in page(client)


def do(transaction: Begin, city: City, title: str, *, published: bool) -> None:
    with transaction() as connection:
        content = Content(
            title=title,
            category="guidance",
            said="Hướng dẫn khó hiểu",
            owner="Trung tâm",
            due_on=date(2026, 12, 5),
            state="done",
            done="Đã in tờ hướng dẫn",
            done_on=date(2026, 10, 6),
            published=published,
        )
        open_action(connection, city.trang_bom, Origin("comments"), content, actor=LEADER, at=NOW)


def test_published_actions_and_notes_are_there_and_no_name(
    client: FlaskClient, lived: City, transaction: Begin
) -> None:
    do(transaction, lived, "Làm lại tờ hướng dẫn", published=True)
    do(transaction, lived, "Chưa công bố", published=False)
    with transaction() as connection:
        write_note(connection, lived.trang_bom, date(2026, 10, 19), "outage", "Mất điện", actor=LEADER, at=NOW)
    words, twin = page(client), client.get(f"{ADDRESS}.json").get_data(as_text=True)
    assert texts(words, "article") and "Làm lại tờ hướng dẫn" in words
    assert "Mất điện" in words
    for said in (words, twin, page(client, "?by=month")):
        assert LEADER not in said and "Chưa công bố" not in said
    assert "Trên biểu đồ: (1)" in words and "Trên biểu đồ: (2)" in words
    assert "Trên biểu đồ" not in page(client, "?by=month")
    document = client.get(f"{ADDRESS}.json").get_json()
    assert [one["title"] for one in document["actions"]] == ["Làm lại tờ hướng dẫn"]
    assert document["notes"] == [{"monday": "2026-10-19", "kind": "outage", "text": "Mất điện"}]
    (figure,) = [one for one in page_numbers(words).figures if one["layout"].get("shapes")][:1]
    assert sum("(1)" in str(note.get("text")) for note in figure["layout"]["annotations"]) == 1


def test_the_page_says_how_it_is_measured_how_to_take_part_and_under_which_terms(
    client: FlaskClient, lived: City
) -> None:
    words = page(client)
    links = {link.get("href") for link in parsed(words).iter("a")}
    assert {"/methods", "/api", f"{ADDRESS}.csv", f"{ADDRESS}.json"} <= links
    assert "Cách tham gia" in texts(words, "h2")
    assert "CC BY 4.0" in words and "UBND thành phố Đồng Nai" in words


def test_no_other_unit_stands_beside(client: FlaskClient, lived: City) -> None:
    """No league table: what cannot be told apart is not put in an order."""
    assert "Long Hưng" not in page(client)
    front = parsed(client.get("/").get_data(as_text=True))
    assert not list(front.iter("data")) and not list(front.iter("table"))


def test_columns_are_a_promise() -> None:
    assert PUBLIC_COLUMNS[-1] == "channel"
    assert PUBLIC_COLUMNS[:3] == ("unit_code", "unit_name", "period")


def test_a_silent_commune_has_no_empty_sections(client: FlaskClient, stored_city: City) -> None:
    heads = texts(page(client), "h2")
    for absent in (
        "Phiếu có mã giao dịch và phiếu thường",
        "Ghi chú của đơn vị",
        "Bị gây khó dễ, bị gợi ý đưa tiền, quà",
    ):
        assert absent not in heads


def test_the_contents_lead_to_every_section_and_are_not_printed(client: FlaskClient, lived: City) -> None:
    document = parsed(page(client))
    (contents,) = [one for one in document.iter("nav") if one.get("aria-labelledby") == "contents-title"]
    sections = [(f"#{heading.get('id')}", text_of(heading)) for heading in document.iter("h2")]
    assert [(link.get("href"), text_of(link)) for link in contents.iter("a")] == sections
    assert len(sections) > 6
    assert "no-print" in str(contents.get("class")).split()


def test_a_page_of_few_sections_has_no_contents(client: FlaskClient, stored_city: City) -> None:
    assert "contents-title" not in page(client)
