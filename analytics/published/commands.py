"""`flask --app wsgi facts publish`, which decides what is over, and `facts check`, which holds it to the facts."""

import click
from flask import current_app
from flask.cli import with_appcontext

from analytics.facts.days import last_closed_day
from analytics.published.checking import Differing, DifferingQuarter, differing_groups, differing_quarters
from analytics.published.keeping import publish_finished_weeks
from analytics.published.quarters import publish_finished_quarters
from config import Settings
from survey_app.database import read_connection, write_transaction
from survey_app.territory.units import codes_by_id


@click.command("publish")
@with_appcontext
def publish_command() -> None:
    """Publish finished weeks and quarters after an upgrade. Closing does it by itself; twice changes nothing."""
    settings: Settings = current_app.extensions["settings"]
    with write_transaction() as connection:
        through = last_closed_day(connection)
        weeks = 0 if through is None else publish_finished_weeks(connection, through, settings.minimum_n)
        quarters = publish_finished_quarters(connection, settings.minimum_n)
    if weeks:
        click.echo(f"Published {weeks} finished week(s), up to {through}.")
    if quarters:
        click.echo(f"Published what {quarters} finished quarter(s) say of trouble and money.")
    if not weeks and not quarters:
        click.echo("Nothing to publish: every finished week was decided already.")


@click.command("check")
@with_appcontext
def check_command() -> None:
    """Hold what was published to the facts of today; exit 1 and name each span of weeks that differs.

    A published number is never changed. Where it was wrong, say so, with the date, beside it.
    """
    with read_connection() as connection:
        groups, quarters = differing_groups(connection), differing_quarters(connection)
        codes = codes_by_id(connection)
    lines = [_line(codes[one.unit_id], one) for one in groups]
    lines += [_quarter_line(codes[one.unit_id], one) for one in quarters]
    for line in lines:
        click.echo(line)
    if lines:
        raise click.ClickException(f"{len(lines)} published span(s) differ from the facts of today.")
    click.echo("What was published is what the facts say.")


def _line(code: str, one: Differing) -> str:
    then, now = one.published, one.counted
    where = f"{code} {one.first_day} to {one.last_day}, {one.population.value}"
    published = f"published {then[0]} answers, {then[1]} scored, sum {then[2]}"
    return f"{where}: {published}; the facts say {now[0]}, {now[1]}, {now[2]}"


def _quarter_line(code: str, one: DifferingQuarter) -> str:
    then, now = one.published, one.counted
    published = f"published {then[0]} no, {then[1]} trouble, {then[2]} money"
    return f"{code} {one.first_day} to {one.last_day}, quarter: {published}; the facts say {now[0]}, {now[1]}, {now[2]}"
