"""Do the facts of today still say what was published? What differs was counted wrongly once, then or now.

A published number is never changed (`keeping`); whoever runs the installation must know, to say so beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, func, or_, select

from analytics.facts.models import fact_attitude, fact_choice
from analytics.published.keeping import WHO
from analytics.published.models import TROUBLE_COLUMNS, published_group, published_trouble
from analytics.published.quarters import is_counted, trouble_counts
from analytics.published.sums import Population

Counted = tuple[int, int, int, int]
"""Answers, persons scored, Σ and Σ² of their scores in sixtieths."""


@dataclass(frozen=True, slots=True)
class Differing:
    """Whole weeks of a unit whose facts are no longer those that were published."""

    unit_id: int
    population: Population
    first_day: date
    last_day: date
    published: Counted
    counted: Counted


@dataclass(frozen=True, slots=True)
class DifferingQuarter:
    """A unit's quarter: how many answered no, trouble, money, as published and as the facts count now."""

    unit_id: int
    first_day: date
    last_day: date
    published: tuple[int, int, int]
    counted: tuple[int, int, int]


def differing_groups(connection: Connection) -> list[Differing]:
    """Every published group that the facts no longer add up to, by unit and day; one statement a population."""
    return [one for population in Population for one in _of(connection, population)]


def differing_quarters(connection: Connection) -> list[DifferingQuarter]:
    """Every published share of trouble and money that the facts no longer add up to, by unit and day; one statement."""
    t, f = published_trouble.c, fact_choice.c
    same_days = and_(f.unit_id == t.unit_id, f.day.between(t.first_day, t.last_day))
    told, counted = [t[column] for column in TROUBLE_COLUMNS], trouble_counts()
    statement = (
        select(t.unit_id, t.first_day, t.last_day, *told, *counted)
        .select_from(published_trouble.outerjoin(fact_choice, and_(same_days, is_counted())))
        .group_by(t.unit_id, t.first_day, t.last_day, *told)
        .having(or_(*(now != then for now, then in zip(counted, told, strict=True))))
        .order_by(t.unit_id, t.last_day)
    )
    found = []
    for unit_id, first_day, last_day, *numbers in connection.execute(statement):
        no, trouble, money, no_now, trouble_now, money_now = (int(number) for number in numbers)
        then, now = (no, trouble, money), (no_now, trouble_now, money_now)
        found.append(DifferingQuarter(unit_id, first_day, last_day, then, now))
    return found


def _of(connection: Connection, population: Population) -> Iterator[Differing]:
    g, f = published_group.c, fact_attitude.c
    channels, groups = WHO[population]
    same_days = and_(f.unit_id == g.unit_id, f.day.between(g.first_day, g.last_day))
    ours = and_(f.set_aside == 0, f.channel.in_(channels), f.respondent_group.in_(groups))
    told = (g.responses, g.scored, g.total, g.total_of_squares)
    sums = [func.coalesce(func.sum(column), 0) for column in (f.responses, f.n, f.total, f.total_of_squares)]
    statement = (
        select(g.unit_id, g.first_day, g.last_day, *told, *sums)
        .select_from(published_group.outerjoin(fact_attitude, and_(same_days, ours)))
        .where(g.population == population.value)
        .group_by(g.unit_id, g.first_day, g.last_day, *told)
        .having(or_(*(counted != published for counted, published in zip(sums, told, strict=True))))
        .order_by(g.unit_id, g.last_day)
    )
    for unit_id, first_day, last_day, *numbers in connection.execute(statement):
        r1, n1, t1, s1, r2, n2, t2, s2 = (int(number) for number in numbers)
        yield Differing(unit_id, population, first_day, last_day, (r1, n1, t1, s1), (r2, n2, t2, s2))
