"""What is published about a unit, as plain data: page, chart, JSON and CSV render a `UnitSeries` and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from analytics.dashboards.cells import ItemScore, Score
from analytics.dashboards.newest import Comparison
from analytics.dashboards.question_words import QuestionWords
from analytics.published.sums import Composition
from analytics.published.unions import Span, Stretch
from survey_app.territory.units import Unit


class Note(StrEnum):
    """What has to be said beside a point."""

    NONE = ""
    SMALL = "small"
    """10 to 29 persons: for information only."""
    TOO_FEW = "too_few"
    """Not yet enough persons for a score."""


@dataclass(frozen=True, slots=True)
class Point:
    """A group of finished weeks drawn as one point. Without enough persons it has its count and no score."""

    first_day: date
    last_day: date
    weeks: int
    responses: int
    attitude: Score | None
    overall: Score | None
    set_aside: int

    @property
    def note(self) -> Note:
        """What has to be said beside it."""
        if self.attitude is None or self.overall is None:
            return Note.TOO_FEW
        return Note.SMALL if self.attitude.is_small or self.overall.is_small else Note.NONE


@dataclass(frozen=True, slots=True)
class Period(Point):
    """A month, a quarter …: the points whose last week lies in it; days are those of its points.

    `stretch` is what the calendar says; until `is_over`, more weeks will come in.
    """

    stretch: Stretch
    is_over: bool


@dataclass(frozen=True, slots=True)
class WithSetAside:
    """The indices with those answers included that were set aside; over one block, or several that had to be joined."""

    first_day: date
    last_day: date
    set_aside: int
    attitude: Score
    overall: Score


@dataclass(frozen=True, slots=True)
class Block:
    """The points that end in a fixed four-week block, with what is cut by block only; days are those of its points.

    `items` are about the days from `items_first_day` on: of this block alone, or of earlier ones too, where one block
    could not show them. `items_withheld` says that some were answered too seldom to be shown (or wait for a later
    block, which will show them for both).
    """

    first_day: date
    last_day: date
    responses: int
    attitude: Score
    overall: Score
    items: tuple[ItemScore, ...]
    items_first_day: date
    items_withheld: bool
    composition: Composition
    with_set_aside: WithSetAside | None


@dataclass(frozen=True, slots=True)
class OrganisationBlock:
    """The organisations' own indices over a four-week block, cut by their own numbers."""

    first_day: date
    last_day: date
    responses: int
    attitude: Score
    overall: Score


@dataclass(frozen=True, slots=True)
class WeekCount:
    """A week, or what has passed of it, with its count of forms and no score."""

    first_day: date
    last_day: date
    responses: int


@dataclass(frozen=True, slots=True)
class UnitSeries:
    """All that is published about one unit.

    `through` is the last day counted (None: no day was ever closed). `newest_week` is the last finished week by itself,
    whatever it was joined with; `running` the one that is not over. `variance_ratio` is the φ of the intervals of the
    attitude index. Points, blocks, organisations and periods: oldest first; `periods` by every span but the week.
    """

    unit: Unit
    minimum_n: int
    through: date | None
    newest_week: WeekCount | None
    running: WeekCount | None
    variance_ratio: float
    points: tuple[Point, ...]
    blocks: tuple[Block, ...]
    organisations: tuple[OrganisationBlock, ...]
    comparison: Comparison | None
    words: QuestionWords
    periods: Mapping[Span, tuple[Period, ...]] = field(default_factory=dict)

    @property
    def newest_point(self) -> Point | None:
        """The last point, scored or not; it ends with the newest week."""
        return self.points[-1] if self.points else None

    @property
    def newest_block(self) -> Block | None:
        """The last complete block."""
        return self.blocks[-1] if self.blocks else None

    @property
    def set_aside(self) -> int:
        """How many answers of the time shown were set aside."""
        return sum(point.set_aside for point in self.points)
