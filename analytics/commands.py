"""`flask --app wsgi facts rebuild`: make the facts of closed days anew from the book."""

from datetime import date, datetime

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import track

from analytics.facts.days import closed_days
from analytics.facts.rebuild import rebuild_day
from survey_app.database import read_connection, write_transaction

facts_commands = AppGroup("facts", help="The counts that charts and reports are made of.")
_DAY = click.DateTime(["%Y-%m-%d"])


@facts_commands.command("rebuild")
@click.option("--from", "first", type=_DAY, help="First day (default: the first closed day).")
@click.option("--to", "last", type=_DAY, help="Last day (default: the last closed day).")
def rebuild_command(first: datetime | None, last: datetime | None) -> None:
    """Delete and remake the facts of each closed day, one transaction a day. Twice changes nothing."""
    first_day, last_day = _day(first), _day(last)
    if first_day and last_day and first_day > last_day:
        raise click.BadParameter(f"{first_day} is after {last_day}.", param_hint="--from")
    with read_connection() as connection:
        days = closed_days(connection, first_day, last_day)
    console = Console(stderr=True)
    for day in track(days, "Rebuilding facts", console=console, disable=not days):
        with write_transaction() as connection:
            rebuild_day(connection, day)
    if days:
        click.echo(f"Rebuilt the facts of {len(days)} day(s), {days[0]} to {days[-1]}.")
    else:
        click.echo("Nothing to rebuild: no day in this span is closed.")


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
