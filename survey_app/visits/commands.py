"""`flask --app wsgi visits …`: take in a file of visits, and show what is known."""

import getpass
import os
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import current_language, format_day, translate
from survey_app.territory.csv_rows import LARGEST_FILE_BYTES
from survey_app.territory.units import find_unit
from survey_app.visits.counts import denominator, monday_of
from survey_app.visits.csv_file import VisitFileError, import_csv
from survey_app.visits.models import KINDS
from survey_app.visits.reading import ReportReader
from survey_app.visits.register import Reporter, visits_of

visit_commands = AppGroup("visits", help="Visits and dossiers per week and unit: what answers are held against.")


@visit_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_command(file: Path) -> None:
    """Take in numbers from a CSV file: all or nothing, and twice changes nothing.

    Columns: unit_code, week (2026-W47, or its Monday 2026-11-16), counter_visits, dossiers_filed, helped_online,
    fully_online; perhaps premises_id, service_point_id or service_domain. An empty cell says nothing.
    """
    clock: Clock = current_app.extensions["clock"]
    reporter = Reporter("csv", operator(), clock.now(), file.name)
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE_BYTES + 1)
        with write_transaction() as connection:
            taken = import_csv(connection, content, ReportReader(connection, clock.today()), reporter, file.name)
    except VisitFileError as error:
        _refuse([translate("visits.command.problem", source=error.source, words=words) for words in _words(error)])
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        _refuse([translate("visits.command.database", source=file.name, reason=reason)])
    click.echo(translate("visits.command.taken", source=file.name, changed=taken.changed, unchanged=taken.unchanged))


@visit_commands.command("show")
@click.option("--unit", "code", metavar="CODE", required=True, help="The unit.")
@click.option("--weeks", type=click.IntRange(1, 260), default=12, show_default=True, help="How many weeks back.")
def show_command(code: str, weeks: int) -> None:
    """Show the numbers that count at present, newest week first."""
    clock: Clock = current_app.extensions["clock"]
    last = monday_of(clock.today())
    with read_connection() as connection:
        unit = find_unit(connection, code, clock.today())
        if unit is None:
            raise click.ClickException(translate("visits.command.unknown_unit", code=code[:20]))
        counts = visits_of(connection, {unit.id}, last - timedelta(weeks=weeks), last)
    for week in reversed(counts):
        parts = [
            f"{translate(f'visits.kind.{kind}')}: {number}"
            for kind in KINDS
            if (number := getattr(week.numbers, kind)) is not None
        ]
        held = denominator(week)
        parts.append(translate("visits.command.denominator", number="–" if held is None else held))
        click.echo(f"{format_day(week.monday)}  {'; '.join(parts)}")
    if not counts:
        click.echo(translate("visits.command.nothing", unit=unit.full_name))


def operator() -> str:
    """Who runs a command on this machine, as the audit log names them."""
    try:
        return f"{getpass.getuser()} (command)"
    except (KeyError, OSError):
        return f"uid {os.getuid()} (command)"


def _words(error: VisitFileError) -> list[str]:
    return error.words(current_language())


def _refuse(lines: list[str]) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    click.echo(translate("visits.command.nothing_written", count=len(lines)), err=True)
    raise click.exceptions.Exit(1)
