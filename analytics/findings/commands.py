"""`flask --app wsgi findings report`: what the methods find, printed or as Markdown; `facts rebase`."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from rich.console import Console

from analytics.findings.bases import BaseRefused, rebase
from analytics.findings.comparison import COMPARED_BY
from analytics.findings.report import CityFindings, findings_of
from analytics.findings.words import Section, Table, headline, sections
from analytics.published.unions import Span
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import catalogue, catalogues, current_language, format_day, translate
from survey_app.territory.units import find_unit
from survey_app.visits.commands import operator

finding_commands = AppGroup("findings", help="What may be concluded: signals, counters to look at, comparison.")


@finding_commands.command("report")
@click.option("--city", "code", metavar="CODE", help="The city or province (default: the first by code).")
@click.option(
    "--by", type=click.Choice([span.value for span in COMPARED_BY]), default=Span.YEAR.value, help="Compare by."
)
@click.option("--language", type=click.Choice(["vi", "en"]), help="Default: the installation's.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A Markdown file to write.")
def report_command(code: str | None, by: str, language: str | None, output: Path | None) -> None:
    """Print what is found in a city, or write it to a file."""
    chosen = language or current_language()
    assert chosen in catalogues(), "click lets nothing else through"
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:
        findings = findings_of(connection, clock.today(), code, Span(by))
    if findings is None:
        raise click.ClickException(translate("findings.nothing"))
    text = markdown(findings, chosen)
    if output is None:
        from rich.markdown import Markdown  # 4 MB that only this command needs

        Console().print(Markdown(text))
        return
    output.write_text(text, encoding="utf-8")
    click.echo(translate("findings.written", file=str(output)))


@click.command("rebase")
@click.option("--unit", "code", metavar="CODE", required=True, help="The commune.")
@click.option("--from", "week", metavar="WEEK", required=True, help="2026-W47, or its Monday 2026-11-16.")
@click.option("--reason", required=True, help="What truly changed: 10 to 300 characters.")
@with_appcontext
def rebase_command(code: str, week: str, reason: str) -> None:
    """Count a commune's usual level anew from a week on. Kept for good, with the reason, in the audit log.

    Never because a signal is unwelcome. Signals need twelve points after that week.
    """
    clock: Clock = current_app.extensions["clock"]
    with write_transaction() as connection:
        unit = find_unit(connection, code, clock.today())
        if unit is None:
            raise click.ClickException(translate("findings.rebase.unknown_unit", code=code[:20]))
        try:
            made = rebase(connection, unit, _monday(week), reason, actor=operator(), at=clock.now())
        except BaseRefused as refused:
            raise click.ClickException(translate(refused.key)) from refused
    click.echo(translate("findings.rebase.done", unit=unit.full_name, day=format_day(made.monday)))


def _monday(week: str) -> date:
    """The day that names the week. Raises `BaseRefused` for what names none."""
    try:
        return date.fromisoformat(f"{week}-1" if "W" in week else week)
    except ValueError as error:
        raise BaseRefused("findings.rebase.not_monday") from error


def markdown(findings: CityFindings, language: str) -> str:
    """The findings as a page of Markdown."""
    lines = [f"# {catalogue(language).text('findings.title')}", "", headline(findings, language)]
    for section in sections(findings, language):
        lines += _section(section)
    return "\n".join(lines) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"## {section.title}", "", section.explanation, "")
    yield from (f"- {line}" for line in section.lines)
    if section.table is not None:
        yield from ("", *_table(section.table))


def _table(table: Table) -> Sequence[str]:
    rules = ["---", *("---:" for _ in table.columns[1:])]
    return [_row(table.columns), _row(rules), *(_row(row) for row in table.rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
