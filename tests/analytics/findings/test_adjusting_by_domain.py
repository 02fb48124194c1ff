"""A block weighted to what people came for and whether they got a slip: from published parts, or refused in words."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Engine, insert

from analytics.findings.adjustment import Mix, NotAdjusted, Weighed, unit_blocks, weigh_block
from analytics.findings.coverage import coverage, coverages
from analytics.findings.visit_mix import VisitMix, read_answered, read_visit_mix, told_throughout
from analytics.published.numbers import Part
from analytics.published.sums import Axis, Sums
from analytics.statistics.adjustment import AdjustedShare
from analytics.statistics.indices import ScoreTotals
from analytics.statistics.periods import mondays_between
from survey_app.languages import catalogue
from survey_app.responses.slip_counts import slips_by_week
from survey_app.responses.ticket_models import TicketBatchRow
from survey_app.territory.units import Unit
from survey_app.visits.counts import Place
from survey_app.visits.register import Reporter, WeekReport, record_visits
from tests.analytics.published.world import DOMAINS, WEEK, World, a_world, live_through
from tests.conftest import NOW
from tests.support import factories
from tests.support.queries import QueryCounter

FIRST, LAST = date(2026, 10, 5), date(2026, 11, 1)
MONDAYS = mondays_between(FIRST, date(2026, 10, 26))
NOTHING = VisitMix({}, {}, {}, {})
PERSONS = {("land", True): 10, ("land", False): 30, ("civil", True): 5, ("civil", False): 45, ("not_stated", False): 10}


def part(labels: str, n: int, happy: float, axis: Axis) -> Part:
    scores = ScoreTotals(n, round(60 * happy), round(3600 * happy))
    return Part(1, axis, tuple(labels.split()), FIRST, LAST, 10, Sums(n, scores))


def parts(*, ticket: tuple[str, int, float] = ("ticket", 15, 12), walk_up: int = 85) -> dict[Axis, list[Part]]:
    rest = 79 - ticket[2]
    return {
        Axis.DOMAIN: [
            part("land", 40, 28, Axis.DOMAIN),
            part("civil", 50, 45, Axis.DOMAIN),
            part("not_stated", 10, 6, Axis.DOMAIN),
        ],
        Axis.CHANNEL: [part(*ticket, Axis.CHANNEL), part("poster kiosk", walk_up, rest, Axis.CHANNEL)],
    }


def visits(*, slips: int = 0, whole: int | None = 100, **domains: int) -> VisitMix:
    """The same numbers in each of the four weeks."""
    by_domain = {monday: dict(domains) for monday in MONDAYS}
    known = {} if whole is None else dict.fromkeys(MONDAYS, whole)
    return VisitMix(by_domain, {}, known, dict.fromkeys(MONDAYS, slips) if slips else {})


def weighed(mix: VisitMix, given: dict[Axis, list[Part]] | None = None, persons: object = None) -> Weighed:
    return weigh_block(given or parts(), mix, persons or PERSONS, MONDAYS, 1.0)  # type: ignore[arg-type]


def test_by_domain_who_named_none_keeps_their_share() -> None:
    found = weighed(visits(land=75, civil=25))
    assert (found.mix, found.parts) == (Mix.DOMAIN, 3)
    assert isinstance(found.outcome, AdjustedShare)
    assert found.outcome.raw == pytest.approx(0.79)
    expected = 0.9 * (0.75 * 28 / 40 + 0.25 * 45 / 50) + 0.1 * 6 / 10
    assert found.outcome.adjusted == pytest.approx(expected)


def test_a_matter_that_nobody_counts_keeps_its_share_too() -> None:
    persons = PERSONS | {("guidance", False): 20}
    given = parts()
    given[Axis.DOMAIN].append(part("guidance", 20, 20, Axis.DOMAIN))
    found = weighed(visits(land=75, civil=25), given, persons)
    assert isinstance(found.outcome, AdjustedShare)
    expected = (90 * (0.75 * 28 / 40 + 0.25 * 45 / 50) + 6 + 20) / 120
    assert found.outcome.adjusted == pytest.approx(expected)


def test_with_slips_the_code_is_a_second_dimension() -> None:
    found = weighed(visits(slips=30, land=60, civil=40))
    assert (found.mix, found.parts) == (Mix.DOMAIN_AND_CODE, 6)
    alone = weighed(visits(land=60, civil=40))
    assert isinstance(found.outcome, AdjustedShare) and isinstance(alone.outcome, AdjustedShare)
    assert found.outcome.design_effect > alone.outcome.design_effect
    assert found.outcome.adjusted != pytest.approx(alone.outcome.adjusted, abs=1e-3)


@pytest.mark.parametrize(
    "mix",
    [
        visits(slips=50, whole=None, land=60, civil=40),
        visits(slips=50, whole=50, land=60, civil=40),
        visits(slips=50, whole=30, land=60, civil=40),
    ],
)
def test_without_knowing_who_got_no_slip_it_stays_with_the_domains(mix: VisitMix) -> None:
    assert weighed(mix).mix is Mix.DOMAIN


def test_channels_that_were_merged_stay_merged() -> None:
    merged = parts(ticket=("ticket kiosk", 15, 12))
    assert weighed(visits(slips=50, land=60, civil=40), merged).mix is Mix.DOMAIN


def test_facts_that_count_others_than_were_published_make_no_cells() -> None:
    changed = PERSONS | {("land", True): 11}
    assert weighed(visits(slips=50, land=60, civil=40), persons=changed).mix is Mix.DOMAIN


@pytest.mark.parametrize(
    ("mix", "reason"),
    [
        (visits(land=60, civil=30, business=10), NotAdjusted.EMPTY_STRATUM),
        (visits(land=97, civil=3), NotAdjusted.DISCREPANCY),
    ],
)
def test_a_refusal_stands(mix: VisitMix, reason: NotAdjusted) -> None:
    points = {monday: {"1": 10, "2": 10} for monday in MONDAYS}
    found = weighed(replace(mix, by_point=points))
    assert (found.outcome, found.mix) == (reason, Mix.DOMAIN), "no other mix is tried until one gives a number"


def test_slips_of_which_none_came_back_are_a_stratum_without_an_answer() -> None:
    nobody = {key: n for key, n in PERSONS.items() if not key[1]}
    assert weighed(visits(slips=9, land=6, civil=4), persons=nobody).outcome is NotAdjusted.EMPTY_STRATUM


def test_one_part_has_nothing_to_weight() -> None:
    given = {Axis.DOMAIN: [part("land civil not_stated", 100, 79, Axis.DOMAIN)]}
    assert weighed(visits(land=60, civil=40), given).outcome is NotAdjusted.ONE_PART


def test_where_hardly_any_domain_is_told_counters_are_tried() -> None:
    points = {monday: {"1": 10, "2": 10} for monday in MONDAYS}
    given = parts() | {
        Axis.SERVICE_POINT: [part("1", 60, 50, Axis.SERVICE_POINT), part("2", 40, 29, Axis.SERVICE_POINT)]
    }
    found = weighed(replace(visits(land=60), by_point=points), given)
    assert found.mix is Mix.SERVICE_POINT
    assert isinstance(found.outcome, AdjustedShare)
    assert found.outcome.adjusted == pytest.approx((50 / 60 + 29 / 40) / 2)
    assert weighed(visits(land=0, civil=0)).outcome is NotAdjusted.NO_VISITS, (
        "nobody came for anything: nothing is told"
    )
    nothing = weighed(NOTHING, given)
    assert (nothing.outcome, nothing.mix) == (NotAdjusted.NO_VISITS, None)


def test_a_domain_counts_as_told_only_with_every_week() -> None:
    weeks = {monday: {"land": 5, "civil": 7} for monday in MONDAYS}
    assert told_throughout(weeks, MONDAYS) == {"land": 20, "civil": 28}
    assert told_throughout(weeks | {MONDAYS[1]: {"land": 5}}, MONDAYS) == {"land": 20}
    assert told_throughout({}, MONDAYS) == {}


def test_every_mix_has_words() -> None:
    for language in ("vi", "en"):
        assert all(catalogue(language).text(f"findings.adjusted_by.{mix}") for mix in Mix)


@pytest.fixture
def world(connection: Connection) -> World:
    """A busy commune with tickets in its ninth week, booked, counted and published day by day."""
    made = a_world(connection, FIRST, 8, 3, ["26068"])
    live_through(connection, made, made.days)
    return made


def report(connection: Connection, unit: Unit, monday: date, domains: dict[str, int]) -> None:
    reports = [
        WeekReport(Place(unit.id, service_domain=name), monday, {"dossiers_filed": number})
        for name, number in domains.items()
    ]
    record_visits(connection, [*reports, WeekReport(Place(unit.id), monday, {"counter_visits": 200})], REPORTER)


REPORTER = Reporter("csv", "test", NOW)


def test_a_commune_s_block_from_its_own_facts_and_visits(connection: Connection, engine: Engine, world: World) -> None:
    unit = world.places[0].unit
    for monday in mondays_between(FIRST, FIRST + 7 * WEEK):
        report(connection, unit, monday, {"certification": 60, **dict.fromkeys(DOMAINS[1:], 30)})
    (premises,) = {factories.some_premises(connection, unit)}
    slips = {"first_serial": 1, "last_serial": 60, "voided": 10, "source": "page"}
    batch = {"unit_id": unit.id, "premises_id": premises, "service_point_id": None, "day": FIRST + WEEK, **slips}
    connection.execute(insert(TicketBatchRow), batch)
    assert slips_by_week(connection, unit.id, FIRST, FIRST + 7 * WEEK) == {FIRST + WEEK: 50}
    with QueryCounter(engine) as queries:
        blocks = unit_blocks(connection, unit.id, FIRST + 8 * WEEK - timedelta(days=1), 0.6)
    assert queries.count <= 10
    assert [block.first_day for block in blocks] == [FIRST, LAST + timedelta(days=1)]
    assert {block.mix for block in blocks} <= {Mix.DOMAIN, Mix.DOMAIN_AND_CODE}
    for block in blocks:
        assert block.refusal is None and block.adjusted is not None
        assert block.adjusted.low < block.adjusted.percent < block.adjusted.high
        assert abs(block.adjusted.percent - block.raw.percent) < 8
        assert block.design_effect > 1
        assert block.coverage.visits == 200 * block.coverage.weeks
    assert blocks[1].mix is Mix.DOMAIN, "no slips were made in these weeks"


def test_who_answered_is_counted_as_the_book_has_it(connection: Connection, world: World) -> None:
    unit = world.places[0].unit
    counted = Counter(
        (person.domain, person.channel == "ticket")
        for person in world.people
        if person.headline and person.scored and not person.set_aside
    )
    found: Counter[tuple[str, bool]] = Counter()
    for one in read_answered(connection, unit.id, FIRST, FIRST + 7 * WEEK):
        found[one.domain, one.with_code] += one.n
    assert found == counted


def test_what_is_told_is_read_by_what_it_is_told_by(connection: Connection) -> None:
    unit = factories.a_commune(connection)
    point = factories.a_service_point(connection, unit)
    place = Place(unit.id, None, point)
    reports = [
        WeekReport(Place(unit.id, service_domain="land"), FIRST, {"dossiers_filed": 5, "helped_online": 2}),
        WeekReport(Place(unit.id, service_domain="business"), FIRST, {"fully_online": 9}),
        WeekReport(place, FIRST, {"counter_visits": 11}),
    ]
    record_visits(connection, reports, REPORTER)
    mix = read_visit_mix(connection, unit.id, FIRST, FIRST)
    assert mix == VisitMix({FIRST: {"land": 7}}, {FIRST: {str(point): 11}}, {FIRST: 11}, {})


def test_several_spans_are_covered_as_each_alone(connection: Connection, world: World) -> None:
    unit = world.places[0].unit
    for monday in mondays_between(FIRST, FIRST + 5 * WEEK):
        report(connection, unit, monday, {"land": 1})
    spans = [mondays_between(FIRST, FIRST + 3 * WEEK), mondays_between(FIRST + 4 * WEEK, FIRST + 7 * WEEK)]
    together = coverages(connection, [unit.id], spans)
    assert together == [coverage(connection, [unit.id], span[0], span[-1]) for span in spans]
    assert [one[unit.id].weeks_known for one in together] == [4, 2]
    assert coverages(connection, [unit.id], []) == []
