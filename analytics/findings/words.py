"""The findings in words: sections of sentences and tables, the same on the page, in the terminal and in a file."""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.findings.comparison import ComparedUnit, Comparison, Tier
from analytics.findings.counters import CounterToLookAt, LowCounter, Sign
from analytics.findings.reliability import Scale, VersionReliability
from analytics.findings.report import CityFindings
from analytics.findings.signals import PointSignal
from analytics.findings.silence import Silence
from survey_app.languages import DEFAULT_LANGUAGE, Catalogue, catalogue, format_day, format_days, format_number
from survey_app.territory.service_points import ServicePoint
from survey_app.territory.units import Unit

SHOWN_HASH = 12


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a section; the first column names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One question and what was found; `explanation` says how to read it. `lines` are never empty."""

    key: str
    title: str
    explanation: str
    lines: tuple[str, ...]
    table: Table | None = None


class _Words:
    """The sentences of one language."""

    def __init__(self, findings: CityFindings, language: str) -> None:
        self.findings = findings
        self.language = language
        self.texts: Catalogue = catalogue(language)

    def say(self, key: str, **values: object) -> str:
        return self.texts.text(f"findings.{key}", **values)

    def number(self, value: float, digits: int = 0) -> str:
        return format_number(value, digits, self.language)

    def name(self, unit: Unit) -> str:
        return unit.full_name if self.language == DEFAULT_LANGUAGE else unit.english_name

    def point(self, point: ServicePoint) -> str:
        counter = point.name if self.language == DEFAULT_LANGUAGE else point.name_en
        return f"{counter}, {self.name(point.unit)} ({point.unit.code})"

    def section(self, key: str, lines: Iterable[str], table: Table | None = None, **values: object) -> Section:
        said = tuple(lines) or (self.say(f"{key}.none"),)
        return Section(key, self.say(f"{key}.title"), self.say(f"{key}.explained", **values), said, table)

    def signals(self) -> Section:
        signals = self.findings.signals
        lines = [self._signal("signals.found", unit, one) for unit, one in signals.found]
        lines += [self._drift(unit, one) for unit, one in signals.drifting]
        expected = self.number(signals.expected_false, 2)
        return self.section("signals", lines, judged=self.number(signals.judged), expected=expected)

    def _signal(self, key: str, unit: Unit, one: PointSignal) -> str:
        assert one.usual_low is not None and one.usual_high is not None, "a signal has limits"
        return self.say(
            f"{key}.{one.verdict.value}",
            unit=self.name(unit),
            code=unit.code,
            days=format_days(one.first_day, one.last_day, self.language),
            percent=self.number(one.percent),
            n=self.number(one.n),
            usual=f"{self.number(one.usual_low)}–{self.number(one.usual_high)}",
        )

    def _drift(self, unit: Unit, one: PointSignal) -> str:
        return self.say(f"signals.drift.{one.drift.value}", unit=self.name(unit), code=unit.code)

    def low_counters(self) -> Section:
        counters = self.findings.counters
        return self.section("low_counters", map(self._low, counters.low), compared=self.number(counters.compared))

    def _low(self, one: LowCounter) -> str:
        return self.say(
            "low_counters.found", point=self.point(one.point), n=self.number(one.n), one_in=self.number(one.one_in)
        )

    def look_here(self) -> Section:
        counters = self.findings.counters
        lines = [self._look(one) for one in counters.to_look_at]
        for excess in counters.excesses:
            unit = self.findings.city.commune(excess.unit_id)
            week = format_day(excess.monday, self.language)
            more = self.number(excess.more)
            lines.append(self.say("look_here.excess", unit=self.name(unit), code=unit.code, week=week, more=more))
        return self.section("look_here", lines, assessed=self.number(counters.assessed))

    def _look(self, one: CounterToLookAt) -> str:
        reasons = "; ".join(self._sign(sign) for sign in one.signs) or self.say("look_here.together")
        return self.say("look_here.found", point=self.point(one.point), one_in=self.number(one.one_in), reasons=reasons)

    def _sign(self, sign: Sign) -> str:
        share = "" if sign.percent is None else self.number(sign.percent)
        return self.say(f"look_here.{sign.kind.value}", percent=share)

    def silence(self) -> Section:
        weeks = self.findings.city.weeks_until_call
        return self.section("silence", map(self._silent, self.findings.silent), weeks=weeks)

    def _silent(self, one: Silence) -> str:
        key = "silence.call" if one.is_to_be_called else "silence.remind"
        since = format_day(one.since, self.language)
        return self.say(key, unit=self.name(one.unit), code=one.unit.code, weeks=one.weeks, since=since)

    def covered(self) -> Section:
        covered, without = self.findings.covered, self.findings.without_visits
        lines = []
        if covered.percent is not None:
            share = self.number(covered.percent, 1)
            forms, visits = self.number(covered.forms), self.number(covered.visits)
            lines.append(self.say("coverage.city", percent=share, forms=forms, visits=visits))
        if without:
            names = ", ".join(f"{self.name(unit)} ({unit.code})" for unit in without)
            lines.append(self.say("coverage.unknown", units=names, count=len(without)))
        return self.section("coverage", lines)

    def comparison(self) -> Section:
        found = self.findings.comparison
        if found is None:
            return self.section("comparison", [self.say("comparison.few", count=self.findings.comparable)])
        lines = [self._period(found), self._tiers(found)]
        lines += [self._differing(one, found) for one in found.units if one.differs]
        return self.section("comparison", lines, self._compared(found))

    def _period(self, found: Comparison) -> str:
        key = "comparison.period" if found.is_over else "comparison.so_far"
        days = (
            f"{format_day(found.stretch.first_day, self.language)}–{format_day(found.stretch.last_day, self.language)}"
        )
        few = len(found.too_few)
        return self.say(key, days=days, count=len(found.units), few=few, percent=self.number(found.center, 1))

    def _tiers(self, found: Comparison) -> str:
        counts = found.counts
        return self.say(
            "comparison.tiers", upper=counts[Tier.UPPER], lower=counts[Tier.LOWER], rest=counts[Tier.NOT_TOLD_APART]
        )

    def _differing(self, one: ComparedUnit, found: Comparison) -> str:
        key = "comparison.below" if one.percent < found.center else "comparison.above"
        unit, n = self.name(one.unit), self.number(one.n)
        return self.say(key, unit=unit, code=one.unit.code, percent=self.number(one.percent, 1), n=n)

    def _compared(self, found: Comparison) -> Table:
        columns = ("unit", "n", "shrunken", "places", "all_places", "best", "raw", "like")
        rows = tuple(
            (
                f"{self.name(one.unit)} ({one.unit.code})",
                self.number(one.n),
                f"{self.number(one.shrunken, 1)} ({self.number(one.low, 1)}–{self.number(one.high, 1)})",
                f"{one.rank_low}–{one.rank_high}",
                f"{one.all_rank_low}–{one.all_rank_high}",
                self.number(one.among_best),
                self.number(one.percent, 1),
                "–" if one.standardised is None else self.number(one.standardised, 1),
            )
            for one in found.units
        )
        titles = tuple(self.say(f"comparison.column.{column}") for column in columns)
        return Table(self.say("comparison.caption"), titles, rows)

    def reliable(self) -> Section:
        lines = [line for version in self.findings.reliability for line in self._version(version)]
        return self.section("reliability", lines)

    def _version(self, version: VersionReliability) -> list[str]:
        name = version.questionnaire_hash[:SHOWN_HASH]
        if version.everybody is None:
            return [self.say("reliability.few", version=name, n=self.number(version.persons))]
        said = [self._scale("reliability.all", name, version.everybody)]
        if version.without_straight_liners is not None:
            said.append(self._scale("reliability.without", name, version.without_straight_liners))
        return said

    def _scale(self, key: str, name: str, scale: Scale) -> str:
        rests = [one.item_rest for one in scale.items if one.item_rest is not None]
        ceilings = [one.ceiling_percent for one in scale.items]
        return self.say(
            key,
            version=name,
            n=self.number(scale.n),
            alpha=self.number(scale.alpha, 2),
            interval=f"{self.number(scale.alpha_low, 2)}–{self.number(scale.alpha_high, 2)}",
            omega="–" if scale.omega is None else self.number(scale.omega, 2),
            rest=self.number(min(rests), 2) if rests else "–",
            ceiling=f"{self.number(min(ceilings))}–{self.number(max(ceilings))}",
        )


def sections(findings: CityFindings, language: str) -> tuple[Section, ...]:
    """The findings as sections, those that ask for something to be done first."""
    words = _Words(findings, language)
    return (
        words.signals(),
        words.low_counters(),
        words.look_here(),
        words.silence(),
        words.covered(),
        words.comparison(),
        words.reliable(),
    )


def headline(findings: CityFindings, language: str) -> str:
    """What the findings are about: the city, its communes, the days, the forms."""
    words = _Words(findings, language)
    city = findings.city
    return words.say(
        "headline",
        city=words.name(city.unit),
        communes=words.number(len(city.communes)),
        first=format_day(city.first_monday, language),
        last=format_day(city.last_day, language),
        forms=words.number(findings.forms),
    )
