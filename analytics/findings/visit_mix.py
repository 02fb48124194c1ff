"""What visits of a four-week block are told by: service domain, code or none, service point; and who answered so."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from analytics.facts.models import fact_domain_attitude
from analytics.findings.city import SUNDAY
from analytics.published.sums import CHANNELS_WITH_CODE, CITIZEN_GROUPS, SELF_COMPLETED
from analytics.statistics.periods import monday_of
from survey_app.responses.slip_counts import slips_by_week
from survey_app.visits.counts import denominator
from survey_app.visits.register import visits_by_place, visits_of

ByWeek = Mapping[date, Mapping[str, int]]
"""Visits by Monday and label, for the labels that were told that week."""


@dataclass(frozen=True, slots=True)
class VisitMix:
    """What is known of a commune's visits over some weeks, by Monday.

    By the label of a service domain, by that of a service point (its id as parts write it), and in all; `slips`: how
    many slips with a code were made, void ones left out.
    """

    by_domain: ByWeek
    by_point: ByWeek
    whole: Mapping[date, int]
    slips: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Answered:
    """Persons of the headline scored on one day, who named that domain, with a code or without."""

    day: date
    domain: str
    with_code: bool
    n: int


def read_visit_mix(connection: Connection, unit_id: int, first_monday: date, last_monday: date) -> VisitMix:
    """What a commune's visits are told by; three statements."""
    by_domain: dict[date, dict[str, int]] = defaultdict(dict)
    by_point: dict[date, dict[str, int]] = defaultdict(dict)
    for counts in visits_by_place(connection, [unit_id], first_monday, last_monday):
        came, place = denominator(counts), counts.place
        if came is None:
            continue
        if place.service_domain is not None:
            by_domain[counts.monday][place.service_domain] = came
        elif place.service_point_id is not None:
            by_point[counts.monday][str(place.service_point_id)] = came
    whole = {
        counts.monday: came
        for counts in visits_of(connection, [unit_id], first_monday, last_monday)
        if (came := denominator(counts)) is not None
    }
    return VisitMix(by_domain, by_point, whole, slips_by_week(connection, unit_id, first_monday, last_monday))


def read_answered(connection: Connection, unit_id: int, first_monday: date, last_monday: date) -> list[Answered]:
    """How many persons of the headline named which domain, with a code or without, by day: counts, no scores."""
    f = fact_domain_attitude.c
    statement = (
        select(f.day, f.service_domain, f.channel, func.sum(f.n))
        .where(f.unit_id == unit_id, f.day.between(first_monday, last_monday + SUNDAY), f.set_aside == 0)
        .where(f.channel.in_(SELF_COMPLETED), f.respondent_group.in_(CITIZEN_GROUPS))
        .group_by(f.day, f.service_domain, f.channel)
    )
    rows = connection.execute(statement)
    return [Answered(day, domain, channel in CHANNELS_WITH_CODE, int(n)) for day, domain, channel, n in rows]


def told_throughout(visits: ByWeek, mondays: Sequence[date]) -> dict[str, int]:
    """Sums over the weeks of those labels that were told in each of them."""
    weeks = [visits.get(monday, {}) for monday in mondays]
    labels = set(weeks[0]).intersection(*weeks[1:]) if weeks else set()
    return {label: sum(week[label] for week in weeks) for label in sorted(labels)}


def visits_in(visits: ByWeek, mondays: Sequence[date]) -> dict[str, int] | None:
    """Sums over the weeks by label; None where any label that was ever told lacks a week."""
    labels = {label for week in visits.values() for label in week}
    told = told_throughout(visits, mondays)
    return told if labels and labels <= told.keys() else None


def persons_by(answered: Sequence[Answered], mondays: Sequence[date]) -> Mapping[tuple[str, bool], int]:
    """Persons over the weeks by domain and code."""
    chosen = frozenset(mondays)
    found: dict[tuple[str, bool], int] = defaultdict(int)
    for one in answered:
        if monday_of(one.day) in chosen:
            found[one.domain, one.with_code] += one.n
    return found
