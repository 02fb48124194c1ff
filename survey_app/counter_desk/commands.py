"""`flask --app wsgi tickets …`: print slips, void them, show what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Connection

from config import Settings
from survey_app.clock import Clock
from survey_app.counter_desk.printing import TicketRun, make_slips
from survey_app.counter_desk.ticket_weeks import ticket_tables
from survey_app.database import read_connection, write_transaction
from survey_app.languages import current_language, translate
from survey_app.responses.registration import door_of
from survey_app.responses.tickets import RefusedTickets, TicketOrder, void_tickets
from survey_app.territory.service_points import service_points_of
from survey_app.territory.units import Unit, find_unit
from survey_app.visits.commands import operator

ticket_commands = AppGroup("tickets", help="Single-use slips for everyone at the desk.")
_DAY = click.DateTime(["%Y-%m-%d"])
_ID = click.IntRange(1, 2**31 - 1)


@ticket_commands.command("print")
@click.option("--unit", "code", required=True, metavar="CODE", help="The commune.")
@click.option("--premises", "premises_id", type=_ID, help="Its premises; not needed when there is one.")
@click.option("--service-point", "point_id", type=_ID, help="One counter; without it, visitors say where they were.")
@click.option("--day", type=_DAY, help="For this day; today if not given.")
@click.option("--count", type=click.IntRange(1, 500), required=True, help="How many.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.pdf")
def print_command(
    code: str, premises_id: int | None, point_id: int | None, day: datetime | None, count: int, output: Path
) -> None:
    """Make slips and write them as a PDF, to print and cut. Their codes are nowhere else."""
    clock: Clock = current_app.extensions["clock"]
    settings: Settings = current_app.extensions["settings"]
    on = day.date() if day is not None else clock.today()
    run = TicketRun(door_of(current_app).tickets, settings, operator(), clock.now())
    with _explaining(), write_transaction() as connection:
        unit = _unit(connection, code, on)
        place = _premises(connection, unit, premises_id, point_id, on)
        pdf, _ = make_slips(connection, TicketOrder(unit, place, point_id, on, count, "command"), run)
        try:
            output.write_bytes(pdf)  # Within the transaction: slips that nobody holds are not made.
        except OSError as error:
            raise click.ClickException(translate("tickets.command.cannot", file=output, why=error.strerror)) from error
    click.echo(translate("tickets.command.printed", count=count, file=output))


@ticket_commands.command("void")
@click.option("--unit", "code", required=True, metavar="CODE", help="The commune.")
@click.option("--from", "first", type=_ID, required=True, metavar="SERIAL", help="First serial number.")
@click.option("--to", "last", type=_ID, required=True, metavar="SERIAL", help="Last serial number.")
@click.option("--reason", required=True, help="Why; it is kept in the audit log.")
def void_command(code: str, first: int, last: int, reason: str) -> None:
    """Void slips by their serial numbers. A slip that was used stays used."""
    clock: Clock = current_app.extensions["clock"]
    with _explaining(), write_transaction() as connection:
        unit = _unit(connection, code, clock.today())
        voided = void_tickets(connection, unit, first, last, reason=reason, actor=operator(), at=clock.now())
    click.echo(translate("tickets.command.voided", count=voided))


@ticket_commands.command("show")
@click.option("--unit", "code", required=True, metavar="CODE", help="The commune.")
def show_command(code: str) -> None:
    """Show visits, slips made and slips used, per week."""
    clock: Clock = current_app.extensions["clock"]
    with _explaining(), read_connection() as connection:
        unit = _unit(connection, code, clock.today())
        tables = ticket_tables(connection, unit, service_points_of(connection, unit.id, clock.today()), clock.today())
    for table in tables:
        click.echo(table.words)
        for week in table.weeks:
            visits = "–" if week.visits is None else week.visits
            numbers = {"issued": week.issued, "voided": week.voided, "used": week.used}
            click.echo("  " + translate("tickets.command.week", week=week.words, visits=visits, **numbers))


@contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except RefusedTickets as error:
        raise click.ClickException(error.words(current_language())) from error


def _unit(connection: Connection, code: str, day: date) -> Unit:
    unit = find_unit(connection, code, day)
    if unit is None or not unit.is_commune:
        raise RefusedTickets("unit", "unknown_unit", code=code[:20])
    return unit


def _premises(connection: Connection, unit: Unit, premises_id: int | None, point_id: int | None, day: date) -> int:
    if premises_id is not None:
        return premises_id
    points = service_points_of(connection, unit.id, day)
    if point_id is not None:
        points = [point for point in points if point.id == point_id]
    places = sorted({point.premises.id for point in points})
    if len(places) != 1:
        raise RefusedTickets("premises", "which_premises", known=", ".join(map(str, places)) or "–")
    return places[0]
