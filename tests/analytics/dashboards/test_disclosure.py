"""The law: any published cell, and any difference of nested published cells, is empty or at least ten persons.

Simulated units of every size are published week after week, as the world would see them; whoever keeps all those
addresses can subtract any cell from any other.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection

from analytics.dashboards.queries import Week, weeks_of_unit
from analytics.dashboards.series import unit_series
from analytics.dashboards.twins import as_document
from survey_app.territory.units import Unit
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import ATTITUDE, NEWEST_MONDAY, THROUGH, WEEK, Answer, simulated, write_weeks
from tests.support.databases import sqlite_only

MINIMUM = 10
WEEKS = 30
Cells = dict[frozenset[date], dict[str, Any]]
"""Published scores of one measure by the weeks they are about."""


def a_life(random: Random) -> list[list[Answer]]:
    """Thirty weeks of one unit: thin or busy, citizens and organisations, items left out now and then."""
    size = random.choice((1, 3, 8, 12, 25))
    weeks = []
    for _week in range(WEEKS):
        answers = simulated(random, random.randint(0, 2 * size))
        answers += simulated(random, random.randint(0, size), group="organisation")
        weeks.append([_shortened(random, answer) for answer in answers])
    return weeks


def _shortened(random: Random, answer: Answer) -> Answer:
    kept = {item: level for item, level in answer.ratings.items() if random.random() > 0.15}
    return Answer(kept or {"overall": 3}, answer.channel, answer.group)


def published_from_week_to_week(connection: Connection, unit: Unit) -> Iterator[dict[str, Any]]:
    """What the `.json` address says on each Monday."""
    for ago in range(WEEKS, -1, -1):
        monday = NEWEST_MONDAY + WEEK - ago * WEEK
        yield as_document(unit_series(connection, unit, monday, MINIMUM), "vi", for_staff=True)


def weeks_between(cell: dict[str, Any]) -> frozenset[date]:
    first, last = (date.fromisoformat(cell[key]) for key in ("first_day", "last_day"))
    return frozenset(first + number * WEEK for number in range((last - first).days // 7 + 1))


def cells_of(documents: list[dict[str, Any]]) -> dict[str, Cells]:
    """Every score ever published, by measure; the same weeks must always have said the same."""
    found: dict[str, Cells] = defaultdict(dict)
    for document in documents:
        for kind in ("points", "blocks", "organisations"):
            for cell in document[kind]:
                for measure in ("attitude", "overall"):
                    if cell[measure] is not None:
                        name = f"organisations {measure}" if kind == "organisations" else measure
                        score = cell[measure]
                        known = found[name].setdefault(weeks_between(cell), score)
                        assert (known["n"], known["percent"], known["mean"]) == (
                            score["n"],
                            score["percent"],
                            score["mean"],
                        )
                for item in cell.get("items", ()):
                    known = found[f"item {item['item']}"].setdefault(weeks_between(cell), item)
                    assert known["levels"] == item["levels"]
    return found


def persons(weeks: list[Week], measure: str, mondays: frozenset[date]) -> int:
    total = 0
    for week in weeks:
        if week.monday in mondays:
            population = week.organisations if measure.startswith("organisations") else week.headline
            total += population.scores.n if measure.endswith("attitude") else sum(population.overall)
    return total


@sqlite_only
@pytest.mark.parametrize("seed", range(8))
def test_no_cell_and_no_difference_is_about_fewer_than_ten(connection: Connection, city: City, seed: int) -> None:
    write_weeks(connection, city.trang_bom.id, a_life(Random(seed)))
    weeks = weeks_of_unit(connection, city.trang_bom.id, THROUGH)
    documents = list(published_from_week_to_week(connection, city.trang_bom))
    found = cells_of(documents)
    for measure, cells in found.items():
        for mondays, score in cells.items():
            assert score["n"] >= MINIMUM
            if measure.startswith("item"):
                continue  # Items are cut once, by disjoint blocks: see below.
            assert score["n"] == persons(weeks, measure, mondays)
            for inner in cells:
                if inner < mondays:
                    between = persons(weeks, measure, mondays - inner)
                    assert between == 0 or between >= MINIMUM, (measure, sorted(mondays - inner))


@sqlite_only
@pytest.mark.parametrize("seed", range(8))
def test_unions_of_cells_leave_no_small_rest(connection: Connection, city: City, seed: int) -> None:
    """Points are the bricks: every larger cell is a union of them, so no sum of cells falls just short of another."""
    write_weeks(connection, city.trang_bom.id, a_life(Random(seed)))
    documents = list(published_from_week_to_week(connection, city.trang_bom))
    bricks = {weeks_between(point) for document in documents for point in document["points"] if point["attitude"]}
    for first in bricks:
        assert all(first == other or not first & other for other in bricks)
    for document in documents:
        for block in document["blocks"]:
            inside = [brick for brick in bricks if brick & weeks_between(block)]
            assert frozenset().union(*inside) >= weeks_between(block)
            assert all(brick <= weeks_between(block) for brick in inside)


@sqlite_only
@pytest.mark.parametrize("seed", range(8))
def test_no_hidden_item_follows_from_the_sum_of_its_siblings(connection: Connection, city: City, seed: int) -> None:
    """The attitude mean is the sum of the attitude items: showing all but one would show that one."""
    random = Random(seed)
    rare = random.choice(ATTITUDE)
    life = [
        [
            Answer({k: v for k, v in one.ratings.items() if k != rare or random.random() < 0.1}, one.channel)
            for one in week
        ]
        for week in ([simulated(random, random.randint(5, 30)) for _week in range(WEEKS)])
    ]
    write_weeks(connection, city.trang_bom.id, life)
    seen_withheld = False
    for document in published_from_week_to_week(connection, city.trang_bom):
        for block in document["blocks"]:
            shown = {item["item"] for item in block["items"]} & set(ATTITUDE)
            if block["items_withheld"]:
                seen_withheld = True
                assert not shown
    assert seen_withheld


@sqlite_only
def test_the_running_week_tells_no_score_anywhere(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [simulated(Random(1), 40)], newest=NEWEST_MONDAY + WEEK)
    document = as_document(
        unit_series(connection, city.trang_bom, THROUGH + timedelta(days=3), MINIMUM), "vi", for_staff=True
    )
    assert document["points"] == document["blocks"] == document["organisations"] == []
    assert document["comparison"] is None and document["quotation"] is None
