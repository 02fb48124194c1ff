"""`flask --app wsgi export responses`: the raw answers as a file; never half a file."""

import getpass
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress, TaskID

from survey_app.audit.csv_export import csv_pieces
from survey_app.audit.export_rows import Export, ExportRow, count_rows, open_export
from survey_app.audit.requests import Asked, log_export, understand
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.languages import translate

export_commands = AppGroup("export", help="Raw answers as files.")
FORMATS = ("csv",)
ROWS_A_STEP = 1_000


@export_commands.command("responses")
@click.option("--format", "file_format", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--unit", default="", metavar="CODE", help="Only this unit's counters.")
@click.option("--from", "first_day", default="", metavar="DAY", help="First day, YYYY-MM-DD.")
@click.option("--to", "last_day", default="", metavar="DAY", help="Last day, YYYY-MM-DD.")
@click.option("--sealed", is_flag=True, help="Only days in the book; without it, the inbox too, marked.")
@click.option("--comments", is_flag=True, help="With comments.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def responses_command(
    file_format: str, unit: str, first_day: str, last_day: str, sealed: bool, comments: bool, output: Path
) -> None:
    """Write the raw answers, as the page does."""
    del file_format  # CSV is the only one so far; click has checked it.
    clock: Clock = current_app.extensions["clock"]
    asked = Asked(unit.strip(), first_day.strip(), last_day.strip(), comments=comments)
    with read_connection() as connection:
        understood = understand(connection, asked, with_reasons=False, sealed_only=sealed)
        if understood.problems:
            raise click.ClickException("\n".join(understood.problems.values()))
        total = count_rows(connection, understood.wanted)
        export = open_export(connection, understood.wanted)
        log_export(_operator(), clock.now(), asked, total, sealed_only=sealed)
        with Progress(console=Console(stderr=True)) as progress:
            task = progress.add_task(translate("audit.command.writing"), total=total)
            rows = _counted(export.rows, progress, task)
            _write(output, csv_pieces(Export(export.columns, rows)))
    click.echo(translate("audit.command.written", rows=total, file=output))


def _operator() -> str:
    """Who runs the command on this machine, by name if it has one."""
    try:
        return f"{getpass.getuser()} (command)"
    except (KeyError, OSError):
        return f"uid {os.getuid()} (command)"


def _counted(rows: Iterator[ExportRow], progress: Progress, task: TaskID) -> Iterator[ExportRow]:
    """The same rows, moving the bar a thousand at a time: moving it for each would cost more than the row."""
    number = 0
    for number, row in enumerate(rows, start=1):  # the last number counts after the loop
        yield row
        if number % ROWS_A_STEP == 0:
            progress.advance(task, ROWS_A_STEP)
    progress.advance(task, number % ROWS_A_STEP)


def _write(output: Path, pieces: Iterator[bytes]) -> None:
    """Write beside, make durable, then rename. Raises a ClickException in words when the disk or folder refuses."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
    except OSError as error:
        raise click.ClickException(translate("audit.command.cannot", file=output, why=error.strerror)) from error
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(output)
    except OSError as error:
        raise click.ClickException(translate("audit.command.cannot", file=output, why=error.strerror)) from error
    finally:
        draft.unlink(missing_ok=True)
