"""The one façade: `unit_series` makes what is published about a unit, once, for page, chart, JSON and CSV alike.

What may be published is a tree (architecture: "Numbers are honest or absent, and published once"): points are groups of
finished weeks with at least the minimum number of persons behind either index; four-week blocks are unions of points;
items and composition are cut by block only; organisations are a population of their own, with a tree of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import dropwhile

from sqlalchemy import Connection

from analytics.dashboards.cells import Score, attitude_score, item_scores, pooled, share_score, sum_items
from analytics.dashboards.newest import Comparison, compare_newest, earlier_points, furthest_moved
from analytics.dashboards.published import Block, OrganisationBlock, Point, UnitSeries, WeekCount
from analytics.dashboards.queries import (
    HEADLINE_GROUPS,
    ORGANISATION_GROUPS,
    Composition,
    ItemLevels,
    Population,
    Week,
    item_levels,
    score_totals_by_unit,
    weeks_of_unit,
)
from analytics.dashboards.question_words import QuestionWords, question_words
from analytics.facts.days import last_closed_day
from analytics.statistics import publication
from analytics.statistics.indices import pooled_variance_ratio
from analytics.statistics.periods import WEEK, monday_of
from analytics.statistics.publication import FourWeekBlock, WeekGroup, group_blocks, join_weeks
from analytics.statistics.weekly_signals import Verdict
from survey_app.territory.units import Unit, children

SHOWN_WEEKS = 16
SHOWN_BLOCKS = 4
DAY = timedelta(days=1)
_NO_ITEMS: ItemLevels = {}


@dataclass(frozen=True)
class _Tree:
    """One population of a unit, cut once: all its groups, and the items of those that are shown or compared with."""

    groups: Sequence[WeekGroup]
    populations: Mapping[date, Population]
    items: Mapping[date, ItemLevels]
    words: QuestionWords
    variance_ratio: float
    minimum_n: int

    @property
    def blocks(self) -> list[FourWeekBlock]:
        """The complete ones of the last four-week blocks that have groups."""
        complete = [block for block in group_blocks(self.groups) if block.complete]
        return [block for block in complete[-SHOWN_BLOCKS:] if block.groups]

    def population(self, groups: Iterable[WeekGroup]) -> Population:
        """The sums over groups."""
        return sum((self.populations[monday] for group in groups for monday in group.mondays), Population())

    def item_weeks(self, groups: Iterable[WeekGroup]) -> list[ItemLevels]:
        """The items of every week of the groups."""
        return [self.items.get(monday, _NO_ITEMS) for group in groups for monday in group.mondays]

    def scores(self, groups: Sequence[WeekGroup]) -> tuple[Score | None, Score | None]:
        """Attitude and overall index over groups; both None unless all of them are complete."""
        if not all(group.complete for group in groups):
            return None, None
        population = self.population(groups)
        ratings = pooled(sum_items(self.item_weeks(groups)), self.words.attitude_items)
        attitude = attitude_score(population.scores, ratings, self.variance_ratio, self.minimum_n)
        return attitude, share_score(population.overall, self.minimum_n)


def unit_series(connection: Connection, unit: Unit, today: date, minimum_n: int) -> UnitSeries:
    """What is published about a unit on a day: the last 16 finished weeks (a point that began before is shown whole).

    A week is finished when it is over and its last day is closed; a unit that ended has no weeks after its end.
    """
    through = last_closed_day(connection)
    last_day = today if unit.valid_to is None else min(today, unit.valid_to - DAY)
    if through is None:
        words = question_words(connection, unit, last_day)
        return UnitSeries(unit, minimum_n, None, None, None, 1.0, (), (), (), None, words)
    last_monday = _last_finished_monday(unit, today, through)
    weeks = weeks_of_unit(connection, unit.id, through)
    finished = {week.monday: week for week in weeks if week.monday <= last_monday}
    ratio = _variance_ratio(connection, unit, last_day, last_monday)
    headline_groups = _groups({monday: week.headline for monday, week in finished.items()}, minimum_n)
    items = _items(connection, unit, HEADLINE_GROUPS, headline_groups)
    words = question_words(connection, unit, last_day, {name for levels in items.values() for name in levels})
    tree = _Tree(
        groups=headline_groups,
        populations={monday: week.headline for monday, week in finished.items()},
        items=items,
        words=words,
        variance_ratio=ratio,
        minimum_n=minimum_n,
    )
    return UnitSeries(
        unit=unit,
        minimum_n=minimum_n,
        through=through,
        newest_week=_newest_week(finished, last_monday),
        running=_running_week(unit, weeks, last_monday, through),
        variance_ratio=ratio,
        points=tuple(_point(tree, group, finished) for group in _shown(headline_groups, last_monday)),
        blocks=tuple(_block(tree, block, finished) for block in tree.blocks),
        organisations=_organisations(connection, unit, finished, tree),
        comparison=_comparison(tree),
        words=words,
    )


def _last_finished_monday(unit: Unit, today: date, through: date) -> date:
    last = monday_of(min(today, through + DAY)) - WEEK
    return last if unit.valid_to is None else min(last, monday_of(unit.valid_to - DAY))


def _groups(populations: Mapping[date, Population], minimum_n: int) -> list[WeekGroup]:
    """Join the weeks from the population's first answer on; both indices must have the minimum in every group."""
    since = dropwhile(lambda monday: not populations[monday].responses, sorted(populations))
    counts = [publication.WeekCount(monday, populations[monday].persons) for monday in since]
    return join_weeks(counts, minimum_n)


def _shown(groups: Sequence[WeekGroup], last_monday: date) -> list[WeekGroup]:
    first_monday = last_monday - (SHOWN_WEEKS - 1) * WEEK
    return [group for group in groups if group.last_monday >= first_monday]


def _items(
    connection: Connection, unit: Unit, respondents: Sequence[str], groups: Sequence[WeekGroup]
) -> Mapping[date, ItemLevels]:
    """The items of every group that a point, a block or the comparison may need."""
    if not groups:
        return {}
    needed_weeks = (SHOWN_WEEKS + SHOWN_BLOCKS) * WEEK
    recent = [group for group in groups if group.last_monday > groups[-1].last_monday - needed_weeks]
    first_day = min(group.first_day for group in (*recent, *earlier_points(groups)))
    return item_levels(connection, unit.id, respondents, first_day, groups[-1].last_day)


def _variance_ratio(connection: Connection, unit: Unit, day: date, last_monday: date) -> float:
    """φ of persons' scores over all communes of the city in the time shown; rounded, so that readers can recompute."""
    siblings = children(connection, unit.parent_id, day) if unit.parent_id is not None else [unit]
    first_day = last_monday - (SHOWN_WEEKS - 1) * WEEK
    cells = score_totals_by_unit(connection, (one.id for one in siblings), first_day, last_monday + WEEK - DAY)
    return round(pooled_variance_ratio(cells), 3)


def _newest_week(finished: Mapping[date, Week], last_monday: date) -> WeekCount:
    week = finished.get(last_monday, Week(last_monday))
    return WeekCount(last_monday, last_monday + WEEK - DAY, week.headline.responses)


def _running_week(unit: Unit, weeks: Sequence[Week], last_monday: date, through: date) -> WeekCount | None:
    first_day = last_monday + WEEK
    if unit.valid_to is not None and unit.valid_to <= first_day:
        return None
    if through < first_day:
        return None
    responses = sum(week.headline.responses for week in weeks if week.monday >= first_day)
    return WeekCount(first_day, through, responses)


def _point(tree: _Tree, group: WeekGroup, weeks: Mapping[date, Week]) -> Point:
    attitude, overall = tree.scores([group])
    return Point(
        first_day=group.first_day,
        last_day=group.last_day,
        weeks=len(group.mondays),
        responses=tree.population([group]).responses,
        attitude=attitude,
        overall=overall,
        set_aside=_composition([group], weeks).set_aside,
    )


def _block(tree: _Tree, block: FourWeekBlock, weeks: Mapping[date, Week]) -> Block:
    attitude, overall = tree.scores(block.groups)
    assert attitude is not None and overall is not None, "the groups of a block are complete"
    levels = sum_items(tree.item_weeks(block.groups))
    shown = item_scores(levels, tree.words.attitude_items, tree.minimum_n)
    return Block(
        first_day=block.first_day,
        last_day=block.last_day,
        responses=tree.population(block.groups).responses,
        attitude=attitude,
        overall=overall,
        items=tuple(sorted(shown, key=lambda item: tree.words.position(item.item))),
        items_withheld=len(shown) < sum(1 for counts in levels.values() if sum(counts)),
        composition=_composition(block.groups, weeks),
    )


def _organisations(
    connection: Connection, unit: Unit, weeks: Mapping[date, Week], headline: _Tree
) -> tuple[OrganisationBlock, ...]:
    populations = {monday: week.organisations for monday, week in weeks.items()}
    groups = _groups(populations, headline.minimum_n)
    items = _items(connection, unit, ORGANISATION_GROUPS, groups)
    tree = replace(headline, groups=groups, populations=populations, items=items)
    found = []
    for block in tree.blocks:
        attitude, overall = tree.scores(block.groups)
        assert attitude is not None and overall is not None, "the groups of a block are complete"
        responses = tree.population(block.groups).responses
        found.append(OrganisationBlock(block.first_day, block.last_day, responses, attitude, overall))
    return tuple(found)


def _comparison(tree: _Tree) -> Comparison | None:
    sums = {monday: population.scores for monday, population in tree.populations.items()}
    comparison = compare_newest(tree.groups, sums, tree.variance_ratio)
    if comparison is None or comparison.verdict not in {Verdict.BELOW, Verdict.ABOVE}:
        return comparison
    before, newest = tree.item_weeks(earlier_points(tree.groups)), tree.item_weeks(tree.groups[-1:])
    moved = furthest_moved(before, newest, tree.words.attitude_items, comparison.verdict, tree.minimum_n)
    return replace(comparison, changed_item=moved)


def _composition(groups: Iterable[WeekGroup], weeks: Mapping[date, Week]) -> Composition:
    return sum((weeks[monday].composition for group in groups for monday in group.mondays), Composition())
