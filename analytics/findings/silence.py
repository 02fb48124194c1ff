"""Communes from which no form came for a week or longer: remind them, call them. Silence is never satisfaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.findings.city import SUNDAY, City
from survey_app.territory.units import Unit


@dataclass(frozen=True, slots=True)
class Silence:
    """A commune without a form in the last `weeks` finished weeks; `since` is the Monday of the first of them.

    `whole_span`: not one form in all the weeks looked at, so it may be silent for longer. `weeks_until_call`: as the
    city sets it.
    """

    unit: Unit
    weeks: int
    since: date
    whole_span: bool
    weeks_until_call: int

    @property
    def is_to_be_called(self) -> bool:
        """Whether a reminder is not enough."""
        return self.weeks >= self.weeks_until_call


def silent_communes(city: City, forms: Mapping[int, Sequence[int]], first_day: date) -> tuple[Silence, ...]:
    """The silent communes, longest first. `forms` as of `forms_by_week`; no week before `first_day`, when counting
    began in the city, or before the commune itself began, is held against anybody.
    """
    found = []
    for unit in city.communes:
        start = max(first_day, unit.valid_from)
        weeks_of = zip(city.mondays, forms[unit.id], strict=True)
        begun = [count for monday, count in weeks_of if monday + SUNDAY >= start]
        weeks = next((past for past, count in enumerate(reversed(begun)) if count), len(begun))
        if weeks:
            since = city.last_monday - timedelta(weeks=weeks - 1)
            found.append(Silence(unit, weeks, since, weeks == len(begun), city.weeks_until_call))
    return tuple(sorted(found, key=lambda one: (-one.weeks, one.unit.code)))
