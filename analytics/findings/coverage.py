"""How many of those who came answered: forms of all kinds against visits, in the weeks for which visits are known."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from analytics.facts.models import fact_attitude
from analytics.statistics.periods import monday_of, mondays_between
from survey_app.visits.counts import denominator
from survey_app.visits.register import visits_of


@dataclass(frozen=True, slots=True)
class Coverage:
    """Over `weeks` weeks, visits are known of `weeks_known`; `forms` and `visits` are those of these weeks.

    More forms than visits is a question, not a flag: who only asks has no dossier.
    """

    weeks: int
    weeks_known: int
    forms: int
    visits: int

    @property
    def percent(self) -> float | None:
        """Forms per hundred visits; None where no visits are known."""
        return round(100 * self.forms / self.visits, 1) if self.visits else None


def coverage(
    connection: Connection, unit_ids: Collection[int], first_monday: date, last_monday: date
) -> Mapping[int, Coverage]:
    """The coverage of each unit in the weeks from one Monday to another; two statements."""
    return coverages(connection, unit_ids, [mondays_between(first_monday, last_monday)])[0]


def coverages(
    connection: Connection, unit_ids: Collection[int], spans: Sequence[Sequence[date]]
) -> list[Mapping[int, Coverage]]:
    """The coverage of each unit in each of several spans, given by their Mondays; two statements for all of them."""
    mondays = [monday for span in spans for monday in span]
    if not mondays:
        return [{} for _span in spans]
    forms = _forms(connection, unit_ids, min(mondays), max(mondays))
    came: dict[int, dict[date, int]] = defaultdict(dict)
    for counts in visits_of(connection, unit_ids, min(mondays), max(mondays)):
        number = denominator(counts)
        if number is not None:
            came[counts.unit_id][counts.monday] = number
    return [{unit_id: _covered(unit_id, span, came[unit_id], forms) for unit_id in unit_ids} for span in spans]


def _covered(
    unit_id: int, span: Sequence[date], came: Mapping[date, int], forms: Mapping[tuple[int, date], int]
) -> Coverage:
    known = [monday for monday in span if monday in came]
    return Coverage(
        weeks=len(span),
        weeks_known=len(known),
        forms=sum(forms.get((unit_id, monday), 0) for monday in known),
        visits=sum(came[monday] for monday in known),
    )


def _forms(
    connection: Connection, unit_ids: Collection[int], first_monday: date, last_monday: date
) -> Mapping[tuple[int, date], int]:
    f = fact_attitude.c
    statement = (
        select(f.unit_id, f.day, func.sum(f.responses))
        .where(f.unit_id.in_(sorted(unit_ids)), f.day.between(first_monday, last_monday + timedelta(days=6)))
        .group_by(f.unit_id, f.day)
    )
    found: dict[tuple[int, date], int] = defaultdict(int)
    for unit_id, day, responses in connection.execute(statement):
        found[unit_id, monday_of(day)] += int(responses)
    return found
