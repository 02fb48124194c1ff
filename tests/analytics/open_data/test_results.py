"""The numbers of open data: those of the pages to the last digit, whole periods, and nothing by subtraction."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, insert

from analytics.open_data.dump import DUMP_COLUMNS
from analytics.published.models import published_week
from analytics.published.quarters import publish_finished_quarters
from survey_app.zones import Zone
from tests.analytics.dashboards.conftest import City, a_city
from tests.analytics.dashboards.reading import csv_rows
from tests.analytics.open_data.conftest import BUSY, CODES, Ask, Begin
from tests.analytics.published.test_attacker import Collection, addresses, collect, hold_the_law
from tests.analytics.published.world import World
from tests.support.databases import sqlite_only
from tests.support.queries import QueryCounter

PERIODS = ("week", "block", "month", "reporting_month", "quarter", "year")
POPULATIONS = ("citizens", "organisations")


def results(ask: Ask, code: str = BUSY, **query: str | int) -> list[Mapping[str, Any]]:
    return list(ask(f"/units/{code}/results", **query)["results"])


def test_periods_are_those_of_the_page(client: FlaskClient, half_a_year: World, ask: Ask) -> None:
    page = client.get(f"/units/{BUSY}.json").get_json()
    for period in PERIODS[1:]:
        head = ask(f"/units/{BUSY}/results", period=period)
        assert (head["variance_ratio"], head["minimum_n"]) == (page["variance_ratio"], page["minimum_n"])
        mine = {one["period_first_day"]: one for one in head["results"]}
        shown = page["periods"][period]
        assert shown
        for one in shown:
            for key in ("first_day", "last_day", "weeks", "responses", "attitude", "overall", "is_over"):
                assert mine[one["period_first_day"]][key] == one[key], (period, key)


def test_weeks_are_the_points_of_the_page(client: FlaskClient, half_a_year: World, ask: Ask) -> None:
    for code in CODES:
        points = [one for one in client.get(f"/units/{code}.json").get_json()["points"] if one["attitude"]]
        mine = {one["first_day"]: one for one in results(ask, code)}
        assert points
        for one in points:
            assert {key: mine[one["first_day"]][key] for key in ("attitude", "overall", "note", "weeks")} == {
                key: one[key] for key in ("attitude", "overall", "note", "weeks")
            }


def test_blocks_have_the_items_and_what_was_set_aside(client: FlaskClient, half_a_year: World, ask: Ask) -> None:
    blocks = client.get(f"/units/{BUSY}.json").get_json()["blocks"]
    mine = {one["last_day"]: one for one in results(ask, period="block")}
    compared = 0
    for block in blocks:
        one = mine[block["last_day"]]
        assert one["composition"] == block["composition"]
        assert one["with_set_aside"] == block["with_set_aside"]
        if one["items"]:
            said = {item["item"]: {k: v for k, v in item.items() if k != "text"} for item in block["items"]}
            assert {item["item"]: item for item in one["items"]["scores"]} == said
            assert one["items"]["first_day"] == block["items_first_day"]
            compared += 1
    assert compared > 1


def test_organisations_are_apart(client: FlaskClient, half_a_year: World, ask: Ask) -> None:
    shown = client.get(f"/units/{BUSY}.json").get_json()["organisations"]
    mine = {one["last_day"]: one for one in results(ask, period="block", population="organisations")}
    assert shown
    for block in shown:
        assert mine[block["last_day"]]["attitude"] == block["attitude"]
        assert mine[block["last_day"]]["composition"] is None


def test_what_was_reported_is_said_by_quarter(client: FlaskClient, half_a_year: World, ask: Ask) -> None:
    page = {one["first_day"]: one for one in client.get(f"/units/{BUSY}.json").get_json()["reported"]}
    mine = {one["period_first_day"]: one["reported"] for one in results(ask, period="quarter") if one["reported"]}
    assert set(page) == set(mine) == {"2026-04-01", "2026-07-01"}
    for day, one in page.items():
        assert {name: mine[day][name] for name in ("trouble", "money")} == {
            name: one[name] for name in ("trouble", "money")
        }
        assert (mine[day]["units"], mine[day]["minimum_n"]) == (1, 100)
    assert (mine["2026-07-01"]["first_day"], mine["2026-07-01"]["last_day"]) == ("2026-06-29", "2026-09-27")
    for query in ({"period": "year"}, {"period": "week"}, {"period": "quarter", "population": "organisations"}):
        assert {one["reported"] for one in results(ask, **query)} == {None}


def test_what_a_city_s_communes_reported_is_of_those_that_are_shown(half_a_year: World, ask: Ask) -> None:
    communes: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for code in CODES:
        for one in results(ask, code, period="quarter"):
            if one["reported"]:
                communes[one["period_first_day"]].append(one["reported"])
    city = {one["period_first_day"]: one["reported"] for one in results(ask, "75", period="quarter")}
    assert any(0 < len(shown) < len(CODES) for shown in communes.values())
    for day, shown in communes.items():
        assert city[day]["units"] == len(shown)
        for name in ("trouble", "money"):
            assert city[day][name]["n"] == sum(one[name]["n"] for one in shown)


def test_forms_with_a_code_stand_beside_the_others_by_block(client: FlaskClient, half_a_year: World, ask: Ask) -> None:
    shown: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in client.get(f"/units/{BUSY}.json").get_json()["channels"]:
        shown[one["last_day"]].append(one)
    mine = {one["last_day"]: one["channels"] for one in results(ask, period="block")}
    assert shown
    for last_day, sides in shown.items():
        assert mine[last_day] == sides
        assert [one["channel"] for one in sides] == ["with_code", "without_code"]
    for code, query in ((BUSY, {"period": "quarter"}), ("75", {"period": "block"})):
        assert all(one["channels"] == [] for one in results(ask, code, **query))
    organisations = results(ask, period="block", population="organisations")
    assert organisations and all(one["channels"] == [] for one in organisations)


def test_longer_periods_hold_the_sums_of_their_weeks(half_a_year: World, ask: Ask) -> None:
    (year,) = results(ask, period="year")
    weeks = results(ask, limit=500)
    quarters = results(ask, period="quarter")
    for parts in (weeks, quarters):
        assert sum(one["responses"] for one in parts) == year["responses"]
        assert sum(one["attitude"]["n"] for one in parts) == year["attitude"]["n"]
    assert [one["is_over"] for one in quarters] == [True, True, False]
    assert year["weeks"] == 26 and not year["is_over"]
    assert sum(year["composition"].values()) > 100


def test_the_city_is_the_sum_of_its_communes(half_a_year: World, ask: Ask) -> None:
    """What waits for more forms in a commune is not in the city's score yet, so subtraction gives nothing away."""
    assert ask("/units/75")["page"] is None
    for period, population in product(("quarter", "year"), POPULATIONS):
        city = {one["period_first_day"]: one for one in results(ask, "75", period=period, population=population)}
        communes: dict[str, int] = defaultdict(int)
        for code in CODES:
            for one in results(ask, code, period=period, population=population):
                communes[one["period_first_day"]] += one["attitude"]["n"]
        assert {day: one["attitude"]["n"] for day, one in city.items()} == communes
    assert ask("/units/75/results")["variance_ratio"] == ask(f"/units/{BUSY}/results")["variance_ratio"]


def test_days_choose_whole_periods(half_a_year: World, ask: Ask) -> None:
    within = results(ask, period="month", **{"from": "2026-08-10", "to": "2026-09-01"})
    assert [one["period_first_day"] for one in within] == ["2026-08-01", "2026-09-01"]
    assert within[0] in results(ask, period="month")
    assert results(ask, to="2020-01-01") == []
    assert len(results(ask, limit=3, offset=2)) == 3


def test_days_cut_no_period_and_lose_no_item(half_a_year: World, ask: Ask) -> None:
    for period in PERIODS:
        for code in ("75", BUSY):
            for one in results(ask, code, period=period):
                day = one["period_last_day"]
                assert results(ask, code, period=period, **{"from": day, "to": day}) == [one]


def test_small_numbers_are_marked(half_a_year: World, ask: Ask) -> None:
    notes = {one["note"]: min(one["attitude"]["n"], one["overall"]["n"]) for one in results(ask, CODES[2])}
    for note, n in notes.items():
        assert (note == "small") == (n < 30)
    assert "small" in notes


def test_before_anything_is_published(client: FlaskClient, stored_city: City, ask: Ask) -> None:
    head = ask(f"/units/{stored_city.trang_bom.code}/results")
    assert (head["results"], head["total"], head["published_through"]) == ([], 0, None)
    body = client.get("/api/v1/results.csv").data
    assert csv_rows(body) == []
    assert body.decode("utf-8-sig").strip().split(",") == list(DUMP_COLUMNS)


def dumped(client: FlaskClient, query: str) -> list[dict[str, str]]:
    response = client.get(f"/api/v1/results.csv?{query}")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith('attachment; filename="than-thien-2026-')
    return csv_rows(response.data)


def numbers(document: Mapping[str, Any]) -> Iterator[tuple[str, float, float, float, int]]:
    for name in ("attitude", "overall"):
        score = document[name]
        yield f"{name}_index", score["percent"], score["low"], score["high"], score["n"]


def test_a_dump_has_every_commune_s_results(client: FlaskClient, half_a_year: World, ask: Ask) -> None:
    for period in ("week", "month", "quarter"):
        rows = dumped(client, f"year=2026&period={period}")
        assert {row["unit_code"] for row in rows} == set(CODES)
        for code, population in product(CODES, POPULATIONS):
            expected = {
                (one["period_first_day"], one["first_day"], *number)
                for one in results(ask, code, period=period, population=population, limit=500)
                for number in numbers(one)
            }
            found = {
                (
                    *(row["period_first_day"], row["first_day"], row["measure"]),
                    *(float(row["percent"]), float(row["low"]), float(row["high"]), int(row["n"])),
                )
                for row in rows
                if (row["unit_code"], row["population"]) == (code, population)
                and row["measure"] in {"attitude_index", "overall_index"}
                and not row["channel"]
            }
            assert found == expected


def test_a_dump_says_what_was_reported(client: FlaskClient, half_a_year: World, ask: Ask) -> None:
    rows = [row for row in dumped(client, "year=2026&period=quarter") if row["measure"].startswith("reported:")]
    found = {
        (row["unit_code"], row["first_day"], row["measure"]): tuple(row[key] for key in ("n", "percent", "low", "high"))
        for row in rows
    }
    expected = {
        (code, one["reported"]["first_day"], f"reported:{name}"): tuple(
            str(one["reported"][name][key]) for key in ("n", "percent", "low", "high")
        )
        for code, name in product(CODES, ("trouble", "money"))
        for one in results(ask, code, period="quarter")
        if one["reported"]
    }
    assert found == expected
    assert expected and {row["population"] for row in rows} == {"citizens"}


def test_a_dump_has_forms_with_a_code_beside_the_others(client: FlaskClient, half_a_year: World, ask: Ask) -> None:
    rows = [row for row in dumped(client, "year=2026&period=block") if row["channel"]]
    found = {
        (row["unit_code"], row["last_day"], row["channel"], row["measure"], int(row["n"]), float(row["percent"]))
        for row in rows
    }
    expected = {
        (code, side["last_day"], side["channel"], f"{name}_index", side[name]["n"], side[name]["percent"])
        for code, name in product(CODES, ("attitude", "overall"))
        for one in results(ask, code, period="block")
        for side in one["channels"]
    }
    assert found == expected
    assert len(found) == len(rows) > 4


def test_the_tag_of_a_dump_changes_with_the_quarters(client: FlaskClient, transaction: Begin) -> None:
    """After an upgrade, weeks may be decided long since and quarters not yet."""
    with transaction() as connection:
        a_city(connection)
        connection.execute(insert(published_week), {"monday": date(2026, 9, 28), "minimum_n": 10})
        connection.execute(insert(published_week), {"monday": date(2026, 9, 21), "minimum_n": 10})
    before = client.get("/api/v1/results.csv?period=quarter").headers["ETag"]
    with transaction() as connection:
        assert publish_finished_quarters(connection, 10) == 1
    after = client.get("/api/v1/results.csv?period=quarter", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["ETag"] != before


def test_a_quarter_s_dump_is_its_part_of_the_year_s(client: FlaskClient, half_a_year: World) -> None:
    year = dumped(client, "year=2026&period=month")
    quarters = [dumped(client, f"year=2026&quarter={number}&period=month") for number in (2, 3, 4)]
    assert [row for row in year if "2026-07-01" <= row["period_last_day"] <= "2026-09-30"] == quarters[1]
    assert sum(len(rows) for rows in quarters) == len(year)
    assert dumped(client, "year=2026&quarter=1") == []
    assert dumped(client, "")[0]["period"] == "week"
    assert any(row["measure"].startswith("item:") and row["level_5"] for row in year)


def test_a_dump_asks_once_for_what_all_share(client: FlaskClient, half_a_year: World, engine: Engine) -> None:
    with QueryCounter(engine) as counter:
        client.get("/api/v1/results.csv")
    assert counter.count <= 10 + 4 * len(CODES) + 95 * 2


@sqlite_only
def test_nothing_follows_by_subtraction(client: FlaskClient, half_a_year: World) -> None:
    """Every period of every population and all dumps, held against each other and against the pages' twins."""
    paths = [
        f"/api/v1/units/{code}/results?period={period}&population={population}&limit=500"
        for code in CODES
        for period in PERIODS
        for population in POPULATIONS
    ]
    paths += [f"/api/v1/results.csv?period={period}" for period in PERIODS]
    app = client.application
    paths += [path for path in addresses(app, Zone.PUBLIC, half_a_year.first_monday) if path.startswith("/units/")]
    kept = Collection()
    collect(client, paths, kept, pages=True)
    assert set(paths) <= kept.addresses
    hold_the_law(Zone.PUBLIC, kept, cells=300, differences=400)
