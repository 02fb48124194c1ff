"""`flask --app wsgi report yearly`: the yearly report of a city or province as a file."""

from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress, TaskID

from analytics.dashboards.answers import json_text
from analytics.dashboards.overview import cities_of
from analytics.dashboards.sentences import name_in_sentence
from analytics.reports.commands import write_whole_file
from analytics.reports.yearly.evaluation import Evaluation
from analytics.reports.yearly.period import NoReport
from analytics.reports.yearly.reading import read_evaluation
from analytics.reports.yearly.twins import as_csv, as_document, as_excel
from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.languages import DEFAULT_LANGUAGE, format_day, translate

report_commands = AppGroup("report", help="What is laid before those who direct and supervise.")


@report_commands.command("yearly")
@click.option("--year", type=int, required=True, metavar="YYYY", help="The calendar year; up to its last quarter over.")
@click.option("--city", "code", metavar="CODE", help="The city or province (default: the first).")
@click.option("--language", type=click.Choice(["vi", "en"]), default=DEFAULT_LANGUAGE, show_default=True)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="FILE.pdf, FILE.xlsx, FILE.csv or FILE.json."
)
def yearly_command(year: int, code: str | None, language: str, output: Path) -> None:
    """Write the yearly evaluation and report, as its page shows it."""
    make = _MAKERS.get(output.suffix.lower())
    if make is None:
        raise click.ClickException(translate("yearly.command.which_kind", file=output))
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(translate("yearly.command.reading"), total=3)
        report = _read(year, code)
        _step(progress, task, "yearly.command.drawing")
        content = make(report, language)
        _step(progress, task, "yearly.command.writing")
        write_whole_file(output, content)
        progress.advance(task)
    city = name_in_sentence(report.city, DEFAULT_LANGUAGE)
    last = format_day(report.covered.stretch.last_day)
    click.echo(translate("yearly.command.written", year=year, city=city, last=last, file=output))


def _step(progress: Progress, task: TaskID, key: str) -> None:
    progress.update(task, advance=1, description=translate(key))


def _read(year: int, code: str | None) -> Evaluation:
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:
        cities = cities_of(connection, clock.today())
        chosen = [unit for unit in cities if code in {None, unit.code}]
        if not chosen:
            known = ", ".join(unit.code for unit in cities) or "–"
            raise click.ClickException(translate("yearly.command.no_city", code=code or "–", known=known))
        try:
            return read_evaluation(connection, chosen[0], year, clock.today(), _settings().minimum_n)
        except NoReport as none:
            raise click.ClickException(translate(f"yearly.{none.reason}.text", year=none.year)) from none


def _pdf(report: Evaluation, language: str) -> bytes:
    from analytics.reports.yearly.document import report_pdf

    return report_pdf(report, language, _settings().public_url)


def _json(report: Evaluation, language: str) -> bytes:
    return json_text(as_document(report, language)).encode()


_MAKERS: dict[str, Callable[[Evaluation, str], bytes]] = {
    ".pdf": _pdf,
    ".xlsx": as_excel,
    ".csv": as_csv,
    ".json": _json,
}


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
