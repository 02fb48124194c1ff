"""Decides and stores what is published: when a week finishes, once, in the transaction that closes its Sunday.

A group of weeks is written when it has the minimum; a block's cuts when its fourth week finishes. Nothing written is
written again: facts that are rebuilt later, retention, or a raised minimum change the future only. `quarters` does the
same for the shares of trouble and money.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, Subquery, Table, and_, func, insert, literal, select

from analytics.facts.models import fact_attitude, fact_item
from analytics.published.columns import attitude_items, sums_row
from analytics.published.models import published_group, published_week
from analytics.published.quarters import publish_finished_quarters
from analytics.published.settling import settle_block
from analytics.published.sums import (
    BY_OTHERS,
    CITIZEN_GROUPS,
    NO_LEVELS,
    ORGANISATION_GROUPS,
    OVERALL_ITEM,
    SELF_COMPLETED,
    Composition,
    Levels,
    Population,
    Sums,
    add_levels,
    as_levels,
    composition_of,
    pooled,
)
from analytics.statistics.indices import ScoreTotals
from analytics.statistics.periods import WEEK, monday_of
from analytics.statistics.publication import four_week_block
from survey_app.territory.models import UnitRow

DAY = timedelta(days=1)
SUNDAY = timedelta(days=6)
BEFORE_ALL = date(1900, 1, 1)
WHO: Mapping[Population, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Population.HEADLINE: (SELF_COMPLETED, CITIZEN_GROUPS),
    Population.ORGANISATIONS: (SELF_COMPLETED, ORGANISATION_GROUPS),
    Population.BY_OTHERS: (BY_OTHERS, CITIZEN_GROUPS),
}
"""Channels and respondent groups of each population."""


@dataclass
class _Growing:
    """The weeks of a unit since its last group: written as a group as soon as both indices have the minimum."""

    first_day: date | None = None
    responses: int = 0
    scores: list[int] = field(default_factory=lambda: [0, 0, 0])
    partial: int | None = 0
    composition: Composition = field(default_factory=Composition)
    items: dict[str, Levels] = field(default_factory=dict)
    aside: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    aside_overall: Levels = NO_LEVELS

    @property
    def overall(self) -> Levels:
        return self.items.get(OVERALL_ITEM, NO_LEVELS)

    def has(self, minimum_n: int) -> bool:
        return self.scores[0] >= minimum_n and sum(self.overall) >= minimum_n

    def count(self, row: Any, who: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        """Add one row of the facts."""
        ours = row.channel in who[0] and row.respondent_group in who[1]
        self.composition += composition_of(row.channel, row.respondent_group, row.set_aside, row.responses)
        if not ours:
            return
        sums = (row.n, row.total, row.total_of_squares)
        if row.set_aside:
            self.aside = [a + b for a, b in zip(self.aside, (row.responses, *sums), strict=True)]
            return
        self.responses += row.responses
        self.scores = [a + b for a, b in zip(self.scores, sums, strict=True)]
        self.partial = None if self.partial is None or row.partial is None else self.partial + row.partial


def publishing_step(minimum_n: int) -> Callable[[Connection, date], None]:
    """The step of closing that publishes what the closed day finished; give it after the one that makes the facts."""

    def publish(connection: Connection, day: date) -> None:
        publish_finished_weeks(connection, day, minimum_n)
        publish_finished_quarters(connection, minimum_n)

    return publish


def publish_finished_weeks(connection: Connection, through: date, minimum_n: int) -> int:
    """Publish every week that ends on or before the closed day `through` and was not decided yet; returns how many.

    Twice changes nothing. The first week is that of the first fact.
    """
    decided = connection.execute(select(func.max(published_week.c.monday))).scalar()
    if decided is None:
        first_day = connection.execute(select(func.min(fact_attitude.c.day))).scalar()
        if first_day is None:
            return 0
        monday = monday_of(first_day)
    else:
        monday = decided + WEEK
    weeks = 0
    while monday + SUNDAY <= through:
        _publish_week(connection, monday, minimum_n)
        monday += WEEK
        weeks += 1
    return weeks


def _publish_week(connection: Connection, monday: date, minimum_n: int) -> None:
    connection.execute(insert(published_week), {"monday": monday, "minimum_n": minimum_n})
    attitude = attitude_items(connection)
    for population in Population:
        rows = [
            _group_row(unit_id, population, growing, monday + SUNDAY, minimum_n, attitude)
            for unit_id, growing in _growing(connection, population, monday + SUNDAY).items()
            if growing.has(minimum_n)
        ]
        if rows:
            connection.execute(insert(published_group), rows)
    if four_week_block(monday + WEEK) != four_week_block(monday):
        settle_block(connection, monday, minimum_n, attitude)


def _growing(connection: Connection, population: Population, sunday: date) -> Mapping[int, _Growing]:
    """What each unit has since its last group. Without one, it starts with the week of its first answer."""
    tails = _tails(population)
    who = WHO[population]
    found: dict[int, _Growing] = defaultdict(_Growing)
    early: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(_persons_since(tails, sunday)):
        growing = found[row.unit_id]
        counts = row.channel in who[0] and row.respondent_group in who[1] and not row.set_aside
        if growing.first_day is None and row.tail != BEFORE_ALL:
            growing.first_day = row.tail + DAY
        if growing.first_day is None and not counts:
            early[row.unit_id].append(row)
            continue
        if growing.first_day is None:
            growing.first_day = monday_of(row.day)
            for before in early.pop(row.unit_id, ()):
                if before.day >= growing.first_day:
                    growing.count(before, who)
        growing.count(row, who)
    started = {unit_id: growing for unit_id, growing in found.items() if growing.first_day is not None}
    for unit_id, item, *levels in connection.execute(_items_since(tails, who, sunday)):
        started[unit_id].items[item] = as_levels(levels)
    for row in connection.execute(_aside_since(tails, who, sunday)):
        growing_now = started.get(row.unit_id)
        if growing_now is not None and growing_now.first_day is not None and row.day >= growing_now.first_day:
            growing_now.aside_overall = add_levels(growing_now.aside_overall, as_levels(row[2:]))
    return started


def _tails(population: Population) -> Subquery:
    """The last published day of every unit: one seek in the key each."""
    g = published_group.c
    last = select(func.max(g.last_day)).where(g.unit_id == UnitRow.id, g.population == population.value)
    tail = func.coalesce(last.scalar_subquery(), literal(BEFORE_ALL, Date), type_=Date)
    return select(UnitRow.id.label("unit_id"), tail.label("tail")).subquery("tails")


def _since(tails: Subquery, fact: Table, sunday: date) -> ColumnElement[bool]:
    return and_(fact.c.unit_id == tails.c.unit_id, fact.c.day > tails.c.tail, fact.c.day <= sunday)


def _persons_since(tails: Subquery, sunday: date) -> Any:
    f = fact_attitude.c
    measures = (f.responses, f.n, f.total, f.total_of_squares, f.partial)
    return (
        select(tails.c.unit_id, tails.c.tail, f.day, f.channel, f.respondent_group, f.set_aside, *measures)
        .join_from(tails, fact_attitude, _since(tails, fact_attitude, sunday))
        .order_by(tails.c.unit_id, f.day)
    )


def _items_since(tails: Subquery, who: tuple[tuple[str, ...], tuple[str, ...]], sunday: date) -> Any:
    f = fact_item.c
    return (
        select(tails.c.unit_id, f.item, *(func.sum(f[f"n{level}"]) for level in range(1, 6)))
        .join_from(tails, fact_item, _since(tails, fact_item, sunday))
        .where(f.set_aside == 0, f.channel.in_(who[0]), f.respondent_group.in_(who[1]))
        .group_by(tails.c.unit_id, f.item)
    )


def _aside_since(tails: Subquery, who: tuple[tuple[str, ...], tuple[str, ...]], sunday: date) -> Any:
    f = fact_item.c
    return (
        select(tails.c.unit_id, f.day, *(f[f"n{level}"] for level in range(1, 6)))
        .join_from(tails, fact_item, _since(tails, fact_item, sunday))
        .where(f.set_aside == 1, f.item == OVERALL_ITEM, f.channel.in_(who[0]), f.respondent_group.in_(who[1]))
    )


def _group_row(
    unit_id: int, population: Population, growing: _Growing, sunday: date, minimum_n: int, attitude: frozenset[str]
) -> dict[str, Any]:
    sums = Sums(growing.responses, ScoreTotals(*growing.scores), growing.overall, pooled(growing.items, attitude))
    composition = growing.composition if population is Population.HEADLINE else Composition()
    asked = {item: levels for item, levels in sorted(growing.items.items()) if sum(levels)}
    return {
        "unit_id": unit_id,
        "population": population.value,
        "first_day": growing.first_day,
        "last_day": sunday,
        "minimum_n": minimum_n,
        **sums_row(sums),
        "with_code": composition.with_code,
        "without_code": composition.without_code,
        "by_others": composition.by_others,
        "set_aside": composition.set_aside,
        "partial": growing.partial,
        "item_levels": json.dumps(asked, separators=(",", ":")),
        "aside": json.dumps([*growing.aside, *growing.aside_overall], separators=(",", ":")),
    }
