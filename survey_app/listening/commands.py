"""`flask --app wsgi cases find`: makes cases of comments that were booked before there were cases."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import track

from survey_app.audit_log.actors import command_actor
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import translate
from survey_app.listening.case_finding import FindCases
from survey_app.responses import reader

case_commands = AppGroup("cases", help="Comments that go to the inspector.")
_DAY = click.DateTime(["%Y-%m-%d"])


@case_commands.command("find")
@click.option("--from", "first", type=_DAY, help="From this day; without it, from the first.")
@click.option("--to", "last", type=_DAY, help="Up to this day; without it, up to the last.")
def find_command(first: datetime | None, last: datetime | None) -> None:
    """Read the comments of closed days anew, and make a case of each that goes above and has none. Twice makes none.

    Closing a day does so by itself; this is for days that an earlier version closed.
    """
    clock: Clock = current_app.extensions["clock"]
    selection = reader.Selection(first.date() if first else None, last.date() if last else None)
    with read_connection() as connection:
        days = [day for day, _responses in reader.booked_days(connection, selection)]
    find, made = FindCases(clock, command_actor()), 0
    for day in track(days, translate("cases.finding"), console=Console(stderr=True), disable=not days):
        with write_transaction() as connection:
            made += find.of_day(connection, day)
    click.echo(translate("cases.found", cases=made, days=len(days)))
