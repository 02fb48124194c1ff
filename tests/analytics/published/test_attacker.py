"""Somebody keeps every public number of half a year and subtracts whatever lies inside something else.

Each Monday every public address of the URL map is fetched (so new ones are included by themselves), and every address
of the staff with a leader's account. Whatever has an `n` beside a `percent` bears a score; days, names and labels
around it say what it is about. Nothing is known here of how the numbers were made.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from survey_app.clock import SetClock
from survey_app.database import read_connection
from survey_app.demo.loader import load_demo
from survey_app.territory.units import communes
from survey_app.zones import ZONES_KEY, Zone
from tests.analytics.dashboards.reading import csv_rows, parsed
from tests.analytics.published.world import WEEK, World, a_world, live_through
from tests.conftest import NOW
from tests.staff.people import an_account, signed_in
from tests.support.databases import sqlite_only

MINIMUM, SERVICE_POINT_MINIMUM = 10, 30
MONDAYS = 26
FIRST_MONDAY = date(2026, 5, 11)
CODES = ("25195", "25210", "25217", "26041")
CITY = "75"
LABELS = ("channel", "respondent_group", "service_domain", "service_point", "label", "domain", "group", "part")
"""Keys whose value says which part of a total a number is about."""
TOTAL = ""
ARGUMENT = re.compile(r"<(?:[^<>]*:)?(\w+)>")
RESULTS = "/api/v1/units/<code>/results"
BY_PERIOD = {RESULTS: ("block", "quarter"), "/api/v1/results.csv": ("block", "quarter")}
"""Addresses that say more when they are asked for longer periods than the usual one."""
REPORTED_MINIMUM, QUARTERS_OVER = 100, 2
PASSED_OVER = ("sign-out", "export", "poster")
"""Addresses that end the session, or bear no numbers and cost time."""


@dataclass(frozen=True, order=True)
class Cell:
    """One score as a reader understands it."""

    area: str
    population: str
    measure: str
    label: str
    first_day: date
    last_day: date
    n: int
    percent: float
    including: bool
    """With the answers that were set aside."""

    @property
    def is_of_trouble(self) -> bool:
        """Whether it is a share of those who reported something."""
        return self.measure in {"trouble", "money"}

    def is_inside(self, other: "Cell") -> bool:
        """Whether its days, and what it is cut by, lie inside the other's."""
        days = other.first_day <= self.first_day and self.last_day <= other.last_day
        labels = other.label in {TOTAL, self.label}
        return days and labels and (other.including or not self.including)


@dataclass
class Collection:
    """Everything ever read."""

    cells: dict[Cell, str] = field(default_factory=dict)
    """With the address where each was first seen."""
    addresses: set[str] = field(default_factory=set)

    def differences(self) -> Iterator[tuple[Cell, Cell, int]]:
        """Every pair of cells, one inside the other, with what lies between them."""
        families: dict[tuple[str, str, str], list[Cell]] = defaultdict(list)
        for cell in self.cells:
            families[cell.area, cell.population, cell.measure].append(cell)
        for family in families.values():
            for inner, outer in product(family, family):
                if inner is not outer and inner.is_inside(outer):
                    yield inner, outer, outer.n - inner.n


def scores_in(document: Any, path: tuple[str, ...] = (), around: Mapping[str, Any] | None = None) -> Iterator[Cell]:
    """Every score in a JSON document, with what the objects around it say."""
    around = dict(around or {})
    if isinstance(document, list):
        for one in document:
            yield from scores_in(one, path, around)
        return
    if not isinstance(document, dict):
        return
    around |= {key: value for key, value in document.items() if isinstance(value, str | int)}
    unit = document.get("unit")
    if isinstance(unit, dict) and "code" in unit:
        around["area"] = unit["code"]
    if isinstance(document.get("n"), int) and document.get("percent") is not None:
        yield _cell(document, path, around)
    for key, value in document.items():
        if key != "unit":
            yield from scores_in(value, (*path, key), around)


def _cell(score: Mapping[str, Any], path: Sequence[str], around: Mapping[str, Any]) -> Cell:
    first_day = around["items_first_day"] if "items" in path and "items_first_day" in around else around["first_day"]
    label = next((f"{key}={around[key]}" for key in LABELS if around.get(key)), TOTAL)
    return Cell(
        area=str(around.get("area", around.get("unit_code", "?"))),
        population="organisations" if "organisations" in path else str(around.get("population", "citizens")),
        measure=str(around.get("item") or path[-1]),
        label=label,
        first_day=date.fromisoformat(first_day),
        last_day=date.fromisoformat(around["last_day"]),
        n=score["n"],
        percent=float(score["percent"]),
        including="with_set_aside" in path,
    )


def rows_in(body: bytes) -> Iterator[Cell]:
    """Every score in a CSV."""
    for row in csv_rows(body):
        if not row.get("percent"):
            continue
        measure = (
            row["measure"]
            .removesuffix("_with_set_aside")
            .removesuffix("_index")
            .removeprefix("item:")
            .removeprefix("reported:")
        )
        yield Cell(
            area=row["unit_code"],
            population=row.get("population") or "citizens",
            measure=measure,
            label=next((f"{key}={row[key]}" for key in LABELS if row.get(key)), TOTAL),
            first_day=date.fromisoformat(row["first_day"]),
            last_day=date.fromisoformat(row["last_day"]),
            n=int(row["n"]),
            percent=float(row["percent"]),
            including=row["measure"].endswith("_with_set_aside"),
        )


def addresses(app: Flask, zone: Zone, monday: date, codes: Sequence[str] = CODES) -> Iterator[str]:
    """Every address of a zone that can be read, filled in with all communes; what nobody knows is 1."""
    zones: Mapping[str, Zone] = app.extensions[ZONES_KEY]
    filled = {"code": codes, "unit_code": codes, "day": (monday.isoformat(),)}
    for rule in app.url_map.iter_rules():
        if zones.get(rule.endpoint.rpartition(".")[0]) is not zone or "GET" not in (rule.methods or ()):
            continue
        names = sorted(rule.arguments)
        choices = [filled.get(name, getattr(rule._converters.get(name), "items", ("1",))) for name in names]
        for values in product(*choices):
            arguments = dict(zip(names, values, strict=True))
            path = ARGUMENT.sub(lambda match, given=arguments: str(given[match[1]]), rule.rule)  # type: ignore[misc]
            yield path
            if rule.rule in BY_PERIOD:
                yield from (f"{path}?period={period}" for period in BY_PERIOD[rule.rule])
            if rule.rule == RESULTS:
                yield f"{RESULTS.replace('<code>', CITY)}?period=quarter"


def collect(client: FlaskClient, paths: Sequence[str], collection: Collection, *, pages: bool) -> None:
    """Read every address that answers; pages must say nothing that their twins do not."""
    percents: set[float] = set()
    html: list[tuple[str, str]] = []
    for path in paths:
        is_page = "." not in path and "/api/" not in path
        if any(part in path for part in PASSED_OVER) or (is_page and not pages):
            continue
        response = client.get(path)
        if response.status_code != 200:
            continue
        collection.addresses.add(path)
        found: list[Cell] = []
        if response.mimetype in {"application/json", "application/geo+json"}:
            found = list(scores_in(json.loads(response.data)))
        elif response.mimetype == "text/csv":
            found = list(rows_in(response.data))
        elif response.mimetype == "text/html" and pages:
            html.append((path, response.get_data(as_text=True)))
        for cell in found:
            percents.add(cell.percent)
            if cell.area != CITY or cell.is_of_trouble:  # Else days are those of the communes' weeks, first to last.
                collection.cells.setdefault(cell, path)
    for path, text in html:
        shown = {
            float(data.get("value", "nan"))
            for span in parsed(text).iter("span")
            if span.get("class") == "percent"
            for data in span.iter("data")
        }
        assert shown <= percents, f"{path} shows scores that no twin has"


@pytest.fixture
def world(transaction: Callable[[], AbstractContextManager[Connection]]) -> World:
    with transaction() as connection:
        return a_world(connection, FIRST_MONDAY, MONDAYS + 1, 1, CODES)


@pytest.fixture
def collected(
    app: Flask,
    clock: SetClock,
    world: World,
    transaction: Callable[[], AbstractContextManager[Connection]],
) -> Mapping[Zone, Collection]:
    """What the public and the leader of the busiest commune read on twenty-six Mondays."""
    kept = {Zone.PUBLIC: Collection(), Zone.STAFF: Collection()}
    an_account(app, "leader", CODES[2])
    for week in range(1, MONDAYS + 1):
        monday = FIRST_MONDAY + week * WEEK
        with transaction() as connection:
            days = [monday - timedelta(days=ago) for ago in range(7, 0, -1)]
            live_through(connection, world, days)
        clock.advance(datetime.combine(monday, NOW.timetz()) - clock.now())
        readers = {Zone.PUBLIC: app.test_client(), Zone.STAFF: signed_in(app, "leader@dongnai.gov.vn")}
        for zone, client in readers.items():
            paths = list(addresses(app, zone, monday))
            collect(client, paths, kept[zone], pages=week % 8 == 0)
    for cell, path in kept[Zone.PUBLIC].cells.items():
        kept[Zone.STAFF].cells.setdefault(cell, path)
    return kept


def hold_the_law(zone: Zone, collection: Collection, *, cells: int, differences: int) -> None:
    """Nothing small, nothing small between nested cells, nothing said twice in two ways; and enough was tried."""
    assert len(collection.cells) > cells, zone
    for cell, path in collection.cells.items():
        least = SERVICE_POINT_MINIMUM if cell.label.startswith("service_point=") else MINIMUM
        if cell.is_of_trouble:
            least = REPORTED_MINIMUM
        assert cell.n >= least, (zone, path, cell)
    tried = 0
    for inner, outer, between in collection.differences():
        tried += 1
        least = REPORTED_MINIMUM if inner.is_of_trouble else MINIMUM
        assert between <= 0 or between >= least, (zone, inner, outer, collection.cells[inner])
    assert tried > differences, zone
    said: dict[tuple[Any, ...], set[tuple[int, float]]] = defaultdict(set)
    for cell in collection.cells:
        key = (cell.area, cell.population, cell.measure, cell.label, cell.first_day, cell.last_day, cell.including)
        said[key].add((cell.n, cell.percent))
    assert all(len(values) == 1 for values in said.values())


def what_all_reported_gives_nobody_away(collection: Collection) -> None:
    """The city's share of a quarter less those of all its communes: nobody, and one commune alone has none."""
    reported: dict[tuple[str, date, date], dict[str, int]] = defaultdict(dict)
    for cell, path in collection.cells.items():
        if cell.is_of_trouble and path.startswith("/api/v1/units/"):
            reported[cell.measure, cell.first_day, cell.last_day][cell.area] = cell.n
    assert {measure for measure, _first, _last in reported} == {"trouble", "money"}
    assert len(reported) == 2 * QUARTERS_OVER
    for persons in reported.values():
        assert persons.pop(CITY) == sum(persons.values())
        assert 0 < len(persons) < len(CODES)


@sqlite_only
def test_nothing_follows_by_subtraction_and_nothing_is_said_otherwise_later(
    collected: Mapping[Zone, Collection],
) -> None:
    for zone, collection in collected.items():
        hold_the_law(zone, collection, cells=150, differences=200)
        what_all_reported_gives_nobody_away(collection)
    assert any(path.endswith(".json") for path in collected[Zone.PUBLIC].addresses)
    assert any(path.startswith("/staff/units/") for path in collected[Zone.STAFF].addresses)


@sqlite_only
def test_the_demo_tells_nothing_by_subtraction(app: Flask, clock: SetClock) -> None:
    with app.app_context():
        load_demo(app, iter, units=8)
        with read_connection() as connection:
            codes = [unit.code for unit in communes(connection, clock.today())]
    kept = Collection()
    collect(app.test_client(), list(addresses(app, Zone.PUBLIC, clock.today(), codes)), kept, pages=True)
    hold_the_law(Zone.PUBLIC, kept, cells=100, differences=100)


def test_the_attacker_would_notice() -> None:
    """Two cells that differ by nine persons, as a weekly index with a running week would make them."""
    document = {
        "unit": {"code": "26041"},
        "points": [
            {"first_day": "2026-11-16", "last_day": "2026-11-22", "attitude": {"n": 21, "percent": 80.0}},
            {"first_day": "2026-11-16", "last_day": "2026-11-29", "attitude": {"n": 30, "percent": 81.0}},
        ],
        "channels": [
            {
                "first_day": "2026-11-16",
                "last_day": "2026-11-22",
                "channel": "ticket",
                "attitude": {"n": 14, "percent": 79.0},
            }
        ],
    }
    cells = dict.fromkeys(scores_in(document), "/")
    found = sorted(between for _inner, _outer, between in Collection(cells).differences())
    assert 9 in found
