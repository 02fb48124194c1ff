"""`flask posters`, `flask poster-check`, `flask territory code rotate`: what hangs at counters, printed and renewed."""

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import track

from config import Settings
from survey_app.audit_log.actors import command_actor
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import current_language, format_day, translate
from survey_app.territory import scan_code_register
from survey_app.territory.commands import code_commands
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.poster_list import CodedPoint, coded_points, poster_of, units_to_print
from survey_app.territory.posters import printed_address
from survey_app.territory.problems import RefusedChange
from survey_app.territory.rotation_record import record_rotation
from survey_app.territory.service_points import service_point_by_id
from survey_app.territory.units import find_unit

PAPERS = ("a4", "a5", "tent")
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("posters")
@click.option("--unit", "unit_code", metavar="CODE", help="Only this unit and those below it.")
@click.option("--paper", type=click.Choice(PAPERS), default="a4", show_default=True, help="Sheet, or tent to fold.")
@click.option("--motto", is_flag=True, help="With the full motto (4 xin, 4 luôn, 5 không).")
@click.option("-o", "--output", type=_FILE, required=True, help="The PDF to write.")
@with_appcontext
def posters_command(unit_code: str | None, paper: str, motto: bool, output: Path) -> None:
    """Print the posters of all service points that are open today, one page each."""
    from survey_app.territory.poster_pdf import PAPERS as PAPER_NAMES
    from survey_app.territory.poster_pdf import posters_pdf

    points = _points(unit_code)
    coded = [(each.point, each.code) for each in points if each.code is not None]
    if not coded:
        raise click.ClickException(_words("nothing", without=len(points)))
    kind = next(name for name in PAPER_NAMES if name == paper)
    url, today = _settings().public_url, _today()
    posters = (
        poster_of(point, code, url, today, motto=motto)
        for point, code in track(coded, _words("drawing"), console=Console(stderr=True))
    )
    _write(output, posters_pdf(posters, kind, translate("poster.document"), today))
    click.echo(_words("printed", count=len(coded), file=output))
    if len(coded) < len(points):
        click.echo(_words("without_code", count=len(points) - len(coded)))


@click.command("poster-check")
@click.option("--unit", "unit_code", metavar="CODE", help="Only this unit and those below it.")
@click.option("-o", "--output", type=_FILE, required=True, help="The PDF to write.")
@with_appcontext
def check_command(unit_code: str | None, output: Path) -> None:
    """Print the monthly check sheets: each poster with its code, to be looked at and ticked off."""
    from survey_app.territory.poster_check_pdf import check_sheets_pdf
    from survey_app.territory.poster_sheets import check_sheets

    points = _points(unit_code)
    settings = _settings()
    sheets = check_sheets(points, settings.public_url, contacts_in_force().phone, _today())
    if not sheets:
        raise click.ClickException(_words("nothing", without=len(points)))
    _write(output, check_sheets_pdf(sheets, translate("poster.check.title"), _today()))
    click.echo(_words("sheets", count=len(sheets), file=output))


@code_commands.command("rotate")
@click.argument("service_point_id", type=click.IntRange(1, 2**31 - 1))
@click.option(
    "--closes",
    metavar="DAY",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day from which the earlier codes lead nowhere (default: today).",
)
def rotate_command(service_point_id: int, closes: datetime | None) -> None:
    """Give a service point a new scan code and close the earlier ones from a day on. Then print its poster anew."""
    clock: Clock = current_app.extensions["clock"]
    closes_on = closes.date() if closes else clock.today()
    try:
        with write_transaction() as connection:
            rotation = scan_code_register.rotate(connection, service_point_id, clock.today(), closes_on)
            point = service_point_by_id(connection, service_point_id, clock.today())
            assert point is not None, "rotate refuses a service point that is not open"
            record_rotation(connection, rotation, point, actor=command_actor(), at=clock.now())
    except RefusedChange as error:
        raise click.ClickException(error.words(current_language())) from error
    address = printed_address(_settings().public_url, rotation.code)
    click.echo(translate("territory.command.issued", code=rotation.code, address=address))
    for code in rotation.closed:
        click.echo(translate("territory.command.revoked", code=code, day=format_day(rotation.closes_on)))


def _points(unit_code: str | None) -> Sequence[CodedPoint]:
    today = _today()
    with read_connection() as connection:
        unit = None
        if unit_code is not None:
            unit = find_unit(connection, unit_code, today)
            if unit is None:
                problem = RefusedChange("unknown_unit", code=unit_code)
                raise click.ClickException(problem.words(current_language()))
        return coded_points(connection, units_to_print(connection, unit, today), today)


def _write(output: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    temporary = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(output)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise click.ClickException(_words("not_written", file=output, reason=error.strerror or error)) from error


def _today() -> date:
    clock: Clock = current_app.extensions["clock"]
    return clock.today()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _words(key: str, **values: object) -> str:
    return translate(f"poster.command.{key}", **values)
