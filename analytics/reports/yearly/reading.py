"""Reads a city's year: every number is a union of what was published, with the interval that the pages give it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from analytics.dashboards.cells import attitude_score
from analytics.dashboards.periods import periods_of
from analytics.dashboards.published import Period
from analytics.facts.days import closed_days
from analytics.findings.city import City, read_city
from analytics.findings.comparison import Comparison, TooFewUnits, compare_communes
from analytics.findings.coverage import Coverage, coverage
from analytics.published.numbers import Group, last_published_day, published_years, read_groups, read_windows
from analytics.published.sums import Population, Sums, WindowKind
from analytics.published.trouble import TroubleQuarter, trouble_of_all
from analytics.published.unions import Span, included_by
from analytics.reports.yearly.evaluation import (
    Evaluation,
    GroupResult,
    Integrity,
    PointRange,
    UnitResult,
    WithAside,
)
from analytics.reports.yearly.period import Covered, NoReport, covered_quarters
from analytics.reports.yearly.signal_stories import done_actions, read_signals
from analytics.reports.yearly.taking_part import begun_on, count_by_kind, count_by_unit, weeks_of
from analytics.statistics.comparison import MINIMUM_TO_COMPARE
from analytics.statistics.periods import WEEK, monday_of
from survey_app.ledger.sealed_log import head_fingerprint
from survey_app.listening.actions import actions_of_units
from survey_app.responses.counter_warnings import warnings_of
from survey_app.responses.guard_state import CounterWarning
from survey_app.territory.bands import Bands, bands
from survey_app.territory.units import Unit, children

YEAR_BEFORE = 53 * WEEK
POPULATIONS = (Population.HEADLINE, Population.ORGANISATIONS, Population.BY_OTHERS)


@dataclass(frozen=True, slots=True)
class _Year:
    """The city over the weeks of the report, and what was published of it, the year before included."""

    city: City
    covered: Covered
    published: date
    groups: Mapping[Population, Sequence[Group]]

    def inside(self, population: Population) -> list[Group]:
        """The groups of the report's weeks."""
        return [group for group in self.groups[population] if group.last_day >= self.city.first_monday]


def years_with_a_report(connection: Connection, unit: Unit, today: date) -> list[int]:
    """The years of which a report can be made, newest first."""
    communes = [one.id for one in children(connection, unit.id, today) if one.is_commune]
    published = last_published_day(connection)
    years = []
    for year in reversed(published_years(connection, communes)):
        try:
            years.append(covered_quarters(year, published, today).year)
        except NoReport:
            continue
    return years


def read_evaluation(connection: Connection, unit: Unit, year: int, today: date, minimum_n: int) -> Evaluation:
    """A city's year, up to the last quarter that is over.

    Intervals have the φ of the pages, that of the last sixteen weeks before `today`; so on one day no two disagree.
    Raises `NoReport` for a year to come, one of which no quarter is over, and one without an answer that may be shown.
    """
    published = last_published_day(connection)
    covered = covered_quarters(year, published, today)
    now = read_city(connection, unit, today)
    if now is None or published is None:
        raise NoReport("empty", year)
    city = replace(
        now,
        communes=_communes(connection, unit, covered),
        first_monday=covered.mondays[0],
        last_monday=covered.mondays[-1],
    )
    city = replace(
        city, first_monday=max(city.first_monday, min(monday_of(begun_on(connection, city)), city.last_monday))
    )
    known = _Year(city, covered, published, _groups(connection, city, covered.mondays[0] - YEAR_BEFORE))
    groups = tuple(_group(known, population) for population in POPULATIONS)
    if groups[0].whole is None:
        raise NoReport("empty", year)
    comparison, comparable = _comparison(connection, city)
    in_force = bands(connection, min(today, date(year, 12, 31)))
    warned = warnings_of(connection, city.first_monday, city.last_day, city.unit_ids)
    actions = actions_of_units(connection, city.unit_ids)
    covered_by = coverage(connection, city.unit_ids, city.first_monday, city.last_monday)
    return Evaluation(
        city=unit,
        covered=covered,
        mondays=city.mondays,
        printed_on=today,
        minimum_n=minimum_n,
        variance_ratio=city.variance_ratio,
        groups=groups,
        taking_part=count_by_kind(connection, city, covered_by),
        units=_Units(known, comparison, in_force, warned, covered_by).read(connection),
        comparison=comparison,
        comparable=comparable,
        bands=in_force,
        reported=_reported(connection, city, covered),
        signals=read_signals(connection, city, actions),
        done=done_actions(city, covered, actions),
        integrity=Integrity(
            warned=Counter(str(one.kind) for one in warned),
            with_aside=_with_aside(connection, known),
            sealed_days=len(closed_days(connection, city.first_monday, city.last_day)),
            head=head_fingerprint(connection),
        ),
    )


def _communes(connection: Connection, unit: Unit, covered: Covered) -> tuple[Unit, ...]:
    """The communes that there were at the end of any quarter, as they were last known, by code."""
    found: dict[int, Unit] = {}
    for quarter in covered.quarters:
        found |= {one.id: one for one in children(connection, unit.id, quarter.last_day) if one.is_commune}
    return tuple(sorted(found.values(), key=lambda one: one.code))


def _groups(connection: Connection, city: City, read_from: date) -> Mapping[Population, Sequence[Group]]:
    found: dict[Population, list[Group]] = {population: [] for population in POPULATIONS}
    for group in read_groups(connection, city.unit_ids, POPULATIONS, first_day=read_from, last_day=city.last_day):
        found[group.population].append(group)
    return found


def _group(known: _Year, population: Population) -> GroupResult:
    ratio = known.city.variance_ratio
    read_from = known.covered.mondays[0] - YEAR_BEFORE
    quarters = periods_of(known.groups[population], read_from, known.published, ratio)[Span.QUARTER]
    return GroupResult(population, _year_of(known, known.inside(population)), quarters)


def _year_of(known: _Year, groups: Sequence[Group]) -> Period | None:
    found = periods_of(groups, date.min, known.published, known.city.variance_ratio)[Span.YEAR]
    return found[-1] if found else None


def _comparison(connection: Connection, city: City) -> tuple[Comparison | None, int]:
    try:
        comparison = compare_communes(connection, city, Span.YEAR)
    except TooFewUnits as few:
        return None, few.ready
    return comparison, len(comparison.units)


@dataclass(frozen=True)
class _Units:
    known: _Year
    comparison: Comparison | None
    bands: Bands | None
    warnings: Sequence[CounterWarning]
    covered: Mapping[int, Coverage]

    def read(self, connection: Connection) -> tuple[UnitResult, ...]:
        """Every commune's year, by code."""
        city = self.known.city
        counts = count_by_unit(connection, city)
        compared = {one.unit.id: one for one in self.comparison.units} if self.comparison else {}
        warned: dict[int, set[tuple[int, date]]] = defaultdict(set)
        for warning in self.warnings:
            warned[warning.unit_id].add((warning.service_point_id, warning.day))
        groups: dict[int, list[Group]] = defaultdict(list)
        for group in self.known.inside(Population.HEADLINE):
            groups[group.unit_id].append(group)
        made = []
        for unit in city.communes:
            result = _year_of(self.known, groups[unit.id])
            mondays = weeks_of(unit, city)
            own = counts.get(unit.id)
            made.append(
                UnitResult(
                    unit=unit,
                    result=result,
                    compared=compared.get(unit.id),
                    points=self._points(result),
                    forms=own.forms if own else 0,
                    weeks=len(mondays),
                    silent_weeks=len(set(mondays) - (own.mondays if own else frozenset())),
                    set_aside=own.set_aside if own else 0,
                    warned_days=len(warned[unit.id]),
                    coverage=self.covered[unit.id],
                )
            )
        return tuple(made)

    def _points(self, result: Period | None) -> PointRange | None:
        """By the citizens' overall index: satisfaction is what criterion 3 is about."""
        score = result.overall if result else None
        if self.bands is None or score is None or score.n < MINIMUM_TO_COMPARE:
            return None
        return PointRange(self.bands.points_for(score.low), self.bands.points_for(score.high))


def _reported(connection: Connection, city: City, covered: Covered) -> tuple[TroubleQuarter, ...]:
    stretch = covered.stretch
    quarters = trouble_of_all(connection, city.unit_ids, stretch.first_day)
    return tuple(one for one in quarters if one.last_day <= stretch.last_day)


def _with_aside(connection: Connection, known: _Year) -> WithAside | None:
    """Over the windows in which the answers set aside may be shown beside the others."""
    windows = read_windows(connection, known.inside(Population.HEADLINE), (WindowKind.SET_ASIDE,))
    groups = [group for window in windows for group in window.groups]
    set_aside = sum(group.aside.responses for group in groups)
    if not set_aside:
        return None
    counted = sum((group.sums for group in groups), Sums())
    included = sum((cell.sums for cell in included_by(windows, Span.YEAR)), Sums())
    minimum_n, ratio = min(group.minimum_n for group in groups), known.city.variance_ratio
    without, with_them = (attitude_score(sums.scores, sums.ratings, ratio, minimum_n) for sums in (counted, included))
    return None if without is None or with_them is None else WithAside(set_aside, without, with_them)
