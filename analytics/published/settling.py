"""What is decided of a four-week block when it is over: its parts along each axis, and the windows that end in it."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, Subquery, Table, and_, func, insert, literal, select

from analytics.facts.models import (
    fact_attitude,
    fact_domain_attitude,
    fact_domain_item,
    fact_item,
    fact_service_point_attitude,
    fact_service_point_item,
)
from analytics.facts.overlaps import service_point_by_domain
from analytics.published.columns import sums_row
from analytics.published.models import published_group, published_part, published_window
from analytics.published.sums import (
    CITIZEN_GROUPS,
    NO_LEVELS,
    OVERALL_ITEM,
    SELF_COMPLETED,
    Axis,
    Levels,
    Population,
    Sums,
    WindowKind,
    add_levels,
    as_levels,
)
from analytics.statistics.disclosure import (
    AxisCounts,
    Crossing,
    Persons,
    add_persons,
    decide_cuts,
    is_nothing_or_enough,
    items_may_be_shown,
)
from analytics.statistics.indices import ScoreTotals
from analytics.statistics.periods import WEEK

DAY = timedelta(days=1)
SUNDAY = timedelta(days=6)
UNITS_AT_ONCE = 200
SERVICE_POINT_MINIMUM = 30
"""A service point is a few officials: nothing about it from fewer persons (architecture: "Numbers are honest …")."""
LONGEST_WINDOW = 6 * 4 * WEEK
"""A window that may not be shown by then is given up: an item that hardly anybody rates must not hold back the rest."""
WEEKS = "week"
BEFORE_ALL = date(1900, 1, 1)
_LEVELS = ("n1", "n2", "n3", "n4", "n5")


@dataclass
class _Block:
    """One unit's block: the sums of each label of each axis, and the persons that two axes share."""

    first_day: date
    last_day: date
    sums: dict[Axis, dict[str, Sums]] = field(default_factory=lambda: defaultdict(dict))
    crossings: dict[tuple[str, str], dict[tuple[str, str], Persons]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, axis: Axis, label: str, sums: Sums) -> None:
        """Count sums for a label."""
        self.sums[axis][label] = self.sums[axis].get(label, Sums()) + sums

    def cross(self, first: str, second: str, labels: tuple[str, str], persons: Persons) -> None:
        """Count persons that two axes share."""
        known = self.crossings[first, second].get(labels)
        self.crossings[first, second][labels] = persons if known is None else add_persons((known, persons))


_OWN_TABLES: Mapping[Axis, tuple[Table, Table, str]] = {
    Axis.DOMAIN: (fact_domain_attitude, fact_domain_item, "service_domain"),
    Axis.SERVICE_POINT: (fact_service_point_attitude, fact_service_point_item, "service_point_id"),
}


def settle_block(connection: Connection, last_monday: date, minimum_n: int, attitude: frozenset[str]) -> None:
    """Decide and store the cuts of the block whose last week begins on `last_monday`, for units that have groups."""
    first_sunday, last_sunday = last_monday - 3 * WEEK + SUNDAY, last_monday + SUNDAY
    g = published_group.c
    here = and_(g.population == Population.HEADLINE.value, g.last_day.between(first_sunday, last_sunday))
    unit_ids = list(connection.scalars(select(g.unit_id).where(here).distinct().order_by(g.unit_id)))
    for start in range(0, len(unit_ids), UNITS_AT_ONCE):
        chunk = unit_ids[start : start + UNITS_AT_ONCE]
        chosen = and_(here, g.unit_id.in_(chunk))
        parts = [
            row for block in _blocks(connection, chosen, attitude).items() for row in _part_rows(*block, minimum_n)
        ]
        if parts:
            connection.execute(insert(published_part), parts)
        windows = [
            row
            for kind in WindowKind
            for row in _window_rows(connection, kind, chunk, last_sunday, minimum_n, attitude)
        ]
        if windows:
            connection.execute(insert(published_window), windows)


def _blocks(connection: Connection, chosen: ColumnElement[bool], attitude: frozenset[str]) -> Mapping[int, _Block]:
    """Sums and crossings of every unit's block."""
    g = published_group.c
    groups = select(g.unit_id, g.first_day, g.last_day).where(chosen).subquery("groups")
    spans = (
        select(g.unit_id, func.min(g.first_day).label("first_day"), func.max(g.last_day).label("last_day"))
        .where(chosen)
        .group_by(g.unit_id)
        .subquery("spans")
    )
    blocks = {row.unit_id: _Block(row.first_day, row.last_day) for row in connection.execute(select(spans))}
    _read_axis(connection, groups, blocks, None, attitude)
    for axis in _OWN_TABLES:
        _read_axis(connection, groups, blocks, axis, attitude)
    for row in connection.execute(service_point_by_domain(spans, SELF_COMPLETED, CITIZEN_GROUPS)):
        labels = row.service_domain, str(row.service_point_id)
        persons = int(row.scored), int(row.rated)
        blocks[row.unit_id].cross(Axis.DOMAIN, Axis.SERVICE_POINT, labels, persons)
    return blocks


def _read_axis(
    connection: Connection, groups: Subquery, blocks: Mapping[int, _Block], axis: Axis | None, attitude: frozenset[str]
) -> None:
    """Count one pair of fact tables: those of an axis (`None`: of the unit, for channel and respondent group)."""
    persons_table, item_table, column = _OWN_TABLES[axis] if axis else (fact_attitude, fact_item, None)
    measured = (
        (_persons_by_group(groups, persons_table, column), _scored),
        (_levels_by_group(groups, item_table, column, [OVERALL_ITEM]), _rated),
        (_levels_by_group(groups, item_table, column, sorted(attitude)), _pooled),
    )
    for statement, sums_of in measured:
        for unit_id, week, label, channel, group, *counts in connection.execute(statement):
            sums = sums_of(counts)
            block = blocks[unit_id]
            labels = {WEEKS: week.isoformat(), Axis.CHANNEL: channel, Axis.GROUP: group}
            if axis is None:
                block.add(Axis.CHANNEL, channel, sums)
                block.add(Axis.GROUP, group, sums)
                pairs = [(WEEKS, Axis.CHANNEL), (WEEKS, Axis.GROUP), (Axis.CHANNEL, Axis.GROUP)]
            else:
                labels[axis] = str(label)
                block.add(axis, str(label), sums)
                pairs = [(WEEKS, axis), (Axis.CHANNEL, axis), (Axis.GROUP, axis)]
            if sums_of is not _pooled:
                for first, second in pairs:
                    block.cross(first, second, (labels[first], labels[second]), sums.persons)


def _scored(counts: Sequence[int]) -> Sums:
    responses, n, total, squares = (int(count) for count in counts)
    return Sums(responses, ScoreTotals(n, total, squares))


def _rated(counts: Sequence[int]) -> Sums:
    return Sums(overall=as_levels(counts))


def _pooled(counts: Sequence[int]) -> Sums:
    return Sums(ratings=as_levels(counts))


def _keys(groups: Subquery, fact: Table, column: str | None) -> list[Any]:
    label = fact.c[column] if column else literal("")
    return [groups.c.unit_id, groups.c.last_day, label.label("label"), fact.c.channel, fact.c.respondent_group]


def _counted(groups: Subquery, fact: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    in_group = and_(fact.c.unit_id == groups.c.unit_id, fact.c.day.between(groups.c.first_day, groups.c.last_day))
    counts = and_(
        fact.c.set_aside == 0,
        fact.c.channel.in_(SELF_COMPLETED),
        fact.c.respondent_group.in_(CITIZEN_GROUPS),
    )
    return in_group, counts


def _persons_by_group(groups: Subquery, fact: Table, column: str | None) -> Any:
    in_group, counts = _counted(groups, fact)
    keys = _keys(groups, fact, column)
    f = fact.c
    sums = [func.sum(measure) for measure in (f.responses, f.n, f.total, f.total_of_squares)]
    return select(*keys, *sums).join_from(groups, fact, in_group).where(counts).group_by(*_grouping(keys, column))


def _levels_by_group(groups: Subquery, fact: Table, column: str | None, items: Sequence[str]) -> Any:
    in_group, counts = _counted(groups, fact)
    keys = _keys(groups, fact, column)
    sums = [func.sum(fact.c[level]) for level in _LEVELS]
    statement = select(*keys, *sums).join_from(groups, fact, in_group).where(counts, fact.c.item.in_(items))
    return statement.group_by(*_grouping(keys, column))


def _grouping(keys: Sequence[Any], column: str | None) -> list[Any]:
    return [key for place, key in enumerate(keys) if column or place != 2]


def _part_rows(unit_id: int, block: _Block, minimum_n: int) -> Iterator[dict[str, Any]]:
    weeks: dict[str, Persons] = {}
    for (week, _channel), persons in block.crossings[WEEKS, Axis.CHANNEL].items():
        weeks[week] = add_persons((weeks[week], persons)) if week in weeks else persons
    axes = [AxisCounts(WEEKS, minimum_n, weeks, fixed=True)]
    for axis in Axis:
        least = max(minimum_n, SERVICE_POINT_MINIMUM) if axis is Axis.SERVICE_POINT else minimum_n
        axes.append(AxisCounts(axis, least, {label: sums.persons for label, sums in block.sums[axis].items()}))
    partitions = decide_cuts(axes, _whole(block, axes), minimum_n)
    for axis, counted in zip(Axis, axes[1:], strict=True):
        for number, labels in enumerate(partitions.get(axis, ())):
            yield {
                "unit_id": unit_id,
                "axis": axis.value,
                "first_day": block.first_day,
                "last_day": block.last_day,
                "part": number,
                "minimum_n": counted.minimum_n,
                "labels": json.dumps(sorted(labels), ensure_ascii=False, separators=(",", ":")),
                **sums_row(sum((block.sums[axis][label] for label in labels), Sums())),
            }


def _whole(block: _Block, axes: Sequence[AxisCounts]) -> Mapping[tuple[str, str], Crossing]:
    """The crossings that hold every person of the block: the book may have lost rows that the facts still know."""
    total = add_persons(axes[0].labels.values())
    return {
        names: crossing
        for names, crossing in block.crossings.items()
        if crossing and add_persons(crossing.values()) == total
    }


def _window_rows(
    connection: Connection,
    kind: WindowKind,
    unit_ids: Sequence[int],
    sunday: date,
    minimum_n: int,
    attitude: frozenset[str],
) -> Iterator[dict[str, Any]]:
    """The windows that end with this block: from the end of the last one on, once lawful or after too long."""
    w, g = published_window.c, published_group.c
    last = select(func.max(w.last_day)).where(w.unit_id == g.unit_id, w.kind == kind.value).scalar_subquery()
    statement = (
        select(g.unit_id, g.first_day, g.last_day, g.partial, g.item_levels, g.aside)
        .where(g.population == Population.HEADLINE.value, g.unit_id.in_(unit_ids), g.last_day <= sunday)
        .where(g.last_day > func.coalesce(last, literal(BEFORE_ALL, Date), type_=Date))
        .order_by(g.unit_id, g.last_day)
    )
    waiting: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(statement):
        waiting[row.unit_id].append(row)
    for unit_id, rows in waiting.items():
        lawful = (
            _items_lawful(rows, minimum_n, attitude) if kind is WindowKind.ITEMS else _aside_lawful(rows, minimum_n)
        )
        first_day, last_day = rows[0].first_day, rows[-1].last_day
        if lawful or last_day + DAY - first_day >= LONGEST_WINDOW:
            yield {
                "unit_id": unit_id,
                "kind": kind.value,
                "first_day": first_day,
                "last_day": last_day,
                "shown": int(lawful),
            }


def _items_lawful(rows: Sequence[Any], minimum_n: int, attitude: frozenset[str]) -> bool:
    levels: dict[str, Levels] = {}
    for row in rows:
        for item, counts in json.loads(row.item_levels).items():
            if item in attitude:
                levels[item] = add_levels(levels.get(item, NO_LEVELS), as_levels(counts))
    partial = None if any(row.partial is None for row in rows) else sum(row.partial for row in rows)
    return items_may_be_shown({item: sum(counts) for item, counts in levels.items()}, partial, minimum_n)


def _aside_lawful(rows: Sequence[Any], minimum_n: int) -> bool:
    totals = [sum(column) for column in zip(*(json.loads(row.aside) for row in rows), strict=True)]
    return is_nothing_or_enough((totals[1], sum(totals[4:])), minimum_n)
