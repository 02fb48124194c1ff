"""`flask --app wsgi digest send` and `digest sheet`: what a timer sends on Mondays, and what is hung on the wall."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress

from analytics.facts.days import last_closed_day
from analytics.reports.sending import Outcome, deliver, prepare
from analytics.reports.weekly_sheet import SheetKind, draw_sheet, read_sheet
from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.languages import DEFAULT_LANGUAGE, format_day, format_days, translate
from survey_app.mail.mailer import mailer_of
from survey_app.territory.units import find_unit, units_on

digest_commands = AppGroup("digest", help="The Monday letters, and the weekly sheet of each commune.")
WEEK = timedelta(days=7)


@digest_commands.command("send")
@click.option("--dry-run", is_flag=True, help="Say who would get a letter, and send none.")
@click.option("--again", is_flag=True, help="Send again what a run that was cut off may or may not have sent.")
def send_command(dry_run: bool, again: bool) -> None:
    """Mail last week's digest to each commune's leaders and to the city. Each letter goes out once."""
    clock: Clock = current_app.extensions["clock"]
    settings: Settings = current_app.extensions["settings"]
    mailer = mailer_of(current_app)
    if not mailer.delivers and not dry_run:
        raise click.ClickException(translate("reports.send.no_server"))
    monday = clock.today() - timedelta(days=clock.today().weekday()) - WEEK
    with read_connection() as connection:
        _see_that_it_is_closed(last_closed_day(connection), monday)
        prepared = prepare(connection, settings, clock.today(), monday)
    week = format_days(monday, monday + timedelta(days=6))
    if dry_run:
        for one in prepared:
            click.echo(one.to)
        click.echo(translate("reports.send.would", count=len(prepared), week=week))
        return
    outcome = Outcome()
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(translate("reports.send.sending"), total=len(prepared))
        for outcome in deliver(prepared, mailer, clock.now, again=again):  # noqa: B007  # the last one counts
            progress.advance(task)
    _say(outcome, week)


@digest_commands.command("sheet")
@click.option("--unit", "code", metavar="CODE", help="The commune; without it, every commune (FILE is a folder then).")
@click.option("--language", type=click.Choice(["vi", "en"]), default=DEFAULT_LANGUAGE, show_default=True)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="FILE.pdf or FILE.png; a folder.")
def sheet_command(code: str | None, language: str, output: Path) -> None:
    """Write the weekly sheet of a commune, or of all into a folder (as PDF)."""
    clock: Clock = current_app.extensions["clock"]
    today = clock.today()
    if code is None:
        _every_sheet(today, language, output)
        return
    kind = output.suffix.removeprefix(".").lower()
    if kind not in list(SheetKind):
        raise click.ClickException(translate("reports.sheet.which_kind", file=output))
    with read_connection() as connection:
        unit = find_unit(connection, code, today)
        if unit is None or not unit.is_commune:
            raise click.ClickException(translate("reports.sheet.no_unit", code=code))
        content = read_sheet(connection, _settings(), unit, today, language)
    write_whole_file(output, draw_sheet(content, SheetKind(kind)))
    click.echo(translate("reports.sheet.written", count=1, file=output))


def _every_sheet(today: date, language: str, folder: Path) -> None:
    with read_connection() as connection:
        communes = [unit for unit in units_on(connection, today) if unit.is_commune]
    with Progress(console=Console(stderr=True)) as progress:
        for unit in progress.track(communes, description=translate("reports.sheet.drawing")):
            with read_connection() as connection:
                content = read_sheet(connection, _settings(), unit, today, language)
            write_whole_file(folder / f"{unit.code}.pdf", draw_sheet(content, SheetKind.PDF))
    click.echo(translate("reports.sheet.written", count=len(communes), file=folder))


def write_whole_file(path: Path, content: bytes) -> None:
    """Write the whole file or none. Raises `click.ClickException` when it cannot be written."""
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise click.ClickException(translate("reports.sheet.cannot", file=path, why=error.strerror)) from error


def _see_that_it_is_closed(last: date | None, monday: date) -> None:
    sunday = monday + timedelta(days=6)
    if last is None or last < sunday:
        known = format_day(last) if last else "–"
        raise click.ClickException(translate("reports.send.not_closed", sunday=format_day(sunday), last=known))


def _say(outcome: Outcome, week: str) -> None:
    click.echo(
        translate(
            "reports.send.done", week=week, sent=outcome.sent, already=outcome.already, opted_out=outcome.opted_out
        )
    )
    for one in outcome.refused:
        click.echo(translate("reports.send.refused", who=one))
    if outcome.unsure:
        click.echo(translate("reports.send.unsure", count=len(outcome.unsure), who=", ".join(outcome.unsure)))
    if outcome.problem is not None:
        raise click.ClickException(translate("reports.send.stopped", waiting=outcome.waiting, why=outcome.problem))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
