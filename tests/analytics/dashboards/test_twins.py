"""Page, chart, JSON and CSV can never disagree: all say the same numbers, to the digit."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, update

from analytics.dashboards.public_twins import PUBLIC_COLUMNS
from survey_app.territory.models import UnitVersionRow
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import Answer, publish, simulated, write_weeks
from tests.analytics.dashboards.reading import Numbers, csv_rows, page_numbers, trace

ADDRESS = "/units/26068"


@pytest.fixture
def lived(stored_city: City, transaction: Callable[[], AbstractContextManager[Connection]]) -> City:
    """Twenty weeks of one commune: busy and thin, citizens and organisations, some set aside."""
    random = Random(21)
    weeks: list[list[Answer]] = []
    for size in [40, 12, 3, 5, 44, 28, 31, 9, 35, 10, 50, 33, 41, 30, 29, 38, 6, 47, 30, 4]:
        week = simulated(random, size) + simulated(random, 4, group="organisation")
        weeks.append(week + simulated(random, 2, set_aside=1) + simulated(random, 1, channel="assisted"))
    with transaction() as connection:
        write_weeks(connection, stored_city.trang_bom.id, weeks)
        publish(connection)
    return stored_city


def score_numbers(score: dict[str, Any]) -> Numbers:
    return tuple(str(score[key]) for key in ("percent", "low", "high", "n"))


def test_table_chart_json_and_csv_say_the_same(client: FlaskClient, lived: City) -> None:
    page = page_numbers(client.get(ADDRESS).get_data(as_text=True))
    document = json.loads(client.get(f"{ADDRESS}.json").data)
    rows = csv_rows(client.get(f"{ADDRESS}.csv").data)
    assert len(document["points"]) == len(page.weeks) > 10
    for point in document["points"]:
        in_table = page.weeks[point["first_day"]]
        counts = (str(point["responses"]), str(point["set_aside"]))
        if point["attitude"] is None:
            assert in_table == counts
            continue
        means = (str(point["attitude"]["mean"]), str(point["overall"]["mean"]))
        assert in_table == (*score_numbers(point["attitude"]), *score_numbers(point["overall"]), *means, *counts)
        for measure in ("attitude", "overall"):
            (row,) = [
                row
                for row in rows
                if (row["period"], row["measure"], row["first_day"])
                == ("point", f"{measure}_index", point["first_day"])
            ]
            assert tuple(row[key] for key in ("percent", "low", "high", "n")) == score_numbers(point[measure])
            assert (row["mean_1_to_5"], row["mean_0_to_100"]) == (
                str(point[measure]["mean"]),
                str(point[measure]["mean_of_hundred"]),
            )
    for measure in ("attitude", "overall"):
        drawn = trace(page.figures[0], f"{measure}:line")["y"]
        assert drawn == [point[measure]["percent"] for point in document["points"] if point[measure]]


def test_items_say_the_same_everywhere(client: FlaskClient, lived: City) -> None:
    page = page_numbers(client.get(ADDRESS).get_data(as_text=True))
    document = json.loads(client.get(f"{ADDRESS}.json").data)
    rows = csv_rows(client.get(f"{ADDRESS}.csv").data)
    blocks = document["blocks"][::-1]
    assert len(blocks) == len(page.items) == len(page.figures) - 1 == 4
    for block, table, figure in zip(blocks, page.items, page.figures[1:], strict=True):
        assert list(table) == [item["item"] for item in block["items"]]
        for place, item in enumerate(block["items"]):
            levels = tuple(str(count) for count in item["levels"])
            assert table[item["item"]] == (*score_numbers(item), str(item["mean"]), *levels)
            assert [bar["x"][place] for bar in figure["data"]] == item["levels"]
            (row,) = [
                row
                for row in rows
                if row["measure"] == f"item:{item['item']}" and row["first_day"] == block["items_first_day"]
            ]
            assert tuple(row[f"level_{level}"] for level in range(1, 6)) == levels
            assert row["item_text"] == item["text"]


def test_organisations_say_the_same_everywhere(client: FlaskClient, lived: City) -> None:
    page = page_numbers(client.get(ADDRESS).get_data(as_text=True))
    document = json.loads(client.get(f"{ADDRESS}.json").data)
    rows = [row for row in csv_rows(client.get(f"{ADDRESS}.csv").data) if row["population"] == "organisations"]
    assert document["organisations"]
    assert len(rows) == 2 * len(document["organisations"])
    for block in document["organisations"]:
        expected = (*score_numbers(block["attitude"]), *score_numbers(block["overall"]), str(block["responses"]))
        assert page.organisations[block["first_day"]] == expected


def test_the_keys_of_the_json_are_a_promise(client: FlaskClient, lived: City) -> None:
    document = json.loads(client.get(f"{ADDRESS}.json").data)
    assert set(document) == {
        "unit",
        "language",
        "through",
        "minimum_n",
        "variance_ratio",
        "sentences",
        "quotation",
        "newest_week",
        "running_week",
        "comparison",
        "points",
        "blocks",
        "organisations",
        "periods",
        "channels",
        "reported",
        "actions",
        "notes",
        "definitions",
    }
    assert document["unit"] == {
        "code": "26068",
        "name": "Xã Trảng Bom",
        "kind": "xã",
        "valid_from": "2025-07-01",
        "valid_to": None,
    }
    assert document["through"] == "2026-11-23"
    assert document["definitions"]["index_explained"].startswith("Chỉ số thái độ: với từng người")


def test_the_csv_is_as_spreadsheets_want_it(client: FlaskClient, lived: City) -> None:
    response = client.get(f"{ADDRESS}.csv")
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="than-thien-26068.csv"'
    assert response.data.startswith(b"\xef\xbb\xbfunit_code,")
    lines = response.data.decode("utf-8-sig").split("\r\n")
    assert lines[0].split(",") == list(PUBLIC_COLUMNS)
    assert lines[-1] == "" and all("\n" not in line for line in lines)
    assert csv_rows(response.data)[0]["unit_name"] == "Xã Trảng Bom"
    english = csv_rows(client.get(f"{ADDRESS}.csv?lang=en").data)
    assert english[0]["unit_name"] == "Trảng Bom Commune"
    assert all(list(row) == list(PUBLIC_COLUMNS) for row in english)


def test_absent_scores_are_empty_and_null_never_zero(client: FlaskClient, lived: City) -> None:
    document = json.loads(client.get(f"{ADDRESS}.json").data)
    newest = document["points"][-1]
    assert (newest["attitude"], newest["overall"], newest["note"]) == (None, None, "too_few")
    row = next(
        row
        for row in csv_rows(client.get(f"{ADDRESS}.csv").data)
        if row["period"] == "point" and row["first_day"] == newest["first_day"]
    )
    assert (row["n"], row["percent"], row["low"], row["note"]) == ("", "", "", "too_few")
    assert row["responses"] == str(newest["responses"])


def test_names_that_start_a_formula_are_neutralised(
    client: FlaskClient, lived: City, transaction: Callable[[], AbstractContextManager[Connection]]
) -> None:
    with transaction() as connection:
        named = UnitVersionRow.unit_id == lived.trang_bom.id
        connection.execute(update(UnitVersionRow).where(named).values(kind="xã", name="=1+1"))
    rows = csv_rows(client.get(f"{ADDRESS}.csv?lang=en").data)
    assert rows[0]["unit_name"] == "'=1+1 Commune"
