"""`flask --app wsgi territory premises|service-points import FILE.csv`: places of service, all or nothing."""

from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Connection

from survey_app.audit_log.actors import command_actor
from survey_app.audit_log.event_types import EventType
from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.database import write_transaction
from survey_app.languages import current_language, translate
from survey_app.territory.audit_events import PREMISES_IMPORTED, SERVICE_POINTS_IMPORTED
from survey_app.territory.csv_rows import LARGEST_FILE_BYTES
from survey_app.territory.place_files import PlacesImported, import_premises, import_service_points
from survey_app.territory.problems import TerritoryFileError

premises_commands = AppGroup("premises", help="Premises: where units receive people.")
service_point_commands = AppGroup("service-points", help="Service points (counters) inside premises.")
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
Importing = Callable[[Connection, bytes, str], PlacesImported]


@premises_commands.command("import")
@_FILE
def premises_import(file: Path) -> None:
    """Import premises (unit_code,name,address,valid_from): all or nothing, and twice changes nothing."""
    _import(file, import_premises, PREMISES_IMPORTED)


@service_point_commands.command("import")
@_FILE
def service_points_import(file: Path) -> None:
    """Import service points (unit_code,premises,name,name_en,body,domains,valid_from), likewise."""
    _import(file, import_service_points, SERVICE_POINTS_IMPORTED)


def _import(file: Path, importing: Importing, event: EventType) -> None:
    with file.open("rb") as opened:
        content = opened.read(LARGEST_FILE_BYTES + 1)
    clock: Clock = current_app.extensions["clock"]
    try:
        with write_transaction() as connection:
            result = importing(connection, content, file.name)
            if result.new:
                record_event(connection, event, actor=command_actor(), at=clock.now(), file=file.name, new=result.new)
    except TerritoryFileError as error:
        lines = error.words(current_language())
        for words in lines:
            click.echo(_words("problem", source=file.name, words=words), err=True)
        click.echo(_words("nothing_written", count=len(lines)), err=True)
        raise click.exceptions.Exit(1) from error
    click.echo(_words("places_imported", source=file.name, new=result.new, unchanged=result.unchanged))


def _words(key: str, **values: object) -> str:
    return translate(f"territory.command.{key}", **values)
