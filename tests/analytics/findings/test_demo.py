"""What each method is for, on the demo: what was planted is found, and nothing else cries wolf."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from analytics.findings.adjustment import Mix, NotAdjusted, unit_blocks
from analytics.findings.comparison import Tier
from analytics.findings.report import CityFindings, findings_of
from analytics.findings.signals import city_signals
from analytics.findings.words import headline, sections
from analytics.published.unions import Span
from analytics.statistics.integrity import SignalKind
from analytics.statistics.weekly_signals import Verdict
from survey_app.clock import SetClock
from survey_app.database import read_connection
from survey_app.demo.city import LEADER_UNIT, SILENT_UNIT, STUFFED_UNIT, WORSE_UNIT
from survey_app.demo.loader import load_demo
from tests.analytics.statistics.reference import reference
from tests.conftest import NOW
from tests.support.applications import application, settings_for
from tests.support.databases import SQLiteDatabases

DAY = NOW.date()


@pytest.fixture(scope="module")
def demo(sqlite_databases: SQLiteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole demo, loaded once."""
    folder = tmp_path_factory.mktemp("demo")
    with sqlite_databases.fresh() as url, application(settings_for(url, folder), SetClock(NOW)) as app:
        with app.app_context():
            load_demo(app, iter)
        yield app


@pytest.fixture(scope="module")
def found(demo: Flask) -> CityFindings:
    """What is found in it."""
    with demo.app_context(), read_connection() as connection:
        findings = findings_of(connection, DAY)
    assert findings is not None
    return findings


def test_the_week_with_the_drop_is_signalled_and_no_other(found: CityFindings) -> None:
    signals = found.signals
    ((unit, signal),) = signals.found
    assert (unit.code, signal.verdict) == (LEADER_UNIT, Verdict.BELOW)
    assert signal.last_day == found.city.last_day
    assert signal.visible_drop is not None
    assert signal.visible_drop > 10, "at 48 forms only large drops would be seen, and it is said so"
    assert signals.drifting == ()
    assert signals.judged > 40
    assert signals.expected_false == pytest.approx(2 * 0.00135 * signals.judged, abs=0.01)


def test_over_all_weeks_that_have_a_base_false_signals_are_as_rare_as_promised(
    demo: Flask, found: CityFindings
) -> None:
    with demo.app_context(), read_connection() as connection:
        everything = city_signals(connection, found.city, weeks=16)
    false = [(unit.code, one.last_day) for unit, one in everything.found if unit.code != LEADER_UNIT]
    assert everything.judged == found.signals.judged, "the first twelve weeks make the base"
    assert len(false) <= 1 + 3 * everything.expected_false


def test_the_worse_counter_is_found(found: CityFindings) -> None:
    low = [(one.point.unit.code, one.point.name) for one in found.counters.low]
    assert low == [(WORSE_UNIT, "Quầy 2")], "no counter that only drew a low number from the usual spread is named"
    assert found.counters.compared > 200


def test_the_stuffed_counter_is_listed_alone_and_its_reason_told(found: CityFindings) -> None:
    (listed,) = found.counters.to_look_at
    assert (listed.point.unit.code, listed.point.name) == (STUFFED_UNIT, "Quầy 1")
    assert listed.signs[0].kind is SignalKind.SET_ASIDE
    assert listed.signs[0].percent == round(100 * listed.set_aside / (listed.set_aside + listed.answers))
    assert listed.one_in >= 1_000
    assert found.counters.assessed > 250


def test_the_silent_unit_is_to_be_called_and_no_other_is_reminded(found: CityFindings) -> None:
    (silent,) = found.silent
    assert (silent.unit.code, silent.weeks, silent.is_to_be_called, silent.whole_span) == (SILENT_UNIT, 8, True, False)


def test_most_communes_cannot_be_told_apart_and_none_is_compared_under_a_hundred(found: CityFindings) -> None:
    comparison = found.comparison
    assert comparison is not None
    assert comparison.span is Span.YEAR
    assert not comparison.is_over
    assert min(one.n for one in comparison.units) >= 100
    assert len(comparison.units) + len(comparison.too_few) == 95
    assert sum(comparison.counts.values()) == len(comparison.units)
    assert comparison.counts[Tier.NOT_TOLD_APART] > 80
    assert sum(one.differs for one in comparison.units) <= 2
    for one in comparison.units:
        assert one.all_rank_low <= one.rank_low <= one.rank <= one.rank_high <= one.all_rank_high
        assert one.low <= one.shrunken <= one.high
        assert abs(one.shrunken - comparison.center) <= abs(one.percent - comparison.center) + 0.3
    standardised = [one for one in comparison.units if one.standardised is not None]
    assert len(standardised) > 30


def test_coverage_and_reliability_are_told(found: CityFindings) -> None:
    covered = found.covered.percent
    assert covered is not None
    assert 8 < covered < 22, "what the demo's people do"
    assert len(found.without_visits) == 5
    version = found.reliability[0]
    assert version.everybody is not None
    assert version.without_straight_liners is not None
    assert version.everybody.alpha > version.without_straight_liners.alpha > 0.75
    assert version.everybody.n == version.persons
    assert found.reliability[-1].everybody is None, "a commune's own form has under 200 complete answers"


def test_blocks_are_weighted_to_the_visits_by_matter_and_by_counter(demo: Flask, found: CityFindings) -> None:
    with demo.app_context(), read_connection() as connection:
        last_day, ratio = found.city.last_day, found.city.variance_ratio
        blocks = [block for unit in found.city.communes for block in unit_blocks(connection, unit.id, last_day, ratio)]
    adjusted = Counter(block.mix for block in blocks if block.adjusted is not None)
    refused = Counter(block.refusal for block in blocks if block.refusal is not None)
    assert adjusted[Mix.DOMAIN] > 50 and adjusted[Mix.SERVICE_POINT] > 15
    assert {NotAdjusted.NO_VISITS, NotAdjusted.ONE_PART, NotAdjusted.EMPTY_STRATUM} <= set(refused)
    assert all((block.adjusted is None) == (block.refusal is not None) for block in blocks)
    assert all(abs(block.adjusted.percent - block.raw.percent) < 6 for block in blocks if block.adjusted is not None)


def test_the_level_is_that_of_surveys_of_this_kind(found: CityFindings) -> None:
    """The middle half of the provinces in the national index of 2024 (`sipas_2024` of the reference values)."""
    low, high = reference("sipas_2024")["provinces_services_half"]
    assert found.comparison is not None
    assert low < found.comparison.center < high


@pytest.mark.parametrize("language", ["vi", "en"])
def test_all_of_it_can_be_said(found: CityFindings, language: str) -> None:
    said = sections(found, language)
    text = "\n".join([headline(found, language), *(line for section in said for line in section.lines)])
    assert [section.key for section in said][:4] == ["signals", "low_counters", "look_here", "silence"]
    assert all(section.lines and section.explanation for section in said)
    assert all(code in text for code in (LEADER_UNIT, WORSE_UNIT, STUFFED_UNIT, SILENT_UNIT))
    assert "{" not in text
    assert "gian lận" not in text, "no line accuses anybody"
    (table,) = [section.table for section in said if section.table is not None]
    assert {len(row) for row in table.rows} == {len(table.columns)}


def test_the_command_prints_and_writes_it(demo: Flask, tmp_path: Path) -> None:
    runner = demo.test_cli_runner()
    printed = runner.invoke(args=["findings", "report"])
    assert (printed.exit_code, "Biên Hòa" in printed.output) == (0, True)
    file = tmp_path / "findings.md"
    written = runner.invoke(args=["findings", "report", "--by", "quarter", "--language", "en", "-o", str(file)])
    assert written.exit_code == 0
    assert "Counter 2, Trấn Biên Ward (26041): clearly lower" in file.read_text(encoding="utf-8")
    unknown = runner.invoke(args=["findings", "report", "--city", "99"])
    assert (unknown.exit_code, "Traceback" in unknown.output) == (1, False)
