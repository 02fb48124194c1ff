"""Whom to call this week: ten communes at most, each with its reasons, what asks for something to be done first."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from analytics.dashboards.overview import Overview
from analytics.findings.counters import CounterToLookAt, LowCounter
from analytics.findings.signals import PointSignal
from analytics.statistics.weekly_signals import Verdict
from survey_app.languages import DEFAULT_LANGUAGE, catalogue, format_day, format_days, format_number
from survey_app.territory.service_points import ServicePoint
from survey_app.territory.units import Unit

MOST_CALLS = 10


class Weight(IntEnum):
    """Which reasons come first."""

    FELL = 1
    SILENT = 2
    ODD_COUNTER = 3
    APART = 4
    """Outside the funnel, below: lower than chance and ordinary differences explain."""
    LOW_COUNTER = 5
    FALLING = 6
    FELL_EARLIER = 7
    ABOVE_VISITS = 8


@dataclass(frozen=True, slots=True)
class Reason:
    """Why to call, in words; `kind` is the lower-case name of its weight."""

    weight: Weight
    words: str

    @property
    def kind(self) -> str:
        """For twins and style."""
        return self.weight.name.lower()


@dataclass(frozen=True, slots=True)
class Call:
    """A commune with everything there is to ask about, the weightiest first."""

    unit: Unit
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Calls:
    """The first ten, and how many communes more have a reason."""

    first: tuple[Call, ...]
    more: int


def calls_of(overview: Overview, language: str) -> Calls:
    """Whom to call."""
    calls = [
        Call(overview.city.commune(unit_id), reasons) for unit_id, reasons in reasons_of(overview, language).items()
    ]
    calls.sort(key=lambda call: (call.reasons[0].weight, -len(call.reasons), call.unit.code))
    return Calls(tuple(calls[:MOST_CALLS]), max(0, len(calls) - MOST_CALLS))


def reasons_of(overview: Overview, language: str) -> dict[int, tuple[Reason, ...]]:
    """By commune: everything there is to ask about, the weightiest first."""
    found: dict[int, list[Reason]] = defaultdict(list)
    for unit_id, reason in _Reasons(overview, language).all():
        found[unit_id].append(reason)
    return {unit_id: tuple(sorted(reasons, key=lambda one: one.weight)) for unit_id, reasons in found.items()}


class _Reasons:
    """The reasons in one language."""

    def __init__(self, overview: Overview, language: str) -> None:
        self.overview = overview
        self.language = language

    def all(self) -> Iterator[tuple[int, Reason]]:
        newest = self.overview.city.last_day
        for unit, one in self.overview.signals.found:
            if one.verdict is Verdict.BELOW:
                weight = Weight.FELL if one.last_day == newest else Weight.FELL_EARLIER
                yield unit.id, self._fell(weight, one)
        for silence in self.overview.silent:
            if silence.is_to_be_called:
                since = format_day(silence.since, self.language)
                yield silence.unit.id, self._reason(Weight.SILENT, weeks=silence.weeks, since=since)
        for counter in self.overview.counters.to_look_at:
            yield counter.point.unit.id, self._odd(counter)
        yield from self._apart()
        for low in self.overview.counters.low:
            yield low.point.unit.id, self._low(low)
        for unit, one in self.overview.signals.drifting:
            if one.drift is Verdict.BELOW:
                yield unit.id, self._reason(Weight.FALLING)
        for unit_id, weeks in Counter(one.unit_id for one in self.overview.counters.excesses).items():
            yield unit_id, self._reason(Weight.ABOVE_VISITS, weeks=weeks)

    def _apart(self) -> Iterator[tuple[int, Reason]]:
        comparison = self.overview.comparison
        for one in comparison.units if comparison else ():
            if comparison is not None and one.differs and one.percent < comparison.center:
                values = {"percent": self._number(one.percent), "center": self._number(comparison.center)}
                yield one.unit.id, self._reason(Weight.APART, n=self._number(one.n), **values)

    def _reason(self, weight: Weight, **values: object) -> Reason:
        return Reason(weight, catalogue(self.language).text(f"province.reason.{weight.name.lower()}", **values))

    def _number(self, value: float) -> str:
        return format_number(value, 0, self.language)

    def _point(self, point: ServicePoint) -> str:
        return point.name if self.language == DEFAULT_LANGUAGE else point.name_en

    def _fell(self, weight: Weight, one: PointSignal) -> Reason:
        assert one.usual_low is not None and one.usual_high is not None, "a signal has limits"
        return self._reason(
            weight,
            days=format_days(one.first_day, one.last_day, self.language),
            percent=self._number(one.percent),
            n=self._number(one.n),
            usual=f"{self._number(one.usual_low)}–{self._number(one.usual_high)}",
        )

    def _odd(self, counter: CounterToLookAt) -> Reason:
        texts = catalogue(self.language)
        signs = [
            texts.text(
                f"findings.look_here.{sign.kind.value}",
                percent="" if sign.percent is None else self._number(sign.percent),
            )
            for sign in counter.signs
        ] or [texts.text("findings.look_here.together")]
        return self._reason(Weight.ODD_COUNTER, point=self._point(counter.point), signs="; ".join(signs))

    def _low(self, low: LowCounter) -> Reason:
        return self._reason(Weight.LOW_COUNTER, point=self._point(low.point), n=self._number(low.n))
