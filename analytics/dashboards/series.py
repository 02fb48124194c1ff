"""What a unit's page, chart, JSON and CSV show: `unit_series` reads what was published, once for all of them.

Points are groups of weeks; blocks, organisations and whatever is cut by block are unions of them (`analytics.published`
says why). Only counts of forms are read from the facts, for weeks that wait for more forms and for the running one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from analytics.dashboards.cells import Score, attitude_score, item_scores, share_score
from analytics.dashboards.newest import Comparison, comparison_of, furthest_moved, groups_of_base
from analytics.dashboards.periods import periods_of
from analytics.dashboards.published import Block, OrganisationBlock, Point, UnitSeries, WeekCount, WithSetAside
from analytics.dashboards.queries import Counted, counted_weeks, sunday_of
from analytics.dashboards.question_words import QuestionWords, question_words
from analytics.facts.days import last_closed_day
from analytics.findings.signals import SIGNALS, unit_signal
from analytics.published.numbers import (
    Group,
    Window,
    last_published_day,
    read_groups,
    read_windows,
    score_totals,
)
from analytics.published.sums import OVERALL_ITEM, Population, Sums, WindowKind
from analytics.published.unions import Cell, Span, cells_by, included_by, stretch_of
from analytics.statistics.indices import pooled_variance_ratio
from analytics.statistics.periods import WEEK, monday_of
from analytics.statistics.publication import BLOCK_WEEKS
from survey_app.territory.units import Unit, children

SHOWN_WEEKS = 16
SHOWN_BLOCKS = 4
HISTORY = 104 * WEEK
"""How far back groups are read: thin ones are long."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Tree:
    """What was published of a unit, up to the newest finished week."""

    headline: Sequence[Group]
    organisations: Sequence[Group]
    windows: Sequence[Window]
    words: QuestionWords
    variance_ratio: float
    last_monday: date

    @property
    def read_from(self) -> date:
        """Groups that end on this day or later are here."""
        return sunday_of(self.last_monday) - HISTORY

    def scores(self, sums: Sums, minimum_n: int) -> tuple[Score, Score]:
        """Attitude and overall index of what was published with at least so many persons."""
        attitude = attitude_score(sums.scores, sums.ratings, self.variance_ratio, minimum_n)
        overall = share_score(sums.overall, minimum_n)
        assert attitude is not None and overall is not None, "a published cell has the minimum"
        return attitude, overall

    def blocks(self, groups: Sequence[Group]) -> list[Cell]:
        """The last four-week blocks that are over, those that have groups."""
        newest = stretch_of(sunday_of(self.last_monday + WEEK), Span.BLOCK).first_day - DAY
        oldest = newest - SHOWN_BLOCKS * BLOCK_WEEKS * WEEK
        return [cell for cell in cells_by(groups, Span.BLOCK) if oldest < cell.stretch.last_day <= newest]

    def window(self, block: Cell, kind: WindowKind) -> Window | None:
        """The window that ends with a block."""
        return next((one for one in self.windows if one.kind is kind and one.last_day == block.last_day), None)


def unit_series(connection: Connection, unit: Unit, today: date, minimum_n: int) -> UnitSeries:
    """What is published about a unit on a day: the last 16 finished weeks (a point that began before is shown whole).

    A week is finished when it is over, its last day is closed, and it was decided what of it is shown; a unit that
    ended has no weeks after its end.
    """
    through = last_closed_day(connection)
    last_day = today if unit.valid_to is None else min(today, unit.valid_to - DAY)
    if through is None:
        words = question_words(connection, unit, last_day)
        return UnitSeries(unit, minimum_n, None, None, None, 1.0, (), (), (), None, words)
    tree = _tree(connection, unit, last_day, _last_finished_monday(connection, unit, today, through))
    first_monday = tree.headline[-1].last_day + DAY if tree.headline else None
    weeks = counted_weeks(connection, unit.id, min(first_monday, tree.last_monday) if first_monday else None, through)
    pending = _pending(weeks, first_monday, tree.last_monday)
    return UnitSeries(
        unit=unit,
        minimum_n=minimum_n,
        through=through,
        newest_week=_newest_week(weeks, tree.last_monday),
        running=_running_week(unit, weeks, tree.last_monday, through),
        variance_ratio=tree.variance_ratio,
        points=(*(_point(tree, group) for group in _shown(tree)), *pending),
        blocks=tuple(_block(tree, block) for block in tree.blocks(tree.headline)),
        organisations=tuple(_organisation_block(tree, block) for block in tree.blocks(tree.organisations)),
        comparison=None if pending else _comparison(connection, unit, tree),
        words=tree.words,
        periods=periods_of(tree.headline, tree.read_from, _decided(unit, tree), tree.variance_ratio),
    )


def _tree(connection: Connection, unit: Unit, last_day: date, last_monday: date) -> _Tree:
    sunday = sunday_of(last_monday)
    populations = (Population.HEADLINE, Population.ORGANISATIONS)
    groups = read_groups(connection, [unit.id], populations, first_day=sunday - HISTORY, last_day=sunday)
    headline = [group for group in groups if group.population is Population.HEADLINE]
    asked = {item for group in headline for item in group.items}
    return _Tree(
        headline=headline,
        organisations=[group for group in groups if group.population is Population.ORGANISATIONS],
        windows=read_windows(connection, headline, tuple(WindowKind)),
        words=question_words(connection, unit, last_day, asked),
        variance_ratio=_variance_ratio(connection, unit, last_day, last_monday),
        last_monday=last_monday,
    )


def _last_finished_monday(connection: Connection, unit: Unit, today: date, through: date) -> date:
    last = monday_of(min(today, through + DAY)) - WEEK
    decided = last_published_day(connection)
    if decided is not None:
        last = min(last, monday_of(decided))
    return last if unit.valid_to is None else min(last, monday_of(unit.valid_to - DAY))


def _decided(unit: Unit, tree: _Tree) -> date:
    """The last day of which everything is known; nothing will come any more in a unit that ended."""
    sunday = sunday_of(tree.last_monday)
    ended = unit.valid_to is not None and unit.valid_to <= sunday + WEEK
    return date.max if ended else sunday


def _shown(tree: _Tree) -> list[Group]:
    first_monday = tree.last_monday - (SHOWN_WEEKS - 1) * WEEK
    return [group for group in tree.headline if group.last_day >= first_monday]


def _variance_ratio(connection: Connection, unit: Unit, day: date, last_monday: date) -> float:
    """φ of persons' scores over all communes of the city in the time shown; rounded, so that readers can recompute."""
    siblings = children(connection, unit.parent_id, day) if unit.parent_id is not None else [unit]
    first_day = last_monday - (SHOWN_WEEKS - 1) * WEEK
    cells = score_totals(connection, [one.id for one in siblings], first_day, sunday_of(last_monday))
    return round(pooled_variance_ratio(cells), 3)


def _pending(weeks: Mapping[date, Counted], first_monday: date | None, last_monday: date) -> tuple[Point, ...]:
    """The weeks that wait for more forms, as one point with a count and no score."""
    waiting = [monday for monday in weeks if (first_monday or monday) <= monday <= last_monday]
    if not waiting:
        return ()
    counted = sum((weeks[monday] for monday in waiting), Counted())
    return (
        Point(
            first_day=waiting[0],
            last_day=sunday_of(waiting[-1]),
            weeks=len(waiting),
            responses=counted.responses,
            attitude=None,
            overall=None,
            set_aside=counted.set_aside,
        ),
    )


def _newest_week(weeks: Mapping[date, Counted], last_monday: date) -> WeekCount:
    return WeekCount(last_monday, sunday_of(last_monday), weeks.get(last_monday, Counted()).responses)


def _running_week(unit: Unit, weeks: Mapping[date, Counted], last_monday: date, through: date) -> WeekCount | None:
    first_day = last_monday + WEEK
    if unit.valid_to is not None and unit.valid_to <= first_day:
        return None
    if through < first_day:
        return None
    responses = sum(counted.responses for monday, counted in weeks.items() if monday >= first_day)
    return WeekCount(first_day, through, responses)


def _point(tree: _Tree, group: Group) -> Point:
    attitude, overall = tree.scores(group.sums, group.minimum_n)
    return Point(
        first_day=group.first_day,
        last_day=group.last_day,
        weeks=len(group.mondays),
        responses=group.sums.responses,
        attitude=attitude,
        overall=overall,
        set_aside=group.composition.set_aside,
    )


def _block(tree: _Tree, block: Cell) -> Block:
    attitude, overall = tree.scores(block.sums, block.minimum_n)
    window = tree.window(block, WindowKind.ITEMS)
    levels = window.items if window else {OVERALL_ITEM: block.sums.overall}
    shown = item_scores(levels, tree.words.attitude_items, block.minimum_n)
    return Block(
        first_day=block.first_day,
        last_day=block.last_day,
        responses=block.sums.responses,
        attitude=attitude,
        overall=overall,
        items=tuple(sorted(shown, key=lambda item: tree.words.position(item.item))),
        items_first_day=window.first_day if window else block.first_day,
        items_withheld=window is None or window.withholds_items,
        composition=block.composition,
        with_set_aside=_with_set_aside(tree, block),
    )


def _with_set_aside(tree: _Tree, block: Cell) -> WithSetAside | None:
    window = tree.window(block, WindowKind.SET_ASIDE)
    if window is None:
        return None
    (cell,) = included_by([window], Span.BLOCK)
    set_aside = sum(group.aside.responses for group in window.groups)
    if not set_aside:
        return None
    attitude, overall = tree.scores(cell.sums, cell.minimum_n)
    return WithSetAside(cell.first_day, cell.last_day, set_aside, attitude, overall)


def _organisation_block(tree: _Tree, block: Cell) -> OrganisationBlock:
    attitude, overall = tree.scores(block.sums, block.minimum_n)
    return OrganisationBlock(block.first_day, block.last_day, block.sums.responses, attitude, overall)


def _comparison(connection: Connection, unit: Unit, tree: _Tree) -> Comparison | None:
    signal = unit_signal(connection, unit.id, sunday_of(tree.last_monday), tree.variance_ratio)
    if signal is None:
        return None
    comparison = comparison_of(signal)
    if comparison.verdict not in SIGNALS:
        return comparison
    newest, before = tree.headline[-1], groups_of_base(tree.headline, signal)
    moved = furthest_moved(before, newest, tree.words.attitude_items, comparison.verdict, newest.minimum_n)
    return replace(comparison, changed_item=moved)
