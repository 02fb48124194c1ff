"""What the page of a city shows: whom to call, the comparison, all communes as small pictures or as a table.

How it is sorted, grouped and filtered stands in the address, so that it works without script and can be sent on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from analytics.dashboards.calls import Calls, calls_of
from analytics.dashboards.communes_page import KIND_ORDER, vietnamese_order
from analytics.dashboards.funnel_figure import funnel_figure
from analytics.dashboards.overview import Overview, State, Trend, UnitOverview
from analytics.dashboards.periods import period_words
from analytics.dashboards.published import Period
from analytics.dashboards.sentences import days_with_year, number, unit_name
from analytics.dashboards.weekly_figure import weekly_figure
from analytics.findings.comparison import COMPARED_BY, ComparedUnit, Tier
from analytics.published.trouble import TroubleQuarter
from analytics.published.unions import Span, Stretch
from survey_app.languages import DEFAULT_LANGUAGE, catalogue, format_day
from survey_app.territory.search import matching
from survey_app.territory.units import Unit

VIEWS = ("cards", "table")
SORTS = ("name", "state", "forms", "coverage", "index", "set_aside")
GROUPS = ("none", "area", "kind")
STATES = ("all", *(state.value for state in State))
LONGEST_SEARCH = 80
SPARK_WIDTH, SPARK_HEIGHT, SPARK_FLOOR = 60.0, 20.0, 50.0
"""The small line: its box, and the percentage at its lower edge; the same for all communes."""
_KIND_WORDS = {"phường": "ward", "xã": "commune", "đặc khu": "zone", "thị trấn": "township"}


@dataclass(frozen=True, slots=True)
class Asked:
    """How the reader wants the communes; every field is one of the choices above, `typed` is free text."""

    city: str | None = None
    by: Span = Span.QUARTER
    view: str = "cards"
    sort: str = "name"
    group: str = "none"
    state: str = "all"
    typed: str = ""

    def address(self, **changes: object) -> dict[str, object]:
        """The query of the page with some choices changed; what is usual is left out."""
        values = {
            "city": self.city,
            "by": self.by.value,
            "view": self.view,
            "sort": self.sort,
            "group": self.group,
            "state": self.state,
            "q": self.typed or None,
        } | changes
        usual = {"by": Span.QUARTER.value, "view": "cards", "sort": "name", "group": "none", "state": "all"}
        return {key: None if value == usual.get(key) else value for key, value in values.items()}


@dataclass(frozen=True, slots=True)
class Spark:
    """The small line of a commune: its points in the box, ready for SVG, and the last one (None without any)."""

    line: str
    last: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Communes under one heading (None: all of them)."""

    title: str | None
    units: tuple[UnitOverview, ...]


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """All that the template shows."""

    overview: Overview
    asked: Asked
    language: str
    about: str
    calls: Calls
    groups: tuple[UnitGroup, ...]
    shown: int
    trend: Markup | None
    funnel: Markup | None

    def name(self, unit: Unit) -> str:
        """A unit's name as a title."""
        return unit_name(unit, self.language)

    def spark(self, one: UnitOverview) -> Spark:
        """The sixteen weeks of a commune as a small line; points that join weeks stand in their middle."""
        return _spark(one, self.overview)

    def tier(self, tier: str) -> tuple[ComparedUnit, ...]:
        """The communes of a tier, by name."""
        comparison = self.overview.comparison
        found = [one for one in comparison.units if one.tier.value == tier] if comparison else []
        return tuple(sorted(found, key=lambda one: vietnamese_order(one.unit.name)))

    @property
    def tiers(self) -> tuple[str, ...]:
        """In the order of the page."""
        return tuple(tier.value for tier in Tier)

    @property
    def spans(self) -> tuple[Span, ...]:
        """What communes may be compared by."""
        return COMPARED_BY

    @property
    def period(self) -> str:
        """The period compared by, as days."""
        comparison = self.overview.comparison
        if comparison is None:
            return ""
        return days_with_year(comparison.stretch.first_day, comparison.stretch.last_day, self.language)

    def days(self, block: Period) -> str:
        """The four weeks that a block is named by."""
        return days_with_year(block.stretch.first_day, block.stretch.last_day, self.language)

    def block_details(self, block: Period) -> str:
        """From when its forms are: thin weeks of some communes were joined with later ones; whether more will come."""
        texts = catalogue(self.language)
        said = [] if block.is_over else [texts.text("province.so_far")]
        if block.first_day < block.stretch.first_day:
            said.append(texts.text("province.joined_from", day=format_day(block.first_day, self.language)))
        return "; ".join(said)

    def quarter(self, one: TroubleQuarter) -> str:
        """What a quarter of reports is called, and of how many communes it is."""
        name = period_words(Span.QUARTER, Stretch(one.first_day, one.last_day), self.language)
        return catalogue(self.language).text("province.reported.quarter", quarter=name, count=one.units)

    @property
    def blocks(self) -> Sequence[Period]:
        """The city's blocks, newest first."""
        return self.overview.trend.blocks[::-1]


def overview_page(overview: Overview, asked: Asked, language: str) -> OverviewPage:
    """The page of what was read."""
    chosen = _chosen(overview, asked)
    return OverviewPage(
        overview=overview,
        asked=asked,
        language=language,
        about=_about(overview, language),
        calls=calls_of(overview, language),
        groups=tuple(_groups(_sorted(chosen, asked.sort), asked.group, language)),
        shown=len(chosen),
        trend=weekly_figure(_drawn(overview), language),
        funnel=funnel_figure(overview.comparison, language) if overview.comparison else None,
    )


def _drawn(overview: Overview) -> Trend:
    """The trend with each block over its own four weeks, so that neighbours do not overlap."""
    last_day = overview.city.last_day
    blocks = (
        replace(one, first_day=one.stretch.first_day, last_day=min(one.stretch.last_day, last_day))
        for one in overview.trend.blocks
    )
    return Trend(overview.trend.points, tuple(blocks))


def _about(overview: Overview, language: str) -> str:
    city = overview.city
    key = "province.about" if overview.covered.percent is not None else "province.about_without_visits"
    return catalogue(language).text(
        key,
        city=city.unit.in_sentence if language == DEFAULT_LANGUAGE else city.unit.english_name,
        communes=number(len(city.communes), language),
        first=format_day(city.first_monday, language),
        last=format_day(city.last_day, language),
        forms=number(overview.forms, language),
        percent=number(overview.covered.percent or 0, language, 1),
    )


def _chosen(overview: Overview, asked: Asked) -> list[UnitOverview]:
    every = [one for one in overview.units if asked.state in {"all", one.state.value}]
    if not asked.typed:
        return every
    found = {unit.id for unit in matching([one.unit for one in every], asked.typed)}
    return [one for one in every if one.unit.id in found]


def _sorted(units: Sequence[UnitOverview], sort: str) -> list[UnitOverview]:
    by_name = sorted(units, key=lambda one: (*vietnamese_order(one.unit.name), one.unit.code))
    return sorted(by_name, key=_KEYS[sort]) if sort in _KEYS else by_name


_STATE_ORDER = {State.BELOW: 0, State.SILENT: 1, State.ABOVE: 2, State.NOT_JUDGED: 3, State.USUAL: 4}
_KEYS: Mapping[str, Callable[[UnitOverview], Any]] = {
    "state": lambda one: (_STATE_ORDER[one.state], -one.silent_weeks),
    "forms": lambda one: one.forms,
    "coverage": lambda one: -1.0 if one.coverage.percent is None else one.coverage.percent,
    "index": lambda one: (one.compared is None, one.compared.shrunken if one.compared else 0.0),
    "set_aside": lambda one: -one.set_aside,
}
"""Few forms, low coverage, a low (shrunken) index and many set aside come first: there is something to do."""


def _groups(units: Sequence[UnitOverview], group: str, language: str) -> list[UnitGroup]:
    if group == "none":
        return [UnitGroup(None, tuple(units))] if units else []
    found: dict[str, list[UnitOverview]] = {}
    for one in units:
        found.setdefault((one.unit.area or "") if group == "area" else one.unit.kind, []).append(one)
    texts = catalogue(language)
    if group == "kind":
        kinds = sorted(found, key=lambda kind: KIND_ORDER.index(kind) if kind in KIND_ORDER else len(KIND_ORDER))
        return [UnitGroup(texts.text(f"dashboards.kind.{_KIND_WORDS[kind]}"), tuple(found[kind])) for kind in kinds]
    return [
        UnitGroup(area or texts.text("province.no_area"), tuple(found[area]))
        for area in sorted(found, key=lambda area: (not area, vietnamese_order(area)))
    ]


def _spark(one: UnitOverview, overview: Overview) -> Spark:
    first, span = overview.city.first_monday, (overview.city.last_day - overview.city.first_monday).days + 1
    places = []
    for point in one.points:
        middle = ((point.first_day - first).days + (point.last_day - first).days + 1) / 2
        height = max(0.0, point.score.percent - SPARK_FLOOR) / (100 - SPARK_FLOOR)
        x = 2 + max(0.0, middle / span) * (SPARK_WIDTH - 4)
        places.append((round(x, 1), round(SPARK_HEIGHT - 2 - height * (SPARK_HEIGHT - 4), 1)))
    return Spark(" ".join(f"{x},{y}" for x, y in places), places[-1] if places else None)
