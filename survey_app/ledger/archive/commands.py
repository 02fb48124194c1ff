"""`flask --app wsgi archive …`: put sealed days into the archive, and check it."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import track

from config import Settings
from survey_app.database import read_connection
from survey_app.languages import translate
from survey_app.ledger.archive.layout import ArchiveError, month_names

archive_commands = AppGroup("archive", help="Sealed days as Parquet files, without comments, by month and province.")
SHOWN_FAULTS = 20


@archive_commands.command("write")
def write_command() -> None:
    """Add every sealed day that is not in the archive yet. Twice changes nothing."""
    from survey_app.ledger.archive.writing import months_to_write, write_months

    folder = _folder()
    console = Console(stderr=True)
    try:
        with read_connection() as connection:
            waiting = months_to_write(connection, folder)
            writing = write_months(connection, folder, waiting)
            words = _words("writing")
            written = list(track(writing, words, total=len(waiting), console=console, disable=not waiting))
    except ArchiveError as error:
        raise click.ClickException(_words(error.key, **error.values)) from error
    except OSError as error:
        raise click.ClickException(_words("disk", folder=folder, reason=error.strerror or error)) from error
    for month in written:
        click.echo(_words("written", month=month.name, days=month.new_days, rows=month.rows))
    if not written:
        click.echo(_words("nothing_new"))


@archive_commands.command("verify")
@click.option("--without-book", is_flag=True, help="Check against the sealed log alone; do not read the answers.")
def verify_command(without_book: bool) -> None:
    """Check every file and row against the sealed log and the book; exit 1 naming what differs."""
    from survey_app.ledger.archive.verification import Fault, verify

    folder = _folder()
    console = Console(stderr=True)
    months = month_names(folder)
    days = rows = 0
    faults: list[Fault] = []
    try:
        with read_connection() as connection:
            checks = verify(connection, folder, months, with_book=not without_book)
            for check in track(checks, _words("verifying"), total=len(months), console=console, disable=not months):
                days, rows, faults = days + check.days, rows + check.rows, faults + check.faults
    except ArchiveError as error:
        raise click.ClickException(_words(error.key, **error.values)) from error
    for fault in faults[:SHOWN_FAULTS]:
        click.echo(_words(f"fault.{fault.key}", **fault.values), err=True)
    if faults:
        raise click.ClickException(_words("differs", faults=len(faults), shown=min(len(faults), SHOWN_FAULTS)))
    click.echo(_words("sound", months=len(months), days=days, rows=rows))


def _folder() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.resolved_archive_dir


def _words(key: str, **values: object) -> str:
    return translate(f"ledger.archive.{key}", **values)
