"""Facts as closing days would leave them, from simulated answers; units and closed days to go with them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, insert

from analytics.facts.models import fact_attitude, fact_item
from analytics.published.keeping import publish_finished_weeks
from survey_app.database import Base
from survey_app.questionnaires import register
from survey_app.questionnaires.definition import default_questionnaire
from survey_app.territory.models import UnitRow, UnitSuccessionRow, UnitVersionRow
from survey_app.territory.units import Unit, unit_by_id

ATTITUDE = ("courtesy", "answers", "guidance", "fairness", "dedication")
ITEMS = ("overall", *ATTITUDE)
BEGINNING = date(2025, 7, 1)
NEWEST_MONDAY = date(2026, 11, 16)
"""Monday of the last finished week for the clock of the tests, 24 November 2026."""
THROUGH = date(2026, 11, 23)
"""The last closed day for that clock."""
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Answer:
    """One answer: its ratings by item (an item left out is missing) and what it is cut by."""

    ratings: Mapping[str, int]
    channel: str = "poster"
    group: str = "citizen"
    set_aside: int = 0


@dataclass
class _Cell:
    responses: int = 0
    partial: int = 0
    scores: list[int] = field(default_factory=list)
    levels: dict[str, Counter[int]] = field(default_factory=lambda: {item: Counter() for item in ITEMS})


def rated(score: int, **others: Any) -> Answer:
    """An answer that gives every item the same level."""
    return Answer(dict.fromkeys(ITEMS, score), **others)


def satisfied(happy: int, unhappy: int = 0, **others: Any) -> list[Answer]:
    """So many answers of all 5, and so many of all 2."""
    return [rated(5, **others)] * happy + [rated(2, **others)] * unhappy


def simulated(random: Random, n: int, level: float = 0.86, **others: Any) -> list[Answer]:
    """Answers that look like life: persons differ, their items are alike, some are left out."""
    answers = []
    for _person in range(n):
        mood = random.gauss(level, 0.13)
        ratings = {}
        for item in ITEMS:
            if random.random() < 0.04 and item != "courtesy":
                continue
            draw = random.gauss(mood, 0.1)
            ratings[item] = 5 if draw > 0.9 else 4 if draw > 0.72 else 3 if draw > 0.6 else 2 if draw > 0.45 else 1
        chosen = {"channel": random.choices(("poster", "ticket", "display", "kiosk"), (6, 2, 1, 1))[0]} | others
        answers.append(Answer(ratings, **chosen))
    return answers


def write_facts(connection: Connection, unit_id: int, day: date, answers: Iterable[Answer]) -> None:
    """Write the two facts that dashboards read, for one day of one unit."""
    cells: dict[tuple[str, str, int], _Cell] = {}
    for answer in answers:
        cell = cells.setdefault((answer.channel, answer.group, answer.set_aside), _Cell())
        cell.responses += 1
        given = [answer.ratings[item] for item in ATTITUDE if item in answer.ratings]
        if len(given) * 2 >= len(ATTITUDE):
            cell.scores.append(sum(score >= 4 for score in given) * (60 // len(given)))
        cell.partial += 0 < len(given) < len(ATTITUDE)
        for item in ITEMS:
            cell.levels[item][answer.ratings.get(item, 0)] += 1
    for (channel, group, set_aside), cell in cells.items():
        keys = {"day": day, "unit_id": unit_id, "channel": channel, "respondent_group": group, "set_aside": set_aside}
        sums = {"n": len(cell.scores), "total": sum(cell.scores), "total_of_squares": sum(s * s for s in cell.scores)}
        persons = {"responses": cell.responses, "partial": cell.partial}
        connection.execute(insert(fact_attitude).values(**keys, **persons, **sums))
        for item, counts in cell.levels.items():
            levels = {f"n{level}": counts[level] for level in range(1, 6)}
            connection.execute(insert(fact_item).values(**keys, item=item, **levels, not_applicable=counts[0]))


def write_weeks(
    connection: Connection, unit_id: int, weeks: Sequence[Sequence[Answer]], newest: date = NEWEST_MONDAY
) -> None:
    """Write consecutive weeks, the last one starting on `newest`; each week's answers come on its Tuesday."""
    for ago, answers in enumerate(reversed(weeks)):
        if answers:
            write_facts(connection, unit_id, newest - ago * WEEK + timedelta(days=1), answers)


def publish(connection: Connection, through: date = THROUGH, minimum_n: int = 10) -> None:
    """Publish the weeks that ended, as closing does; after all facts of all units are written."""
    publish_finished_weeks(connection, through, minimum_n)


def close_days(connection: Connection, through: date = THROUGH, days: int = 1) -> None:
    """Say that days up to this one are closed."""
    book_day = Base.metadata.tables["book_day"]
    closed = [{"day": through - timedelta(days=ago), "responses": 0} for ago in range(days)]
    connection.execute(insert(book_day), closed)


def add_unit(
    connection: Connection,
    code: str = "26068",
    name: str = "Trảng Bom",
    kind: str = "xã",
    parent_id: int | None = None,
    valid_to: date | None = None,
) -> Unit:
    """Add a unit that is valid from 1 July 2025 on."""
    unit_id = connection.execute(insert(UnitRow).values(code=code).returning(UnitRow.id)).scalar_one()
    version = {"unit_id": unit_id, "parent_id": parent_id, "name": name, "kind": kind, "area": None}
    connection.execute(insert(UnitVersionRow).values(**version, valid_from=BEGINNING, valid_to=valid_to))
    unit = unit_by_id(connection, unit_id, BEGINNING)
    assert unit is not None
    return unit


def add_city(connection: Connection) -> Unit:
    """Add the city that communes belong to, and the default questionnaire that it uses."""
    city = add_unit(connection, "75", "Đồng Nai", "thành phố")
    questionnaire_id = register.store(connection, default_questionnaire(), BEGINNING)
    register.assign(connection, city.id, questionnaire_id, BEGINNING)
    return city


def succeed(connection: Connection, predecessor: Unit, successor: Unit, day: date) -> None:
    """Let one unit stand where another stood."""
    row = {"predecessor_id": predecessor.id, "successor_id": successor.id, "valid_on": day}
    connection.execute(insert(UnitSuccessionRow).values(row))
