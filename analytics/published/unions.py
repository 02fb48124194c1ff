"""Longer periods and larger areas, as unions of bricks: of one unit or of several alike. Pure.

A brick belongs to the week, block, month, quarter or year in which its last week lies (by that week's Thursday); parts
and windows, which are cut by block, to the period of the last week of the block in which they end. So a cell is always
a union of whole bricks, and the difference of two nested cells is one too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from analytics.published.numbers import Group, Part, Window
from analytics.published.sums import NO_LEVELS, Axis, Composition, ItemLevels, Sums, sum_items
from analytics.statistics.periods import WEEK, PeriodKind, monday_of, period_of_week
from analytics.statistics.publication import BLOCK_WEEKS, FIRST_BLOCK_MONDAY, four_week_block

DAY = timedelta(days=1)
NOTHING = Sums()
NO_COMPOSITION = Composition()


class Span(StrEnum):
    """How long a period is. Reporting ones are the State's, from a 15th to a 14th."""

    WEEK = "week"
    BLOCK = "block"
    MONTH = PeriodKind.MONTH.value
    REPORTING_MONTH = PeriodKind.REPORTING_MONTH.value
    QUARTER = PeriodKind.QUARTER.value
    REPORTING_QUARTER = PeriodKind.REPORTING_QUARTER.value
    YEAR = PeriodKind.YEAR.value
    REPORTING_YEAR = PeriodKind.REPORTING_YEAR.value


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A period's calendar days, both included."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Cell:
    """What is shown of a period: the sums of its bricks. `first_day` and `last_day` are those of the bricks.

    `units`: how many units have a brick in it. `minimum_n`: the least that held when its bricks were published.
    `composition` stands still for cells of groups.
    """

    stretch: Stretch
    first_day: date
    last_day: date
    units: int
    minimum_n: int
    sums: Sums
    composition: Composition = NO_COMPOSITION


@dataclass(frozen=True, slots=True)
class PartCell:
    """One label of an axis over a period; `label` None: what had to be merged, in some block or some unit.

    A label's cell is about the blocks and units in which it stood alone: `sums.responses` says how many that is.
    """

    axis: Axis
    label: str | None
    cell: Cell


@dataclass(frozen=True, slots=True)
class ItemsCell:
    """The levels of every rating item over the windows of a period."""

    cell: Cell
    items: ItemLevels


def stretch_of(last_day: date, span: Span) -> Stretch:
    """The period in which the week that ends on `last_day` lies."""
    monday = monday_of(last_day)
    if span is Span.WEEK:
        return Stretch(monday, monday + WEEK - DAY)
    if span is Span.BLOCK:
        first = FIRST_BLOCK_MONDAY + four_week_block(monday) * BLOCK_WEEKS * WEEK
        return Stretch(first, first + BLOCK_WEEKS * WEEK - DAY)
    period = period_of_week(monday, PeriodKind(span.value))
    return Stretch(period.first_day, period.last_day)


def stretch_of_block(last_day: date, span: Span) -> Stretch:
    """The period of the block in which a part or window ends: the one of the block's last week.

    Raises `ValueError` for weeks: what is cut by block has none.
    """
    if span is Span.WEEK:
        raise ValueError("what is cut by block is not shown by week")
    return stretch_of(stretch_of(last_day, Span.BLOCK).last_day, span)


def is_over(stretch: Stretch, published_through: date) -> bool:
    """Whether every week of the period is decided, so that the cell will never change; else it is "so far"."""
    last_week = monday_of(stretch.last_day - 3 * DAY)  # The last week whose Thursday lies in it.
    return last_week + WEEK - DAY <= published_through


def cells_by(groups: Iterable[Group], span: Span) -> list[Cell]:
    """The groups of one population, of one unit or of an area's, united by period, oldest first."""
    found: dict[Stretch, list[Group]] = defaultdict(list)
    for group in groups:
        found[stretch_of(group.last_day, span)].append(group)
    return [_cell(stretch, inside) for stretch, inside in sorted(found.items())]


def parts_by(parts: Iterable[Part], span: Span) -> list[PartCell]:
    """The parts along one axis united by period and label, the merged ones last in each period.

    A merged part is never taken apart: over several blocks or units a label is counted where it stood alone.
    """
    found: dict[tuple[Stretch, bool, str], list[Part]] = defaultdict(list)
    for part in parts:
        key = (stretch_of_block(part.last_day, span), part.label is None, part.label or "")
        found[key].append(part)
    return [PartCell(inside[0].axis, inside[0].label, _cell(key[0], inside)) for key, inside in sorted(found.items())]


def items_by(windows: Iterable[Window], span: Span) -> list[ItemsCell]:
    """The items over the windows that end in each period, oldest first."""
    return [
        ItemsCell(_cell(at, _groups(inside)), sum_items(window.items for window in inside))
        for at, inside in _windows_by(windows, span).items()
    ]


def included_by(windows: Iterable[Window], span: Span) -> list[Cell]:
    """The headline with the answers that were set aside, over the windows that end in each period, oldest first.

    Without `ratings`: those of answers set aside are not kept.
    """
    return [_with_aside(at, _groups(inside)) for at, inside in _windows_by(windows, span).items()]


def _windows_by(windows: Iterable[Window], span: Span) -> Mapping[Stretch, list[Window]]:
    found: dict[Stretch, list[Window]] = defaultdict(list)
    for window in windows:
        found[stretch_of_block(window.last_day, span)].append(window)
    return dict(sorted(found.items()))


def _groups(windows: Iterable[Window]) -> list[Group]:
    return [group for window in windows for group in window.groups]


def _with_aside(stretch: Stretch, groups: Sequence[Group]) -> Cell:
    cell = _cell(stretch, groups, sum((group.aside for group in groups), Sums()))
    return replace(cell, sums=replace(cell.sums, ratings=NO_LEVELS))


def _cell(stretch: Stretch, bricks: Sequence[Group] | Sequence[Part], more: Sums = NOTHING) -> Cell:
    groups = [brick for brick in bricks if isinstance(brick, Group)]
    return Cell(
        stretch=stretch,
        first_day=min(brick.first_day for brick in bricks),
        last_day=max(brick.last_day for brick in bricks),
        units=len({brick.unit_id for brick in bricks}),
        minimum_n=min(brick.minimum_n for brick in bricks),
        sums=sum((brick.sums for brick in bricks), more),
        composition=sum((group.composition for group in groups), Composition()),
    )
