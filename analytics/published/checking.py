"""Do the facts of today still say what was published? What differs was counted wrongly once, then or now.

A published number is never changed (`keeping`); whoever runs the installation must know, to say so beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, func, or_, select

from analytics.facts.models import fact_attitude
from analytics.published.keeping import WHO
from analytics.published.models import published_group
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


def differing_groups(connection: Connection) -> list[Differing]:
    """Every published group that the facts no longer add up to, by unit and day; one statement a population."""
    return [one for population in Population for one in _of(connection, population)]


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
