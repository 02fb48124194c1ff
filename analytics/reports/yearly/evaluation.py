"""What a yearly report says, as plain data: page, JSON, CSV, Excel and PDF render an `Evaluation` and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from analytics.dashboards.cells import Score
from analytics.dashboards.published import Period
from analytics.findings.comparison import ComparedUnit, Comparison
from analytics.findings.coverage import Coverage
from analytics.findings.signals import PointSignal
from analytics.published.sums import Population
from analytics.published.trouble import TroubleQuarter
from analytics.reports.yearly.period import Covered
from survey_app.listening.actions import Action
from survey_app.listening.notes import Note
from survey_app.territory.bands import Bands
from survey_app.territory.units import Unit


@dataclass(frozen=True, slots=True)
class GroupResult:
    """A group of respondents over the whole time (None: too few), and by quarter, those of the year before too."""

    population: Population
    whole: Period | None
    quarters: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class TakingPart:
    """Forms of closed days in the weeks of the report, set aside or counted, by who sent them and how; no scores.

    `with_code` and `without_code` are citizens who answered by themselves, `by_others` citizens who were helped.
    """

    forms: int
    with_code: int
    without_code: int
    by_others: int
    organisations: int
    officials: int
    set_aside: int
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class PointRange:
    """Points of criterion 3 for both ends of an interval; None: below the lowest band of the table."""

    low: float | None
    high: float | None

    @property
    def is_one(self) -> bool:
        """Whether both ends lie in one band."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class UnitResult:
    """A commune: its index (None: too few), its row of the comparison and its points (None under 100 persons).

    Of `weeks` weeks in which it existed and counting had begun, `silent_weeks` brought not one form. `warned_days`:
    days of its counters with a warning.
    """

    unit: Unit
    result: Period | None
    compared: ComparedUnit | None
    points: PointRange | None
    forms: int
    weeks: int
    silent_weeks: int
    set_aside: int
    warned_days: int
    coverage: Coverage

    @property
    def is_silent(self) -> bool:
        """Whether no form came in all the time."""
        return self.forms == 0 and self.weeks > 0


@dataclass(frozen=True, slots=True)
class SignalStory:
    """A week clearly below a commune's usual level, and what was written down of it since."""

    unit: Unit
    signal: PointSignal
    actions: tuple[Action, ...]
    notes: tuple[Note, ...]

    @property
    def outcome(self) -> str:
        """The furthest that was reached: done, under_way, planned, explained (by a note alone), stopped, open."""
        states = {action.content.state for action in self.actions}
        for state in ("done", "under_way", "planned"):
            if state in states:
                return state
        if self.notes:
            return "explained"
        return "stopped" if states else "open"


@dataclass(frozen=True, slots=True)
class Signals:
    """Weeks judged against each commune's own usual level; chance alone gives `expected_false` signals."""

    judged: int
    expected_false: float
    above: int
    below: tuple[SignalStory, ...]


@dataclass(frozen=True, slots=True)
class DoneAction:
    """An action that the public can read, done in the time of the report."""

    unit: Unit
    action: Action


@dataclass(frozen=True, slots=True)
class WithAside:
    """The city's attitude index over the blocks in which both can be shown: without and with what was set aside."""

    set_aside: int
    counted: Score
    included: Score


@dataclass(frozen=True, slots=True)
class Integrity:
    """What was done so that the numbers can be trusted. `warned`: counter-days (or weeks) by kind of warning."""

    warned: Mapping[str, int]
    with_aside: WithAside | None
    sealed_days: int
    head: str | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A city's year; `mondays`: its weeks from the one on in which counting began.

    `comparison` None: only `comparable` communes have the 100 persons; `bands` None: nobody has entered them.
    """

    city: Unit
    covered: Covered
    mondays: tuple[date, ...]
    printed_on: date
    minimum_n: int
    variance_ratio: float
    groups: tuple[GroupResult, ...]
    taking_part: TakingPart
    units: tuple[UnitResult, ...]
    comparison: Comparison | None
    comparable: int
    bands: Bands | None
    reported: tuple[TroubleQuarter, ...]
    signals: Signals
    done: tuple[DoneAction, ...]
    integrity: Integrity

    def group(self, population: Population) -> GroupResult:
        """The results of one group of respondents."""
        return next(one for one in self.groups if one.population is population)

    @property
    def citizens(self) -> Period:
        """The headline of the whole time. A report without one is not made."""
        whole = self.group(Population.HEADLINE).whole
        assert whole is not None, "a year without answers has no report"
        return whole

    @property
    def silent(self) -> tuple[UnitResult, ...]:
        """The communes from which not one form came."""
        return tuple(one for one in self.units if one.is_silent)

    @property
    def recognised(self) -> tuple[UnitResult, ...]:
        """Communes to commend: the interval of the number to compare by lies wholly above the city's own interval.

        In no order of merit; only communes, with 100 persons or more, and only by what chance does not explain.
        """
        city = self.citizens.attitude
        if city is None:
            return ()
        return tuple(one for one in self.units if one.compared is not None and one.compared.low > city.high)
