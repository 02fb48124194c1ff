"""`flask --app wsgi close-day`: books and counts every past day that is not closed yet."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import track

from survey_app.clock import Clock
from survey_app.languages import translate
from survey_app.ledger.closing import LARGEST_GAP_DAYS, ClosedDay, GapTooLarge, close_days, days_to_close, heal_facts
from survey_app.ledger.steps import closing_steps


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
        raise click.ClickException(translate("ledger.future", day=through))
    try:
        days = days_to_close(clock.today(), through)
    except GapTooLarge as gap:
        words = translate("ledger.gap", days=gap.days, first=gap.first, last=gap.last, largest=LARGEST_GAP_DAYS)
        raise click.ClickException(words) from gap
    steps = closing_steps(current_app)
    console = Console(stderr=True)
    closing = close_days(days, steps, clock.now())
    closed: list[ClosedDay] = list(
        track(closing, translate("ledger.closing"), total=len(days), console=console, disable=not days)
    )
    if closed:
        heal_facts(closed[-1].day, steps)
        answers = sum(one.responses for one in closed)
        first, last = closed[0].day, closed[-1].day
        click.echo(translate("ledger.closed", days=len(closed), first=first, last=last, answers=answers))
    else:
        click.echo(translate("ledger.nothing"))
