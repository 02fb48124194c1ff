"""The bricks of everything that is shown, as they were stored: groups of weeks, parts of blocks, windows of blocks.

Whoever makes a score reads it from here and from `unions`, never from the facts.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from analytics.published.columns import sums_of
from analytics.published.models import (
    published_group,
    published_part,
    published_quarter,
    published_week,
    published_window,
)
from analytics.published.sums import (
    Axis,
    Composition,
    ItemLevels,
    Population,
    Sums,
    Viewer,
    WindowKind,
    as_levels,
    sum_items,
)
from analytics.statistics.indices import ScoreTotals
from analytics.statistics.periods import monday_of, mondays_between


@dataclass(frozen=True, slots=True)
class Group:
    """Whole weeks of a unit that are shown as one, with at least `minimum_n` persons behind either index.

    `items` and `aside` (the sums of what was set aside) may be shown over windows only; `partial` never.
    """

    unit_id: int
    population: Population
    first_day: date
    last_day: date
    minimum_n: int
    sums: Sums
    composition: Composition
    partial: int | None
    items: ItemLevels
    aside: Sums

    @property
    def mondays(self) -> tuple[date, ...]:
        """Its weeks."""
        return mondays_between(self.first_day, monday_of(self.last_day))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a unit's block along one axis; several `labels` where small parts were merged."""

    unit_id: int
    axis: Axis
    labels: tuple[str, ...]
    first_day: date
    last_day: date
    minimum_n: int
    sums: Sums

    @property
    def label(self) -> str | None:
        """What it is about; None for a merged part."""
        return self.labels[0] if len(self.labels) == 1 else None


@dataclass(frozen=True, slots=True)
class Window:
    """Whole blocks of a unit over which items, or the index with what was set aside, may be shown; their groups."""

    unit_id: int
    kind: WindowKind
    first_day: date
    last_day: date
    groups: tuple[Group, ...]

    @property
    def items(self) -> ItemLevels:
        """The items that enough persons rated in this very window; a longer period adds up what its windows show."""
        minimum_n = max(group.minimum_n for group in self.groups)
        levels = sum_items(group.items for group in self.groups)
        return {item: counts for item, counts in levels.items() if sum(counts) >= minimum_n}

    @property
    def withholds_items(self) -> bool:
        """Whether an item was rated by too few to be shown."""
        return len(self.items) < len({item for group in self.groups for item in group.items})


def last_published_day(connection: Connection) -> date | None:
    """The Sunday of the last week that was decided; nothing after it may bear a score. None before the first."""
    monday = connection.execute(select(func.max(published_week.c.monday))).scalar()
    return None if monday is None else monday + timedelta(days=6)


def last_published_quarter(connection: Connection) -> date | None:
    """The last day of the last quarter whose shares of trouble and money were decided. None before the first."""
    return connection.execute(select(func.max(published_quarter.c.last_day))).scalar()


def published_years(connection: Connection, unit_ids: Collection[int]) -> range:
    """The calendar years in which a week of the units' headline was published; empty before the first."""
    g = published_group.c
    chosen = (g.unit_id.in_(sorted(unit_ids)), g.population == Population.HEADLINE.value)
    first, last = connection.execute(select(func.min(g.last_day), func.max(g.last_day)).where(*chosen)).one()
    return range(0) if first is None else range(_year_of(first), _year_of(last) + 1)


def read_groups(
    connection: Connection,
    unit_ids: Collection[int],
    populations: Collection[Population] = (Population.HEADLINE,),
    *,
    first_day: date | None = None,
    last_day: date | None = None,
) -> list[Group]:
    """The groups of the units that end in the span (both days included; None: open), by unit, oldest first."""
    g = published_group.c
    statement = (
        select(published_group)
        .where(*_within(published_group, unit_ids, first_day, last_day))
        .where(g.population.in_([population.value for population in populations]))
        .order_by(g.unit_id, g.population, g.last_day)
    )
    return [_group(row) for row in connection.execute(statement)]


@dataclass(frozen=True, slots=True)
class ScoredWeeks:
    """The attitude sums of a headline group, without the rest of it: what control charts are made of."""

    first_day: date
    last_day: date
    scores: ScoreTotals


def read_scores(connection: Connection, unit_ids: Collection[int], last_day: date) -> dict[int, list[ScoredWeeks]]:
    """The headline groups that end on `last_day` or before, from the first one on, by unit, oldest first."""
    g = published_group.c
    statement = (
        select(g.unit_id, g.first_day, g.last_day, g.scored, g.total, g.total_of_squares)
        .where(*_within(published_group, unit_ids, None, last_day), g.population == Population.HEADLINE.value)
        .order_by(g.unit_id, g.last_day)
    )
    found: dict[int, list[ScoredWeeks]] = {}
    for unit_id, first_day, end, *sums in connection.execute(statement):
        found.setdefault(unit_id, []).append(ScoredWeeks(first_day, end, ScoreTotals(*sums)))
    return found


def read_parts(
    connection: Connection,
    unit_ids: Collection[int],
    axis: Axis,
    viewer: Viewer,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
) -> list[Part]:
    """The parts along an axis of the units' blocks that end in the span, by unit, oldest first.

    Raises `ValueError` for service points and the public: they are for staff only.
    """
    if axis is Axis.SERVICE_POINT and viewer is not Viewer.STAFF:
        raise ValueError("service points are shown to staff only")
    p = published_part.c
    statement = (
        select(published_part)
        .where(*_within(published_part, unit_ids, first_day, last_day), p.axis == axis.value)
        .order_by(p.unit_id, p.last_day, p.part)
    )
    return [_part(row, axis) for row in connection.execute(statement)]


def read_windows(
    connection: Connection,
    groups: Sequence[Group],
    kinds: Collection[WindowKind] = (WindowKind.ITEMS,),
) -> list[Window]:
    """The windows whose groups are all among the given headline groups, by unit, oldest first."""
    headline = [group for group in groups if group.population is Population.HEADLINE]
    if not headline:
        return []
    w = published_window.c
    first, last = min(group.first_day for group in headline), max(group.last_day for group in headline)
    statement = (
        select(published_window)
        .where(*_within(published_window, {group.unit_id for group in headline}, first, last))
        .where(w.kind.in_([kind.value for kind in kinds]), w.shown == 1, w.first_day >= first)
        .order_by(w.unit_id, w.kind, w.last_day)
    )
    windows = []
    for row in connection.execute(statement):
        inside = tuple(
            group
            for group in headline
            if group.unit_id == row.unit_id and row.first_day <= group.first_day and group.last_day <= row.last_day
        )
        if inside and (inside[0].first_day, inside[-1].last_day) == (row.first_day, row.last_day):
            windows.append(Window(row.unit_id, WindowKind(row.kind), row.first_day, row.last_day, inside))
    return windows


def score_totals(
    connection: Connection, unit_ids: Collection[int], first_day: date, last_day: date
) -> list[ScoreTotals]:
    """The headline's attitude sums of each unit over the groups that end in the span: what its variance is made of."""
    g = published_group.c
    statement = (
        select(func.sum(g.scored), func.sum(g.total), func.sum(g.total_of_squares))
        .where(*_within(published_group, unit_ids, first_day, last_day), g.population == Population.HEADLINE.value)
        .group_by(g.unit_id)
    )
    return [ScoreTotals(*(int(total) for total in row)) for row in connection.execute(statement)]


def _year_of(last_day: date) -> int:
    """The year of the week that ends on the day (ISO 8601: its Thursday's)."""
    return (last_day - timedelta(days=3)).year


def _within(
    table: Table, unit_ids: Collection[int], first_day: date | None, last_day: date | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [table.c.unit_id.in_(sorted(unit_ids))]
    if first_day is not None:
        conditions.append(table.c.last_day >= first_day)
    if last_day is not None:
        conditions.append(table.c.last_day <= last_day)
    return conditions


def _group(row: Any) -> Group:
    aside = json.loads(row.aside)
    return Group(
        unit_id=row.unit_id,
        population=Population(row.population),
        first_day=row.first_day,
        last_day=row.last_day,
        minimum_n=row.minimum_n,
        sums=sums_of(row),
        composition=Composition(row.with_code, row.without_code, row.by_others, row.set_aside),
        partial=row.partial,
        items={item: as_levels(levels) for item, levels in json.loads(row.item_levels).items()},
        aside=Sums(aside[0], ScoreTotals(*aside[1:4]), as_levels(aside[4:])),
    )


def _part(row: Any, axis: Axis) -> Part:
    labels = tuple(json.loads(row.labels))
    return Part(row.unit_id, axis, labels, row.first_day, row.last_day, row.minimum_n, sums_of(row))
