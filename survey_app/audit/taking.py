"""Taking raw answers: written into a file, recorded in the audit log, explained and proven by a manifest.

The page and the command both come here. What cannot be recorded is not given: the record is made when the file is
whole and before anybody has it.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection

from survey_app.audit.audit_events import export_event
from survey_app.audit.export_rows import Export, open_export
from survey_app.audit.formats import Advance, FileFormat
from survey_app.audit.manifest_of_export import ManifestRequest, manifest_pieces
from survey_app.audit.requests import Asked, Understood
from survey_app.audit_log.log import record_event
from survey_app.audit_log.reading import EventFilter, newest_events
from survey_app.ledger.manifest import ExportedFile, Provenance
from survey_app.responses import reader

SOFTWARE = "than-thien 1.0.0"
"""What manifests name as having written the file."""
LATEST_EXPORTS = 200
"""Among how many of an account's own exports the one is looked for that a manifest is asked of."""


@dataclass(frozen=True, slots=True)
class Places:
    """Folders: one that lends disk space while a file is written, and the archive, which may have sealed days."""

    work: Path
    archive: Path


@dataclass(frozen=True, slots=True)
class Taken:
    """An export that was written: by whom, when, of what."""

    who: str
    at: datetime
    asked: Asked
    understood: Understood
    file: ExportedFile


@dataclass(frozen=True, slots=True)
class Recorded:
    """An earlier export of the same account with the same words, as the audit log knows it."""

    at: str
    first_day: date
    last_day: date
    rows: int
    sha256: bytes


def write_rows(
    connection: Connection,
    understood: Understood,
    file_format: FileFormat,
    file: BinaryIO,
    places: Places,
    advance: Advance,
) -> tuple[Export, int, int]:
    """Write the rows; returns the export, how many rows there are and how many of them are not sealed yet."""
    written = 0

    def count(rows: int) -> None:
        nonlocal written
        written += rows
        advance(rows)

    with closing(open_export(connection, understood.wanted, places.archive)) as export:
        file_format.write(export, file, places.work, count)
    wanted = understood.wanted
    unsealed = 0 if wanted.sealed_only else reader.count_waiting(connection, wanted.selection)
    return export, written, unsealed


def record_export(connection: Connection, taken: Taken) -> None:
    """Write the export down in the audit log, in the caller's transaction."""
    asked, file, sealed = taken.asked, taken.file, taken.understood.sealed
    record_event(
        connection,
        export_event(comments=asked.comments),
        actor=taken.who,
        at=taken.at,
        unit=asked.units[0] if len(asked.units) == 1 else None,
        **asked.event_fields,
        file_format=file.file_format,
        first_day=sealed.first_day.isoformat() if sealed else None,
        last_day=sealed.last_day.isoformat() if sealed else None,
        rows=file.row_count,
        unsealed_rows=file.unsealed_row_count,
        sha256=file.sha256.hex(),
    )


def recorded_export(connection: Connection, who: str, asked: Asked, file_format: str) -> Recorded | None:
    """The newest export that the same account asked for in the same words, if there was one lately."""
    same = {**asked.event_fields, "file_format": file_format}
    kind = export_event(comments=asked.comments).kind
    for event in newest_events(connection, EventFilter(kind=kind, actor=who), LATEST_EXPORTS):
        details = event.details
        if event.actor == who and same.items() <= details.items() and details["last_day"] is not None:
            days = date.fromisoformat(details["first_day"]), date.fromisoformat(details["last_day"])
            return Recorded(event.at, *days, details["rows"], bytes.fromhex(details["sha256"]))
    return None


def manifest_of(connection: Connection, export: Export, taken: Taken, folder: Path, *, at: str = "") -> Iterator[bytes]:
    """The manifest of an export in pieces. `at` replaces the time for an export that was recorded earlier.

    Raises ValueError where nothing of what was asked is sealed.
    """
    if taken.understood.sealed is None:
        raise ValueError("nothing of it is sealed")
    asked = taken.asked
    provenance = Provenance(
        SOFTWARE,
        taken.who,
        at or taken.at.isoformat(timespec="seconds"),
        asked.reason,
        asked.comments_reason if asked.comments else None,
    )
    request = ManifestRequest(taken.file, taken.understood.sealed, taken.understood.wanted.selection, provenance)
    return manifest_pieces(connection, export, request, folder)


def as_recorded(asked: Asked, recorded: Recorded) -> Asked:
    """What was asked, with the days that the recorded export had."""
    return replace(asked, first_day=recorded.first_day.isoformat(), last_day=recorded.last_day.isoformat())
