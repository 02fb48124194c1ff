"""`flask --app wsgi facts rebuild`: make the facts of closed days anew, from the book or from the archive."""

from collections.abc import Iterator
from datetime import date, datetime

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import track

from analytics.facts.days import RebuildableDays, closed_days, rebuildable_days
from analytics.facts.engines.duckdb_process import EngineFailed
from config import Settings
from survey_app.database import read_connection
from survey_app.ledger.archive.layout import ArchiveError

facts_commands = AppGroup("facts", help="The counts that charts and reports are made of.")
_DAY = click.DateTime(["%Y-%m-%d"])
ENGINES = ("database", "duckdb")


@facts_commands.command("rebuild")
@click.option("--from", "first", type=_DAY, help="First day (default: the first closed day).")
@click.option("--to", "last", type=_DAY, help="Last day (default: the last closed day).")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="database",
    show_default=True,
    help="Who counts: the database, from the book; or DuckDB, from the archive (`archive write` first).",
)
def rebuild_command(first: datetime | None, last: datetime | None, engine: str) -> None:
    """Delete and remake the facts of each closed day. Twice changes nothing, and all engines make the same.

    Days from which retention removed answers keep the facts they have.
    """
    first_day, last_day = _day(first), _day(last)
    if first_day and last_day and first_day > last_day:
        raise click.BadParameter(f"{first_day} is after {last_day}.", param_hint="--from")
    try:
        days, rebuilding = _prepared(engine, first_day, last_day)
        console = Console(stderr=True)
        total = len(days.whole)
        done = list(track(rebuilding, "Rebuilding facts", total=total, console=console, disable=not total))
    except ArchiveError as error:
        raise click.ClickException("The archive cannot be read: see `archive verify`.") from error
    except EngineFailed as error:
        raise click.ClickException(f"DuckDB could not count: {error}") from error
    if done:
        click.echo(f"Rebuilt the facts of {len(done)} day(s), {done[0]} to {done[-1]}.")
    else:
        click.echo("Nothing to rebuild: no day in this span is closed and has all its answers.")
    if days.lacking:
        click.echo(f"Left as they are: {len(days.lacking)} day(s) whose answers are no longer all there.")


def _prepared(engine: str, first: date | None, last: date | None) -> tuple[RebuildableDays, Iterator[date]]:
    """The days of the span, and their rebuilding by the engine."""
    if engine == "database":
        from analytics.facts.engines import database_engine

        with read_connection() as connection:
            days = rebuildable_days(connection, first, last)
        return days, database_engine.rebuild(days.whole)
    from analytics.facts.engines import duckdb_engine
    from survey_app.ledger.archive.reading import Archive

    settings: Settings = current_app.extensions["settings"]
    archive = Archive(settings.resolved_archive_dir)
    with read_connection() as connection:
        missing = [day for day in closed_days(connection, first, last) if day not in archive.rows_by_day]
        days = rebuildable_days(connection, first, last, archive.rows_by_day)
    if missing:
        raise click.ClickException(f"{len(missing)} day(s) from {missing[0]} are not archived: run `archive write`.")
    return days, duckdb_engine.rebuild(archive, days.whole)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
