"""`flask --app wsgi close-day`: books and counts every past day that is not closed yet."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import track

from survey_app.clock import Clock
from survey_app.ledger.steps import closing_steps
from survey_app.ledger.closing import ClosedDay, GapTooLarge, close_days, days_to_close, heal_facts


@click.command("close-day")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="Close every day up to this one; today is allowed, for trials."
)
@with_appcontext
def close_day_command(day: datetime | None) -> None:
    """Book and count every past day not yet closed. Twice changes nothing."""
    clock: Clock = current_app.extensions["clock"]
    through = day.date() if day else None
    if through is not None and through > clock.today():
        raise click.ClickException(f"{through} has not begun: only past days, or today for trials, can be closed.")
    try:
        days = days_to_close(clock.today(), through)
    except GapTooLarge as gap:
        raise click.ClickException(str(gap)) from gap
    steps = closing_steps(current_app)
    console = Console(stderr=True)
    closing = close_days(days, steps, clock.now())
    closed: list[ClosedDay] = list(track(closing, "Closing days", total=len(days), console=console, disable=not days))
    if closed:
        heal_facts(closed[-1].day, steps)
        answers = sum(one.responses for one in closed)
        click.echo(f"Closed {len(closed)} day(s), {closed[0].day} to {closed[-1].day}: {answers} answer(s) booked.")
    else:
        click.echo("Nothing to close: every past day is in the book.")
