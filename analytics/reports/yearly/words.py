"""The sentences of a yearly report, the same on the page and in the PDF; numbers in them are those of the twins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.dashboards.cells import Score
from analytics.dashboards.communes_page import vietnamese_order
from analytics.dashboards.periods import period_words
from analytics.dashboards.sentences import name_in_sentence, number, span_words, unit_name
from analytics.findings.comparison import Tier
from analytics.findings.signals import PointSignal
from analytics.published.sums import Population
from analytics.published.trouble import TroubleQuarter
from analytics.published.unions import Span, Stretch
from analytics.reports.yearly.evaluation import Evaluation, SignalStory, UnitResult
from analytics.statistics.periods import WEEK
from survey_app.languages import catalogue, format_day
from survey_app.territory.bands import MOST_POINTS
from survey_app.territory.units import Unit

KINDS = ("with_code", "without_code", "by_others", "organisations", "officials", "set_aside")
TIER_WORDS = {Tier.UPPER: "upper", Tier.LOWER: "lower", Tier.NOT_TOLD_APART: "apart"}
ABSENT = "–"


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the main results: what it is, the number in words, and what has to stand beside it."""

    name: str
    value: str
    beside: str


@dataclass(frozen=True, slots=True)
class ReportWords:
    """What a report says, in one language."""

    report: Evaluation
    language: str

    def text(self, key: str, **values: object) -> str:
        """A text in the language of the report."""
        return catalogue(self.language).text(key, **values)

    def number(self, value: float, digits: int = 0) -> str:
        """A number as the language writes it."""
        return number(value, self.language, digits)

    def name(self, unit: Unit) -> str:
        """A unit's name as a title."""
        return unit_name(unit, self.language)

    @property
    def city(self) -> str:
        """The city's name inside a sentence."""
        return name_in_sentence(self.report.city, self.language)

    @property
    def title(self) -> str:
        """What the report is called."""
        return self.text("yearly.title", year=self.report.covered.year, city=self.name(self.report.city))

    @property
    def about(self) -> tuple[str, str]:
        """What was measured, and why."""
        count = self.number(len(self.report.units))
        return self.text("yearly.about.measured", communes=count, city=self.city), self.text("yearly.about.why")

    @property
    def time(self) -> str:
        """Which weeks it is about, and whether the year is over."""
        covered = self.report.covered
        return self.text(
            "yearly.about.whole" if covered.is_whole else "yearly.about.part",
            year=covered.year,
            quarter=self.quarter(Stretch(covered.quarters[-1].first_day, covered.quarters[-1].last_day)),
            first=self.day(self.report.mondays[0]),
            last=self.day(covered.last_day),
            printed=self.day(self.report.printed_on),
        )

    @property
    def quotation(self) -> str | None:
        """How to quote the overall index of the city's citizens."""
        score = self.report.citizens.overall
        if score is None:
            return None
        n, percent = self.number(score.n), self.number(score.percent, 1)
        return self.text("yearly.quote", n=n, city=self.city, percent=percent, range=self.range(score.low, score.high))

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The main results."""
        report = self.report
        whole = report.group(Population.ORGANISATIONS).whole
        part, units = report.taking_part, len(report.units)
        with_forms = self.text("yearly.key.of_communes", count=self.number(units - len(report.silent)), total=units)
        percent = part.coverage.percent
        came = self.text("yearly.key.no_visits")
        if percent is not None:
            coverage = part.coverage
            known, weeks = self.number(coverage.weeks_known), self.number(coverage.weeks)
            came = self.text("yearly.key.visits", visits=self.number(coverage.visits), known=known, weeks=weeks)
        weeks_words = self.text("yearly.key.weeks", weeks=len(report.mondays))
        return (
            self._tile("attitude", report.citizens.attitude),
            self._tile("overall", report.citizens.overall),
            self._tile("organisations", whole.attitude if whole else None),
            Tile(self.text("yearly.key.forms"), self.number(part.forms), weeks_words),
            Tile(self.text("yearly.key.coverage"), ABSENT if percent is None else f"{self.number(percent, 1)}%", came),
            Tile(self.text("yearly.key.communes"), with_forms, ""),
        )

    def _tile(self, key: str, score: Score | None) -> Tile:
        if score is None:
            return Tile(self.text(f"yearly.key.{key}"), ABSENT, self.text("yearly.group.few"))
        beside = self.text("yearly.key.range", range=self.range(score.low, score.high), n=self.number(score.n))
        return Tile(self.text(f"yearly.key.{key}"), f"{self.number(score.percent, 1)}%", beside)

    @property
    def about_groups(self) -> str:
        """That groups stand apart, and whose forms are not in an index yet."""
        return self.text("yearly.group.caption", minimum=self.report.minimum_n)

    @property
    def kinds(self) -> Mapping[str, int]:
        """Forms by kind, in the order of the table."""
        return {kind: getattr(self.report.taking_part, kind) for kind in KINDS}

    @property
    def few_weeks(self) -> int:
        """How many communes, not silent for all the time, had a week or more without a form."""
        return sum(1 for one in self.report.units if one.silent_weeks and not one.is_silent)

    @property
    def compared(self) -> str:
        """How many communes are compared."""
        comparison = self.report.comparison
        if comparison is None:
            return self.text("yearly.units.not_compared", count=self.report.comparable)
        return self.text("yearly.units.compared", count=len(comparison.units), few=len(comparison.too_few))

    @property
    def tiers(self) -> str | None:
        """How many stand where for sure, and how many cannot be told apart."""
        comparison = self.report.comparison
        if comparison is None:
            return None
        return self.text("yearly.units.tiers", **{words: comparison.counts[tier] for tier, words in TIER_WORDS.items()})

    @property
    def about_points(self) -> str:
        """By which table points are given, or who has to enter it."""
        bands = self.report.bands
        if bands is None:
            return self.text("yearly.points.none", city=self.city)
        return self.text(
            "yearly.points.in_force", most=MOST_POINTS, since=self.day(bands.valid_from), source=bands.source
        )

    @property
    def recognition(self) -> str:
        """What the list of communes to commend is made by."""
        score = self.report.citizens.attitude
        if not self.report.recognised or score is None:
            return self.text("yearly.recognised.none")
        return self.text("yearly.recognised.caption", city=self.city, range=self.range(score.low, score.high))

    @property
    def signals(self) -> str:
        """How many weeks were judged, and what was found."""
        signals = self.report.signals
        if not signals.judged:
            return self.text("yearly.signals.unjudged")
        return self.text(
            "yearly.signals.counted",
            judged=self.number(signals.judged),
            below=len(signals.below),
            above=signals.above,
            expected=self.number(signals.expected_false, 1),
        )

    @property
    def integrity(self) -> Iterator[str]:
        """What was set aside and warned about, and that the book is sealed."""
        report, integrity = self.report, self.report.integrity
        aside = report.taking_part.set_aside
        yield (
            self.text("yearly.integrity.aside", count=self.number(aside))
            if aside
            else self.text("yearly.integrity.no_aside")
        )
        both = integrity.with_aside
        if both is not None:
            shares = {
                "counted": self.number(both.counted.percent, 1),
                "included": self.number(both.included.percent, 1),
            }
            yield self.text("yearly.integrity.with_aside", count=self.number(both.set_aside), **shares)
        if integrity.warned:
            kinds = [
                self.text(
                    "yearly.integrity.kind", kind=self.text(f"staff_unit.warned.{kind}").lower(), days=self.number(days)
                )
                for kind, days in sorted(integrity.warned.items(), key=lambda one: (-one[1], one[0]))
            ]
            yield self.text("yearly.integrity.warned", kinds="; ".join(kinds))
        else:
            yield self.text("yearly.integrity.not_warned")
        key = "unsealed" if integrity.head is None else "sealed"
        yield self.text(f"yearly.integrity.{key}", days=self.number(integrity.sealed_days), head=integrity.head)

    @property
    def how(self) -> Iterator[str]:
        """How everything is computed."""
        yield from (self.text(f"dashboards.{key}_explained") for key in ("index", "overall", "interval", "headline"))
        phi = self.number(self.report.variance_ratio, 3)
        yield self.text("yearly.how.union", minimum=self.report.minimum_n, phi=phi)

    @property
    def by_name(self) -> Sequence[UnitResult]:
        """The communes in the order of their names."""
        return self.sorted(self.report.units)

    def sorted(self, units: Sequence[UnitResult]) -> Sequence[UnitResult]:
        """Any communes in the order of their names."""
        return sorted(units, key=lambda one: (*vietnamese_order(one.unit.name), one.unit.code))

    def range(self, low: float, high: float, digits: int = 1) -> str:
        """Two ends of an interval: 88,0–88,9."""
        return f"{self.number(low, digits)}–{self.number(high, digits)}"

    def points(self, one: UnitResult) -> str:
        """The points of criterion 3 of a commune: one number, or a range where its interval spans bands."""
        if one.points is None:
            return ABSENT
        ends = [self._end(one.points.low), self._end(one.points.high)]
        return ends[0] if one.points.is_one else "–".join(ends)

    def _end(self, points: float | None) -> str:
        if points is None:
            return self.text("yearly.points.below")
        return self.number(points, 0 if points == int(points) else 1)

    def ranks(self, one: UnitResult) -> tuple[str, str]:
        """The places that a commune could hold, and the tier that follows from them."""
        if one.compared is None:
            return ABSENT, self.text("yearly.units.few")
        tier = self.text(f"yearly.units.{TIER_WORDS[one.compared.tier]}")
        return f"{one.compared.all_rank_low}–{one.compared.all_rank_high}", tier

    def until(self, one: UnitResult) -> str | None:
        """When the commune ended, if it did within the time of the report."""
        end = one.unit.valid_to
        if end is None or end > self.report.covered.last_day:
            return None
        return self.text("yearly.units.until", day=self.day(end))

    def quarter(self, stretch: Stretch) -> str:
        """What a quarter is called."""
        return period_words(Span.QUARTER, stretch, self.language)

    def reported_quarter(self, one: TroubleQuarter) -> str:
        """What a quarter of reports is called, and of how many communes it is."""
        name = self.quarter(Stretch(one.first_day, one.last_day))
        return self.text("province.reported.quarter", quarter=name, count=one.units)

    def signal_days(self, signal: PointSignal) -> str:
        """The time of a signal."""
        weeks = ((signal.last_day - signal.first_day).days + 1) // WEEK.days
        return span_words(signal.first_day, signal.last_day, weeks, self.language)

    def outcome(self, story: SignalStory) -> tuple[str, tuple[str, ...]]:
        """What became of a signal, and the titles and notes that say so."""
        told = [action.content.title for action in story.actions] + [note.text for note in story.notes]
        return self.text(f"yearly.outcome.{story.outcome}"), tuple(told)

    def day(self, day: date) -> str:
        """A day as the language writes it."""
        return format_day(day, self.language)
