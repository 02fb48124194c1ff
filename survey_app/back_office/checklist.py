"""From nothing to a printed poster: what a unit still needs, in the order in which it is done.

Whether a test scan was seen is for a person to say: the survey page keeps no trace of who opened it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection

from survey_app.languages import DEFAULT_LANGUAGE, current_language
from survey_app.questionnaires.publishing import in_force
from survey_app.territory.opening_hours import hours_of
from survey_app.territory.place_changes import premises_of
from survey_app.territory.scan_checks import checks_of
from survey_app.territory.scan_code_register import current_code
from survey_app.territory.scan_codes import grouped
from survey_app.territory.service_points import service_points_of
from survey_app.territory.units import Unit
from survey_app.territory.validity import covers

StepName = Literal["premises", "counters", "questionnaire", "codes", "poster", "scan"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; `is_next`: the first that is not done yet."""

    name: StepName
    is_done: bool
    is_next: bool


@dataclass(frozen=True, slots=True)
class CounterToScan:
    """A counter with an open code; `is_seen`: somebody scanned its sheet and saw the right counter."""

    id: int
    name: str
    premises: str
    code: str
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far a unit is."""

    steps: tuple[Step, ...]
    premises: int
    premises_without_hours: int
    counters: int
    without_code: int
    questionnaire: str | None
    to_scan: tuple[CounterToScan, ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def is_ready(self) -> bool:
        """Whether people can answer, on sheets that were tried."""
        return self.done == len(self.steps)


def readiness_of(connection: Connection, unit: Unit, day: date) -> Readiness:
    """What the unit has and what it still needs on the day."""
    premises = [one for one in premises_of(connection, unit.id) if covers(one.valid_from, one.valid_to, day)]
    points = service_points_of(connection, unit.id, day)
    codes = {point.id: current_code(connection, point.id, day) for point in points}
    checks = checks_of(connection, [code for code in codes.values() if code])
    stored = in_force(connection, unit.id, unit.parent_id, day)
    is_vietnamese = current_language() == DEFAULT_LANGUAGE
    to_scan = tuple(
        CounterToScan(
            point.id, point.name if is_vietnamese else point.name_en, point.premises.name, grouped(code), code in checks
        )
        for point in points
        if (code := codes[point.id])
    )
    without_code = sum(code is None for code in codes.values())
    has_codes = bool(points) and without_code == 0
    all_seen = has_codes and all(counter.is_seen for counter in to_scan)
    done: dict[StepName, bool] = {
        "premises": bool(premises),
        "counters": bool(points),
        "questionnaire": stored is not None,
        "codes": has_codes,
        # A sheet that was scanned was printed; nobody has to tick that off.
        "poster": has_codes and any(counter.is_seen for counter in to_scan),
        "scan": all_seen,
    }
    first = next((name for name, is_done in done.items() if not is_done), None)
    return Readiness(
        steps=tuple(Step(name, is_done, name == first) for name, is_done in done.items()),
        premises=len(premises),
        premises_without_hours=sum(hours_of(connection, one.id, day) is None for one in premises),
        counters=len(points),
        without_code=without_code,
        questionnaire=stored.questionnaire.label if stored else None,
        to_scan=to_scan,
    )
