"""The results of a unit by one kind of period: unions of what was published, scored as the pages score it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from analytics.dashboards.cells import ItemScore, Score, attitude_score, item_scores, share_score
from analytics.dashboards.coded_forms import CodedBlock, read_coded_blocks
from analytics.dashboards.periods import PICKED
from analytics.dashboards.series import HISTORY, SHOWN_WEEKS
from analytics.published.columns import attitude_items
from analytics.published.numbers import Group, Window, last_published_day, read_groups, read_windows, score_totals
from analytics.published.sums import OVERALL_ITEM, Composition, ItemLevels, Population, WindowKind
from analytics.published.trouble import TroubleQuarter, trouble_of_all
from analytics.published.unions import (
    Cell,
    Span,
    Stretch,
    cells_by,
    included_by,
    is_over,
    items_by,
    stretch_of_block,
)
from analytics.statistics.indices import pooled_variance_ratio
from analytics.statistics.periods import WEEK, monday_of
from survey_app.territory.units import Unit, children

SPANS = PICKED
POPULATIONS: Mapping[str, Population] = {"citizens": Population.HEADLINE, "organisations": Population.ORGANISATIONS}
"""The populations that are open to everybody, by the names of the twins."""
LONGEST: Mapping[Span, timedelta] = {
    Span.WEEK: 2 * WEEK,
    Span.BLOCK: 6 * WEEK,
    Span.MONTH: 6 * WEEK,
    Span.REPORTING_MONTH: 6 * WEEK,
    Span.QUARTER: 15 * WEEK,
    Span.YEAR: 54 * WEEK,
}
"""A period with the weeks that reach over its ends."""
DAY = timedelta(days=1)
EVER = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Included:
    """The indices with the answers included that were set aside, over the blocks where they may be shown."""

    first_day: date
    last_day: date
    set_aside: int
    attitude: Score | None
    overall: Score | None


@dataclass(frozen=True, slots=True)
class Items:
    """The rating items over the blocks where they may be shown."""

    first_day: date
    last_day: date
    items: tuple[ItemScore, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One population of a unit in one period. `stretch` is what the calendar says, the days are those of its weeks.

    `composition`, `items` and `with_set_aside` are of citizens, the last two from four-week blocks on; so are `coded`
    (four-week blocks of a commune: forms with a transaction code beside the others) and `reported` (quarters).
    """

    stretch: Stretch
    is_over: bool
    first_day: date
    last_day: date
    weeks: int
    responses: int
    attitude: Score
    overall: Score
    composition: Composition | None
    items: Items | None
    with_set_aside: Included | None
    coded: CodedBlock | None = None
    reported: TroubleQuarter | None = None


@dataclass(frozen=True, slots=True)
class UnitResults:
    """A unit's results by one kind of period, oldest first; `variance_ratio` is the φ of the attitude's intervals."""

    unit: Unit
    span: Span
    population: str
    variance_ratio: float
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: periods that lie, or lie in part, within the days (both included; None: open)."""

    span: Span = Span.WEEK
    population: str = "citizens"
    first_day: date | None = None
    last_day: date | None = None

    def takes(self, stretch: Stretch) -> bool:
        """Whether a period is asked for."""
        return (self.first_day is None or stretch.last_day >= self.first_day) and (
            self.last_day is None or stretch.first_day <= self.last_day
        )


class ResultsReader:
    """Reads one unit after the other on a connection; what units share is read once."""

    def __init__(self, connection: Connection, today: date) -> None:
        self._connection = connection
        self._today = today
        self._attitude = attitude_items(connection)
        self._ratios: dict[tuple[int | None, date, date], float] = {}
        self.published_through = last_published_day(connection)

    def results_of(self, unit: Unit, asked: Asked) -> UnitResults:
        """A unit's results; those of a city or province are of all its communes of today together."""
        ratio = self._variance_ratio(unit)
        population = POPULATIONS[asked.population]
        groups = [] if self.published_through is None else self._groups(unit, asked, population)
        results = self._results(unit, asked, groups, ratio) if groups else ()
        return UnitResults(unit, asked.span, asked.population, ratio, tuple(results))

    def _groups(self, unit: Unit, asked: Asked, population: Population) -> Sequence[Group]:
        """The groups of all periods asked for, whole, and of the windows that end in them."""
        before = LONGEST[asked.span] + (timedelta(0) if asked.span is Span.WEEK else HISTORY)
        first_day = None if asked.first_day is None else max(asked.first_day, EVER + before) - before
        after = LONGEST[asked.span]
        last_day = None if asked.last_day is None else min(asked.last_day, date.max - after) + after
        ids = self._ids(unit)
        return read_groups(self._connection, ids, [population], first_day=first_day, last_day=last_day)

    def _ids(self, unit: Unit) -> list[int]:
        if unit.is_commune:
            return [unit.id]
        return [one.id for one in children(self._connection, unit.id, self._today)]

    def _results(self, unit: Unit, asked: Asked, groups: Sequence[Group], ratio: float) -> Sequence[Result]:
        cells = [cell for cell in cells_by(groups, asked.span) if asked.takes(cell.stretch)]
        items, included = self._windows(unit, asked, groups, ratio)
        citizens = POPULATIONS[asked.population] is Population.HEADLINE
        decided = self._decided(unit)
        coded = self._coded(unit, asked, cells, ratio) if citizens else {}
        reported = self._reported(unit, asked) if citizens else {}
        return [
            Result(
                stretch=cell.stretch,
                is_over=is_over(cell.stretch, decided),
                first_day=cell.first_day,
                last_day=cell.last_day,
                weeks=((cell.last_day - cell.first_day).days + 1) // WEEK.days,
                responses=cell.sums.responses,
                attitude=_present(attitude_score(cell.sums.scores, cell.sums.ratings, ratio, cell.minimum_n)),
                overall=_present(share_score(cell.sums.overall, cell.minimum_n)),
                composition=cell.composition if citizens else None,
                items=items.get(cell.stretch),
                with_set_aside=included.get(cell.stretch),
                coded=coded.get(cell.last_day),
                reported=reported.get(cell.stretch),
            )
            for cell in cells
        ]

    def _windows(
        self, unit: Unit, asked: Asked, groups: Sequence[Group], ratio: float
    ) -> tuple[Mapping[Stretch, Items], Mapping[Stretch, Included]]:
        if asked.span is Span.WEEK:
            return {}, {}
        windows = read_windows(self._connection, groups, tuple(WindowKind))
        shown = [window for window in windows if window.kind is WindowKind.ITEMS]
        items = {
            one.cell.stretch: Items(
                one.cell.first_day,
                one.cell.last_day,
                item_scores(self._comparable(unit, asked.span, one.items), self._attitude, one.cell.minimum_n),
            )
            for one in items_by(shown, asked.span)
        }
        aside = [window for window in windows if window.kind is WindowKind.SET_ASIDE]
        counts = _set_aside(aside, asked.span)
        included = {
            cell.stretch: _included(cell, counts[cell.stretch], ratio)
            for cell in included_by(aside, asked.span)
            if counts[cell.stretch]
        }
        return items, included

    def _coded(self, unit: Unit, asked: Asked, cells: Sequence[Cell], ratio: float) -> Mapping[date, CodedBlock]:
        """As the page shows them: by commune and block, by the last day of the block's weeks."""
        if asked.span is not Span.BLOCK or not unit.is_commune:
            return {}
        last_days = [cell.last_day for cell in cells]
        return {one.last_day: one for one in read_coded_blocks(self._connection, unit.id, last_days, ratio)}

    def _reported(self, unit: Unit, asked: Asked) -> Mapping[Stretch, TroubleQuarter]:
        if asked.span is not Span.QUARTER:
            return {}
        quarters = trouble_of_all(self._connection, self._ids(unit), asked.first_day)
        return {Stretch(one.first_day, one.last_day): one for one in quarters}

    def _comparable(self, unit: Unit, span: Span, items: ItemLevels) -> ItemLevels:
        """The items that mean the same all over: a commune's own questions differ from others' and in time."""
        if unit.is_commune and span is Span.BLOCK:
            return items
        return {item: levels for item, levels in items.items() if item in self._attitude or item == OVERALL_ITEM}

    def _decided(self, unit: Unit) -> date:
        """The last day of which everything is known; nothing will come any more in a unit that ended."""
        assert self.published_through is not None, "groups are published"
        ended = unit.valid_to is not None and unit.valid_to <= self.published_through + WEEK
        return date.max if ended else self.published_through

    def _variance_ratio(self, unit: Unit) -> float:
        """φ as the pages say it: over all communes of the city, in the last sixteen weeks decided."""
        if self.published_through is None:
            return 1.0
        day, sunday = self._today, self.published_through
        if unit.valid_to is not None:
            day = min(day, unit.valid_to - DAY)
            sunday = min(sunday, monday_of(unit.valid_to - DAY) + WEEK - DAY)
        area = unit.parent_id if unit.is_commune else unit.id
        key = (area, day, sunday)
        if key not in self._ratios:
            siblings = children(self._connection, area, day) if area is not None else [unit]
            first_day = monday_of(sunday) - (SHOWN_WEEKS - 1) * WEEK
            totals = score_totals(self._connection, [one.id for one in siblings], first_day, sunday)
            self._ratios[key] = round(pooled_variance_ratio(totals), 3)
        return self._ratios[key]


def _present(score: Score | None) -> Score:
    assert score is not None, "a published cell has the minimum"
    return score


def _set_aside(windows: Collection[Window], span: Span) -> Mapping[Stretch, int]:
    """How many answers were set aside in the windows of each period."""
    counts: dict[Stretch, int] = {}
    for window in windows:
        stretch = stretch_of_block(window.last_day, span)
        counts[stretch] = counts.get(stretch, 0) + sum(group.aside.responses for group in window.groups)
    return counts


def _included(cell: Cell, set_aside: int, ratio: float) -> Included:
    attitude = attitude_score(cell.sums.scores, cell.sums.ratings, ratio, cell.minimum_n)
    return Included(cell.first_day, cell.last_day, set_aside, attitude, share_score(cell.sums.overall, cell.minimum_n))
