"""Adjusting to visits and standardising use published parts only, and refuse in words rather than guess."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from analytics.findings.adjustment import NotAdjusted, unit_blocks, weigh
from analytics.findings.standardising import standardised_shares, strata_of
from analytics.findings.visit_mix import visits_in
from analytics.published.numbers import Part
from analytics.published.sums import Axis, Sums
from analytics.statistics.adjustment import AdjustedShare
from analytics.statistics.indices import ScoreTotals
from survey_app.languages import catalogue
from survey_app.visits.counts import Place
from survey_app.visits.register import Reporter, WeekReport, record_visits
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import publish, satisfied, write_weeks
from tests.conftest import NOW

FIRST, LAST = date(2026, 10, 5), date(2026, 11, 1)
MONDAYS = [FIRST + timedelta(weeks=week) for week in range(4)]


def part(labels: str, n: int, happy: int, axis: Axis = Axis.SERVICE_POINT, last: date = LAST) -> Part:
    """A part with so many persons, of whom so many gave 4 or 5 to everything."""
    scores = ScoreTotals(n, 60 * happy, 3600 * happy)
    return Part(1, axis, tuple(labels.split()), FIRST, last, 10, Sums(n, scores))


def test_a_crowded_counter_that_few_answer_about_gets_its_weight() -> None:
    parts = [part("1", 80, 72), part("2 3", 40, 20)]
    share = weigh(parts, {"1": 100, "2": 60, "3": 40}, 1.0)
    assert isinstance(share, AdjustedShare)
    assert share.raw == pytest.approx(92 / 120)
    assert share.adjusted == pytest.approx(0.5 * 72 / 80 + 0.5 * 20 / 40)
    assert share.design_effect > 1


@pytest.mark.parametrize(
    ("parts", "visits", "reason"),
    [
        ([part("1 2", 80, 72)], {"1": 1, "2": 1}, NotAdjusted.ONE_PART),
        ([part("1", 80, 72), part("2", 40, 20)], None, NotAdjusted.NO_VISITS),
        ([part("1", 80, 72), part("2", 40, 20)], {"1": 100}, NotAdjusted.NO_VISITS),
        ([part("1", 80, 72), part("2", 40, 20)], {"1": 9, "2": 9, "3": 9}, NotAdjusted.EMPTY_STRATUM),
        ([part("1", 300, 272), part("2", 60, 30)], {"1": 20, "2": 80}, NotAdjusted.DESIGN_EFFECT),
        ([part("1", 300, 272), part("2", 12, 6)], {"1": 10, "2": 90}, NotAdjusted.DISCREPANCY),
    ],
)
def test_it_refuses_with_a_reason(parts: list[Part], visits: dict[str, int] | None, reason: NotAdjusted) -> None:
    assert weigh(parts, visits, 1.0) is reason


def test_every_reason_has_words() -> None:
    for language in ("vi", "en"):
        assert all(catalogue(language).text(f"findings.not_adjusted.{reason}") for reason in NotAdjusted)


def test_a_week_that_nobody_counted_makes_visits_unknown() -> None:
    every = {monday: {"1": 10, "2": 5} for monday in MONDAYS}
    assert visits_in(every, MONDAYS) == {"1": 40, "2": 20}
    assert visits_in(every | {MONDAYS[2]: {"1": 10}}, MONDAYS) is None
    assert visits_in({}, MONDAYS) is None


def test_labels_merged_in_one_block_stay_together_in_all() -> None:
    later = LAST + timedelta(days=28)
    parts = [part("a", 20, 10), part("b c", 12, 6), part("a b", 15, 15, last=later), part("d", 30, 3)]
    strata = strata_of(parts)
    assert [(sorted(one.labels), one.n, one.satisfied) for one in strata] == [(["a", "b", "c"], 47, 31), (["d"], 30, 3)]


def test_the_city_s_mix_weighs_the_parts() -> None:
    land = Axis.DOMAIN
    shares = standardised_shares(
        {
            1: [part("land", 90, 45, land), part("civil", 10, 10, land), part("not_stated", 50, 0, land)],
            2: [part("land", 10, 5, land), part("civil", 90, 90, land)],
            3: [part("land civil", 90, 90, land)],
            4: [part("land", 90, 90, land), part("other", 10, 10, land)],
        },
        "not_stated",
    )
    assert shares[3] is None, "one stratum cannot be weighted"
    assert shares[1] is None and shares[2] is None and shares[4] is None, "nobody has forms about everything"
    two = standardised_shares(
        {1: [part("land", 90, 45), part("civil", 10, 10)], 2: [part("land", 10, 5), part("civil", 90, 90)]}, "-"
    )
    assert two[1] == two[2] == pytest.approx(0.5 * 0.5 + 0.5 * 1.0)


def test_a_commune_s_blocks_say_coverage_and_why_there_is_no_adjusted_number(
    connection: Connection, city: City
) -> None:
    unit = city.trang_bom
    write_weeks(connection, unit.id, [satisfied(20, 5)] * 8)
    publish(connection)
    reporter = Reporter("csv", "test", NOW)
    reports = [WeekReport(Place(unit.id), monday, {"counter_visits": 100}) for monday in MONDAYS[:3]]
    record_visits(connection, reports, reporter)
    blocks = unit_blocks(connection, unit.id, date(2026, 11, 22), 1.0)
    assert [(block.first_day, block.last_day) for block in blocks] == [
        (date(2026, 9, 28), date(2026, 10, 4)),
        (FIRST, LAST),
    ]
    newest = blocks[-1]
    assert (newest.n, newest.raw.percent, newest.adjusted) == (100, 80.0, None)
    assert newest.refusal is NotAdjusted.NO_VISITS, "they are known for the commune as a whole only"
    assert (newest.coverage.weeks_known, newest.coverage.percent) == (3, 25.0)
    assert blocks[0].coverage.percent is None
    assert unit_blocks(connection, city.long_hung.id, date(2026, 11, 22), 1.0) == []
