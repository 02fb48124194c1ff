"""Dated public notes of a unit to a week: an outage, a storm, staff away. They explain numbers, and change none."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from survey_app.audit_log.log import record_event
from survey_app.listening.audit_events import NOTE_WRITTEN
from survey_app.listening.models import WeekNoteRow
from survey_app.territory.units import Unit


@dataclass(frozen=True, slots=True)
class Note:
    """A note: the week's Monday, `kind` of `models.NOTE_KINDS`, its words, and the day on which they were written."""

    unit_id: int
    monday: date
    kind: str
    text: str
    written_on: date


_N = WeekNoteRow.__table__.c
PUBLIC_NOTE_COLUMNS = ("unit_id", "monday", "kind", "number", "text", "written_on")
"""All that is read for the public's pages: not who wrote it."""


def notes_of(
    connection: Connection, unit_id: int, first_day: date | None = None, last_day: date | None = None
) -> list[Note]:
    """The unit's notes to weeks that begin in the span (both days included; None: open), newest week first."""
    statement = _newest().where(_N.unit_id == unit_id, _N.text.is_not(None))
    if first_day is not None:
        statement = statement.where(_N.monday >= first_day)
    if last_day is not None:
        statement = statement.where(_N.monday <= last_day)
    rows = connection.execute(statement.order_by(_N.monday.desc(), _N.kind))
    return [Note(row.unit_id, row.monday, row.kind, row.text, row.written_on) for row in rows]


def notes_of_units(connection: Connection, unit_ids: Collection[int], first_day: date, last_day: date) -> list[Note]:
    """The notes of many units to weeks that begin in the span (both days included), by unit and week; one statement."""
    chosen = (_N.unit_id.in_(sorted(unit_ids)), _N.monday.between(first_day, last_day), _N.text.is_not(None))
    rows = connection.execute(_newest().where(*chosen).order_by(_N.unit_id, _N.monday, _N.kind))
    return [Note(row.unit_id, row.monday, row.kind, row.text, row.written_on) for row in rows]


def write_note(
    connection: Connection, unit: Unit, monday: date, kind: str, text: str | None, *, actor: str, at: datetime
) -> bool:
    """Say this of the week from now on, None: take it back; in the caller's transaction, with its event.

    Returns whether that is anything new. Raises IntegrityError when somebody else writes the same note at once.
    """
    chosen = (_N.unit_id == unit.id, _N.monday == monday, _N.kind == kind)
    last = connection.execute(_newest().where(*chosen)).first()
    before = last.text if last else None
    if before == text:
        return False
    row = {
        "unit_id": unit.id,
        "monday": monday,
        "kind": kind,
        "number": (last.number if last else 0) + 1,
        "text": text,
        "written_on": at.date(),
        "written_by": actor[:255],
    }
    connection.execute(insert(WeekNoteRow), row)
    record_event(
        connection,
        NOTE_WRITTEN,
        actor=actor,
        at=at,
        unit=unit.code,
        monday=monday.isoformat(),
        note=kind,
        text=text,
        before=before,
    )
    return True


def _newest() -> Select[*tuple[Any, ...]]:
    other = WeekNoteRow.__table__.alias("other")
    same = (other.c.unit_id == _N.unit_id, other.c.monday == _N.monday, other.c.kind == _N.kind)
    newest = select(func.max(other.c.number)).where(*same).scalar_subquery()
    return select(*(_N[name] for name in PUBLIC_NOTE_COLUMNS)).where(_N.number == newest)
