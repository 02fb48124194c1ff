"""Who has scanned a printed code and seen the right counter: said by a person, since scans leave no trace here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select

from survey_app.territory.models import ScanCodeRow
from survey_app.territory.office_models import ScanCheckRow
from survey_app.territory.problems import RefusedChange


@dataclass(frozen=True, slots=True)
class ScanCheck:
    """That the code was seen to lead where it should."""

    code: str
    seen_on: date
    seen_by: str


def note_seen(connection: Connection, code: str, day: date, *, seen_by: str) -> bool:
    """Keep that somebody saw it. Returns whether anything was written: the first time is enough.

    Raises `RefusedChange` for an unknown code.
    """
    if connection.scalar(select(ScanCodeRow.code).where(ScanCodeRow.code == code)) is None:
        raise RefusedChange("unknown_code", code=code)
    if checks_of(connection, [code]):
        return False
    connection.execute(insert(ScanCheckRow).values(code=code, seen_on=day, seen_by=seen_by))
    return True


def checks_of(connection: Connection, codes: Collection[str]) -> Mapping[str, ScanCheck]:
    """What was seen of these codes."""
    row = ScanCheckRow
    statement = select(row.code, row.seen_on, row.seen_by).where(row.code.in_(codes))
    return {found.code: ScanCheck(*found) for found in connection.execute(statement)}
