"""`flask --app wsgi facts publish`: decide the finished weeks that no closing decided yet."""

import click
from flask import current_app
from flask.cli import with_appcontext

from analytics.facts.days import last_closed_day
from analytics.published.keeping import publish_finished_weeks
from config import Settings
from survey_app.database import write_transaction


@click.command("publish")
@with_appcontext
def publish_command() -> None:
    """Publish finished weeks after an upgrade. Closing does it by itself; twice changes nothing."""
    settings: Settings = current_app.extensions["settings"]
    with write_transaction() as connection:
        through = last_closed_day(connection)
        weeks = 0 if through is None else publish_finished_weeks(connection, through, settings.minimum_n)
    if weeks:
        click.echo(f"Published {weeks} finished week(s), up to {through}.")
    else:
        click.echo("Nothing to publish: every finished week was decided already.")
