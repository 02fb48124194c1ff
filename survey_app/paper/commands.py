"""`flask --app wsgi paper print`: a batch of paper forms, written as a PDF."""

from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import track
from sqlalchemy import Connection

from config import Settings
from survey_app.audit_log.actors import command_actor
from survey_app.clock import Clock
from survey_app.database import write_transaction
from survey_app.languages import DEFAULT_LANGUAGE, catalogues, current_language, translate
from survey_app.paper.batches import LARGEST_BATCH, BatchOrder, make_batch
from survey_app.paper.problems import RefusedPaper
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.service_points import service_point_by_id
from survey_app.territory.units import Unit, find_unit

paper_commands = AppGroup("paper", help="Paper forms: print them; they are typed on the pages of the staff.")


@paper_commands.command("print")
@click.option("--unit", "code", required=True, metavar="CODE", help="The commune.")
@click.option("--service-point", "point_id", type=click.IntRange(1, 2**31 - 1), required=True, help="The counter.")
@click.option("--sheets", type=click.IntRange(1, LARGEST_BATCH), required=True, help="How many.")
@click.option("--language", type=click.Choice(list(catalogues())), default=DEFAULT_LANGUAGE, show_default=True)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.pdf")
def print_command(code: str, point_id: int, sheets: int, language: str, output: Path) -> None:
    """Make a batch of sheets, two pages each, and write them as a PDF to print on both sides."""
    from survey_app.paper.form_pdf import forms_pdf
    from survey_app.paper.form_words import printed_form

    clock: Clock = current_app.extensions["clock"]
    settings: Settings = current_app.extensions["settings"]
    now = clock.now()
    try:
        with write_transaction() as connection:
            order = BatchOrder(_unit(connection, code, now.date()), point_id, sheets, language, "command")
            batch = make_batch(connection, order, actor=command_actor(), at=now)
            point = service_point_by_id(connection, point_id, now.date())
    except RefusedPaper as error:
        raise click.ClickException(error.words(current_language())) from error
    assert point is not None, "a batch is made for an open counter only"
    # Drawn after the transaction: many pages take seconds, in which nobody could send an answer.
    serials = track(range(1, sheets + 1), translate("paper.command.drawing"), console=Console(stderr=True))
    pdf = forms_pdf(printed_form(batch, point, settings, contacts_in_force()), serials, now.date())
    try:
        output.write_bytes(pdf)
    except OSError as error:
        values = {"file": output, "why": error.strerror, "batch": batch.id}
        raise click.ClickException(translate("paper.command.cannot", **values)) from error
    click.echo(translate("paper.command.printed", batch=batch.id, count=sheets, file=output))


def _unit(connection: Connection, code: str, day: date) -> Unit:
    unit = find_unit(connection, code, day)
    if unit is None or not unit.is_commune:
        raise RefusedPaper("unit", "unknown_unit", code=code[:20])
    return unit
