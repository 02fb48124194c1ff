"""What the pages of batches show: words and counts, as templates read them. Never anything that was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from survey_app.counter_desk.ticket_views import point_name
from survey_app.counter_desk.unit_choice import UnitChoice
from survey_app.languages import DEFAULT_LANGUAGE, catalogues, current_language, format_day
from survey_app.paper.batches import LARGEST_BATCH, OLD_AFTER, Batch, Tally, batches_of, tallies_of
from survey_app.paper.counting import TOGETHER
from survey_app.paper.entries import SheetMark, sheet_marks
from survey_app.territory.service_points import service_point_by_id, service_points_of
from survey_app.territory.units import last_known


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a select."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch in words, with its counts."""

    id: int
    unit: str
    counter: str
    language: str
    sheets: int
    made_on: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class PaperPage:
    """The page of a unit: a form to make a batch, and the batches made."""

    choice: UnitChoice
    typed: Mapping[str, str]
    problems: Mapping[str, str]
    points: tuple[Option, ...] = ()
    languages: tuple[Option, ...] = ()
    lines: tuple[BatchLine, ...] = ()
    largest: int = LARGEST_BATCH
    old_days: int = OLD_AFTER.days


@dataclass(frozen=True, slots=True)
class Work:
    """What one account can do in a batch: serials by kind of work."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    others: tuple[int, ...]
    """Typed once by this very account: somebody else has to type them too."""
    differing: tuple[int, ...]

    @property
    def next(self) -> int | None:
        """The sheet to go on with."""
        waiting = (*self.second, *self.first)
        return min(waiting) if waiting else None


@dataclass(frozen=True, slots=True)
class BatchPage:
    """The page of a batch. `work` is None for a leader, who is judged and types nothing."""

    line: BatchLine
    work: Work | None
    typed: Mapping[str, str]
    problems: Mapping[str, str]
    done: str = ""
    """Key and number of what was just done, for the message."""
    number: str = ""
    together: int = TOGETHER
    old_days: int = OLD_AFTER.days


def paper_page(
    connection: Connection, choice: UnitChoice, typed: Mapping[str, str], problems: Mapping[str, str], today: date
) -> PaperPage:
    """The page of the unit chosen, if one is."""
    if choice.unit is None:
        return PaperPage(choice, typed, problems)
    points = service_points_of(connection, choice.unit.id, today)
    batches = batches_of(connection, choice.unit.id)
    tallies = tallies_of(connection, [batch.id for batch in batches], today)
    return PaperPage(
        choice,
        typed,
        problems,
        tuple(Option(str(point.id), point_name(point)) for point in points),
        tuple(Option(each.language, each.name) for each in catalogues().values()),
        tuple(batch_line(connection, batch, tallies[batch.id]) for batch in batches),
    )


def batch_line(connection: Connection, batch: Batch, tally: Tally) -> BatchLine:
    """A batch in the language of the page; counter and unit as last known."""
    point = service_point_by_id(connection, batch.service_point_id, None)
    unit = last_known(connection, batch.unit_id)
    assert point is not None and unit is not None, "foreign keys of the batch"
    return BatchLine(
        batch.id,
        unit.full_name if current_language() == DEFAULT_LANGUAGE else unit.english_name,
        point_name(point),
        catalogues()[batch.language].name,
        batch.sheets,
        format_day(batch.made_on),
        tally,
    )


def work_of(connection: Connection, batch: Batch, account: str) -> Work:
    """What is left for the account to do."""
    marks = sheet_marks(connection, batch.id, account)
    entered = [mark for mark in marks if mark.state == "entered"]
    return Work(
        _serials(mark for mark in marks if mark.state == "printed"),
        _serials(mark for mark in entered if not mark.mine),
        _serials(mark for mark in entered if mark.mine),
        _serials(mark for mark in marks if mark.state == "differing"),
    )


def _serials(marks: Iterable[SheetMark]) -> tuple[int, ...]:
    return tuple(mark.serial for mark in marks)
