"""Rows of the raw export as tuples in the order of its columns, streamed in constant memory; formats write them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row

from survey_app.audit.columns import Columns, ItemColumn, columns_of, item_columns
from survey_app.questionnaires import register
from survey_app.responses import reader
from survey_app.responses.guard import Flag
from survey_app.responses.reader import Selection
from survey_app.territory.names import service_point_names, unit_names

Cell = str | int | None
ExportRow = tuple[Cell, ...]
_CODED_TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """What an export holds. `sealed_only` leaves out what still waits in the inbox."""

    selection: Selection
    comments: bool = False
    sealed_only: bool = True


@dataclass(frozen=True, slots=True)
class Export:
    """An export about to be written: its columns and its rows, which are read as they are asked for."""

    columns: Columns
    rows: Iterator[ExportRow]


def open_export(connection: Connection, wanted: ExportFilter) -> Export:
    """Prepare the rows of an export, ordered by day, unit code and leaf hash; what waits in the inbox comes last."""
    stored = list(register.all_stored(connection))
    columns = columns_of([one.questionnaire for one in stored])
    plans = {one.id: _Plan.of(columns, one) for one in stored}
    return Export(columns, _rows(connection, wanted, _Names(connection), plans))


def count_rows(connection: Connection, wanted: ExportFilter) -> int:
    """How many rows the export will have."""
    count = reader.count_booked(connection, wanted.selection)
    if not wanted.sealed_only:
        count += reader.count_waiting(connection, wanted.selection)
    return count


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the rows of one questionnaire fill the item columns."""

    label: str
    content_hash: str
    items: tuple[ItemColumn | None, ...]

    @classmethod
    def of(cls, columns: Columns, stored: register.StoredQuestionnaire) -> "_Plan":
        questionnaire = stored.questionnaire
        label = f"{questionnaire.key}-{questionnaire.version}"
        return cls(label, stored.content_hash, item_columns(columns, questionnaire))


class _Names:
    """Names of units and service points, looked up once. Rows come day by day, so one day's names are kept."""

    def __init__(self, connection: Connection) -> None:
        self._units = unit_names(connection)
        self._service_points = service_point_names(connection)
        self._day: date | None = None
        self._on_day: dict[int, str] = {}

    def unit(self, unit_id: int, day: date) -> str:
        """What the unit was called on the day."""
        if day != self._day:
            self._day, self._on_day = day, {}
        name = self._on_day.get(unit_id)
        if name is None:
            name = self._on_day[unit_id] = self._units.on(unit_id, day)
        return name

    def service_point(self, service_point_id: int) -> str:
        """What the counter is called."""
        return self._service_points[service_point_id]


def _rows(connection: Connection, wanted: ExportFilter, names: _Names, plans: dict[int, _Plan]) -> Iterator[ExportRow]:
    make = _maker(names, plans)
    for row in reader.booked_rows(connection, wanted.selection, wanted.comments):
        yield make(row, row.day, _booked_tail(row))
    if not wanted.sealed_only:
        for row in reader.waiting_rows(connection, wanted.selection):
            words = row.comment if wanted.comments else None
            # Ids, salts and hashes are drawn when the day is closed.
            yield make(row, row.received_on, (words, None, None, None, None, 0), has_id=False)


def _booked_tail(row: Row[Any]) -> ExportRow:
    salt, digest = row.comment_salt, row.comment_digest
    return (
        row.comment_text,
        salt.hex() if salt else None,
        digest.hex() if digest else None,
        row.leaf_salt.hex(),
        row.leaf_hash.hex(),
        1,
    )


def _maker(names: _Names, plans: dict[int, _Plan]) -> Callable[..., ExportRow]:
    """A function that makes one row; readers of slots are prepared once a questionnaire, not once a row."""
    readers = {questionnaire_id: _item_reader(plan.items) for questionnaire_id, plan in plans.items()}
    flag_names = {0: ""}

    def make(row: Row[Any], day: date, tail: ExportRow, *, has_id: bool = True) -> ExportRow:
        plan = plans[row.questionnaire_id]
        flags = row.flags
        if flags not in flag_names:
            flag_names[flags] = "+".join(flag.name.lower() for flag in Flag(flags) if flag.name)
        return (
            row.id.hex() if has_id else None,
            day.isoformat(),
            row.day_part,
            row.unit_code,
            names.unit(row.unit_id, day),
            row.service_point_id,
            names.service_point(row.service_point_id),
            row.channel,
            1 if row.channel == _CODED_TICKET else 0,
            row.respondent_group,
            row.service_domain,
            plan.label,
            plan.content_hash,
            row.language,
            *readers[row.questionnaire_id](row),
            flag_names[flags],
            row.set_aside,
            *tail,
        )

    return make


def _item_reader(items: Sequence[ItemColumn | None]) -> Callable[[Row[Any]], Sequence[Cell]]:
    """A function from a row to its item cells."""
    slots = [(place, item.slot, item.options) for place, item in enumerate(items) if item is not None]
    width = len(items)
    if not slots:
        return lambda _row: (None,) * width
    read_all = itemgetter(*(slot for _, slot, _ in slots)) if len(slots) > 1 else None

    def read(row: Row[Any]) -> Sequence[Cell]:
        mapping = row._mapping  # noqa: SLF001  # SQLAlchemy's public name for the row as a mapping
        values = read_all(mapping) if read_all else (mapping[slots[0][1]],)
        cells: list[Cell] = [None] * width
        for (place, _slot, options), value in zip(slots, values, strict=True):
            cells[place] = value if options is None or value is None else options[value]
        return cells

    return read
