"""`flask --app wsgi close-day`: books, seals and counts every past day that is not closed yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import track
from sqlalchemy.exc import DBAPIError

from survey_app.clock import Clock
from survey_app.languages import format_number, translate
from survey_app.ledger.closing import (
    LARGEST_GAP_DAYS,
    ClosedDay,
    DayNotClosed,
    GapTooLarge,
    close_days,
    days_to_close,
    heal_facts,
    open_log,
)
from survey_app.ledger.signing_key import SigningKeyError
from survey_app.ledger.steps import closing_steps


@click.command("close-day")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="Close every day up to this one; today is allowed, for trials."
)
@with_appcontext
def close_day_command(day: datetime | None) -> None:
    """Book, seal and count every past day not yet closed. Twice changes nothing."""
    clock: Clock = current_app.extensions["clock"]
    through = day.date() if day else None
    if through is not None and through > clock.today():
        raise click.ClickException(translate("ledger.future", day=through))
    steps = closing_steps(current_app)
    console = Console(stderr=True)
    with in_words():
        days = days_to_close(clock.today(), through)
        backlog = list(open_log(clock.now()))
        if backlog:
            words = translate("ledger.backlog", days=len(backlog), first=backlog[0], last=backlog[-1])
            click.echo(words)
        closing = close_days(days, steps, clock.now())
        bar = track(closing, translate("ledger.closing"), total=len(days), console=console, disable=not days)
        closed: list[ClosedDay] = []
        try:
            closed.extend(bar)  # What was closed before a failure is said too.
        finally:
            _say(closed, nothing=not days and not backlog)
        if closed:
            heal_facts(closed[-1].day, steps)


def _say(closed: list[ClosedDay], *, nothing: bool) -> None:
    if closed:
        words = translate(
            "ledger.closed",
            days=len(closed),
            first=closed[0].day,
            last=closed[-1].day,
            answers=format_number(sum(one.responses for one in closed)),
            units=format_number(closed[-1].units),
            size=format_number(closed[-1].log_size),
        )
        click.echo(words)
    elif nothing:
        click.echo(translate("ledger.nothing"))


@contextmanager
def in_words() -> Iterator[None]:
    """Whatever can stop a closing is told in a sentence that says what to do; exit 1, nothing is half done."""
    try:
        yield
    except GapTooLarge as gap:
        words = translate("ledger.gap", days=gap.days, first=gap.first, last=gap.last, largest=LARGEST_GAP_DAYS)
        raise click.ClickException(words) from gap
    except SigningKeyError as error:
        raise click.ClickException(translate(f"ledger.key.{error.problem}", **error.details)) from error
    except DayNotClosed as error:
        raise click.ClickException(translate("ledger.not_closed", day=error.day, why=error.why)) from error
    except DBAPIError as error:
        raise click.ClickException(translate("ledger.database", why=error.orig)) from error
