"""Each of the seven signs from facts as closing leaves them: the counter that has it is listed, for that reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Connection, insert

from analytics.facts.models import fact_service_point_attitude, fact_service_point_item
from analytics.findings.city import City
from analytics.findings.counters import COUNTED_SIGNS, CounterFindings, counter_findings, one_in
from analytics.statistics.integrity import SignalKind
from survey_app.responses.guard_models import CounterDayWarningRow
from survey_app.responses.guard_warnings import WarningKind
from survey_app.territory.units import Unit, find_unit
from survey_app.visits.counts import Place
from survey_app.visits.register import Reporter, WeekReport, record_visits
from tests.conftest import NOW
from tests.support import factories

FIRST, LAST = date(2026, 8, 3), date(2026, 11, 16)
DEADLINE = date(2026, 9, 14)
COUNTERS, ODD = 30, 7
DAYS = [FIRST + timedelta(days=day) for day in range(7 * 16) if day % 7 < 5]


@dataclass(frozen=True)
class Habit:
    """How a counter's forms come on one of its days, and how its people answer."""

    forms: int = 5
    set_aside: float = 0.02
    warned: float = 0.02
    level: float = 0.87
    ticket_level: float = 0.85
    missing: float = 0.04
    all_alike: bool = False
    late: int = 0
    """So many more forms on each day of the week before the deadline."""


ORDINARY = Habit()
ODD_HABITS: Mapping[SignalKind, Habit] = {
    SignalKind.WARNED_DAYS: replace(ORDINARY, warned=0.4),
    SignalKind.SET_ASIDE: replace(ORDINARY, set_aside=0.25),
    SignalKind.ANSWERS_ABOVE_VISITS: replace(ORDINARY, forms=30),
    SignalKind.DEADLINE_JUMP: replace(ORDINARY, late=30),
    SignalKind.DIVERGENCE: replace(ORDINARY, level=0.99, ticket_level=0.55),
    SignalKind.MISSING_ITEMS: replace(ORDINARY, missing=0.3),
    SignalKind.LOW_VARIANCE: replace(ORDINARY, all_alike=True),
}


@pytest.fixture
def unit(connection: Connection) -> Unit:
    return factories.a_commune(connection)


@pytest.fixture
def city(connection: Connection, unit: Unit) -> City:
    root = find_unit(connection, "75", LAST)
    assert root is not None
    return City(root, (unit,), FIRST, LAST, 0.6, 2)


def lived(connection: Connection, unit: Unit, odd: Habit, seed: int = 1) -> list[int]:
    """Sixteen weeks of thirty counters, one of which has a habit of its own; returns their ids."""
    premises = factories.some_premises(connection, unit)
    points = [
        factories.a_service_point(connection, unit, f"Quầy {number}", premises_id=premises)
        for number in range(COUNTERS)
    ]
    random = Random(seed)
    for number, point in enumerate(points):
        habit = odd if number == ODD else ORDINARY
        _count(connection, unit, point, habit, random)
        _visits(connection, unit, point)
    return points


def _count(connection: Connection, unit: Unit, point: int, habit: Habit, random: Random) -> None:
    persons, items, warnings = [], [], []
    for day in DAYS:
        extra = habit.late if 0 <= (DEADLINE - day).days < 7 else 0
        forms = max(1, habit.forms + random.randint(-2, 2)) + extra
        aside = sum(random.random() < habit.set_aside for _form in range(forms))
        keys = {"day": day, "unit_id": unit.id, "service_point_id": point, "respondent_group": "citizen"}
        with_code = random.randint(0, 2)
        for channel, level, count in (
            ("poster", habit.level, forms - aside),
            ("ticket", habit.ticket_level, with_code),
        ):
            scores = list(_scores(random, level, count, habit.all_alike))
            sums = {"n": count, "total": sum(scores), "total_of_squares": sum(score**2 for score in scores)}
            persons.append({**keys, "channel": channel, "set_aside": 0, "responses": count, "partial": 0, **sums})
        nothing = {"n": 0, "total": 0, "total_of_squares": 0, "partial": 0}
        persons.append({**keys, "channel": "poster", "set_aside": 1, "responses": aside, **nothing})
        missing = sum(random.random() < habit.missing for _item in range(5 * forms))
        levels = {"n1": 0, "n2": 0, "n3": 0, "n4": 0, "n5": 5 * forms - missing, "not_applicable": missing}
        items.append({**keys, "channel": "poster", "set_aside": 0, "item": "courtesy", **levels})
        if random.random() < habit.warned:
            warnings.append({**keys, "kind": WarningKind.BURST.value, "size": 20})
    connection.execute(insert(fact_service_point_attitude), persons)
    connection.execute(insert(fact_service_point_item), items)
    for warning in warnings:
        warning.pop("respondent_group")
    if warnings:
        connection.execute(insert(CounterDayWarningRow), warnings)


def _scores(random: Random, level: float, count: int, all_alike: bool) -> Iterator[int]:
    """Scores in sixtieths of people who give all or some of five items a 4 or 5."""
    for _person in range(count):
        if all_alike:
            yield 48
        else:
            mood = min(1.0, max(0.0, random.gauss(level, 0.25)))
            yield 12 * sum(random.random() < mood for _item in range(5))


def _visits(connection: Connection, unit: Unit, point: int) -> None:
    reports = [
        WeekReport(Place(unit.id, None, point), FIRST + timedelta(weeks=week), {"counter_visits": 170})
        for week in range(16)
    ]
    record_visits(connection, reports, Reporter("csv", "test", NOW))


def test_without_an_odd_counter_none_is_listed(connection: Connection, unit: Unit, city: City) -> None:
    lived(connection, unit, ORDINARY)
    found = counter_findings(connection, city)
    assert (found.assessed, found.to_look_at, found.excesses) == (COUNTERS, (), ())
    assert found.compared == COUNTERS


@pytest.mark.parametrize("kind", SignalKind)
def test_the_odd_counter_is_listed_for_its_reason(
    connection: Connection, unit: Unit, city: City, kind: SignalKind
) -> None:
    points = lived(connection, unit, ODD_HABITS[kind])
    found = counter_findings(connection, city)
    (listed,) = found.to_look_at
    assert listed.point.id == points[ODD]
    assert listed.one_in >= 100
    assert listed.signs[0].kind is kind
    assert (listed.signs[0].percent is None) == (kind not in COUNTED_SIGNS), "no number that tells about scores"


def test_warnings_on_days_without_a_form_and_of_the_whole_unit_are_not_the_counter_s(
    connection: Connection, unit: Unit, city: City
) -> None:
    points = lived(connection, unit, ORDINARY)
    sundays = [FIRST + timedelta(days=6 + 7 * week) for week in range(16)]
    row = {"unit_id": unit.id, "kind": WarningKind.CLOSED_HOURS.value, "size": 9}
    for day in sundays:
        connection.execute(insert(CounterDayWarningRow), {**row, "day": day, "service_point_id": points[ODD]})
        connection.execute(insert(CounterDayWarningRow), {**row, "day": day, "service_point_id": 0})
    assert counter_findings(connection, city).to_look_at == ()


def test_more_answers_than_visits_are_a_question_with_its_week(connection: Connection, unit: Unit, city: City) -> None:
    row = {"unit_id": unit.id, "service_point_id": 0, "kind": WarningKind.ABOVE_VISITS.value, "day": LAST, "size": 12}
    connection.execute(insert(CounterDayWarningRow), row)
    (excess,) = counter_findings(connection, city).excesses
    assert (excess.unit_id, excess.monday, excess.more) == (unit.id, LAST, 12)


def test_visits_that_lack_a_week_give_no_sign(connection: Connection, unit: Unit, city: City) -> None:
    points = lived(connection, unit, ODD_HABITS[SignalKind.ANSWERS_ABOVE_VISITS])
    gone = WeekReport(Place(unit.id, None, points[ODD]), FIRST, {"counter_visits": None})
    record_visits(connection, [gone], Reporter("page", "test", NOW))
    signs = [sign.kind for one in counter_findings(connection, city).to_look_at for sign in one.signs]
    assert SignalKind.ANSWERS_ABOVE_VISITS not in signs


def test_another_deadline_moves_the_week_that_is_looked_at(connection: Connection, unit: Unit, city: City) -> None:
    lived(connection, unit, ODD_HABITS[SignalKind.DEADLINE_JUMP])

    def jumped(findings: CounterFindings) -> bool:
        return any(sign.kind is SignalKind.DEADLINE_JUMP for one in findings.to_look_at for sign in one.signs)

    assert jumped(counter_findings(connection, city))
    assert not jumped(counter_findings(connection, city, date(2026, 10, 30)))


@pytest.mark.parametrize(
    ("last_monday", "deadline"),
    [
        (date(2026, 11, 16), DEADLINE),
        (date(2026, 12, 7), DEADLINE),
        (date(2026, 12, 14), date(2026, 12, 14)),
        (date(2026, 9, 14), DEADLINE),
        (date(2026, 9, 7), date(2026, 6, 14)),
        (date(2027, 3, 8), date(2027, 3, 14)),
    ],
)
def test_the_deadline_is_the_newest_reporting_quarter_s(city: City, last_monday: date, deadline: date) -> None:
    moved = replace(city, last_monday=last_monday, first_monday=last_monday - timedelta(weeks=15))
    assert moved.deadline == deadline
    assert moved.first_monday < moved.deadline <= moved.last_day


@pytest.mark.parametrize(("probability", "said"), [(0.5, 2), (0.0123, 80), (1e-9, 10_000), (0.0, 10_000), (1.0, 1)])
def test_chances_are_said_as_one_in_so_many(probability: float, said: int) -> None:
    assert one_in(probability) == said
