"""`flask --app wsgi demo load|drop|show`."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import track
from sqlalchemy import select

from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.demo.accounts import known_accounts
from survey_app.demo.city import LEADER_UNIT
from survey_app.demo.loader import drop_demo, load_demo
from survey_app.demo.model import last_finished_sunday
from survey_app.demo.models import DemoMarkRow
from survey_app.demo.state import DemoRefused, DemoState, demo_state
from survey_app.languages import format_day, format_number, translate
from survey_app.territory.posters import scan_address
from survey_app.territory.scan_code_register import current_code
from survey_app.territory.service_points import service_points_of
from survey_app.territory.units import find_unit

demo_commands = AppGroup("demo", help="Demo data: load it, take it away, show where to click.")


@demo_commands.command("load")
def load_command() -> None:
    """Load the demo into an empty database; loaded already, change nothing. Never touches other data."""
    with read_connection() as connection:
        loaded = demo_state(connection) is DemoState.LOADED
    if loaded:
        _say_how_old()
        return
    try:
        done = load_demo(current_app._get_current_object(), _bar)  # type: ignore[attr-defined]  # noqa: SLF001
    except DemoRefused as refused:
        raise click.ClickException(translate(refused.key)) from refused
    first, last = format_day(done.first_day), format_day(done.last_day)
    words = translate("demo.loaded", units=done.units, answers=format_number(done.answers), first=first, last=last)
    click.echo(words)


@demo_commands.command("drop")
def drop_command() -> None:
    """Take the demo away: only from a database that holds nothing else."""
    try:
        drop_demo(current_app.extensions["settings"])
    except DemoRefused as refused:
        raise click.ClickException(translate(refused.key)) from refused
    click.echo(translate("demo.dropped"))


@demo_commands.command("show")
def show_command() -> None:
    """Print the scan link with its QR, the pages to open, and the demo accounts."""
    settings: Settings = current_app.extensions["settings"]
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:
        if demo_state(connection) is not DemoState.LOADED:
            raise click.ClickException(translate("demo.refused.not_demo"))
        unit = find_unit(connection, LEADER_UNIT, clock.today())
        assert unit is not None, "the demo has its leader's unit"
        point = service_points_of(connection, unit.id, clock.today())[0]
        code = current_code(connection, point.id, clock.today())
    assert code is not None, "every counter of the demo has a code"
    address = scan_address(settings.public_url, code)
    _show_qr(address)
    click.echo(translate("demo.show.scan", address=address, place=f"{point.name}, {unit.full_name}"))
    click.echo(translate("demo.show.public", address=settings.public_url))
    click.echo(translate("demo.show.staff", address=f"{settings.public_url}/staff/sign-in"))
    for account in known_accounts(settings):
        words = translate(f"demo.show.{account.role}")
        click.echo(f"  {account.email:<42} {account.password}   {words}")


def _bar(days: Sequence[date]) -> Iterator[date]:
    return iter(track(days, translate("demo.loading"), console=Console(stderr=True)))


def _say_how_old() -> None:
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:
        last_day = connection.execute(select(DemoMarkRow.last_day)).scalar_one()
    click.echo(translate("demo.is_loaded", last=format_day(last_day)))
    if last_day < last_finished_sunday(clock.today() - timedelta(days=1)):
        click.echo(translate("demo.is_old"))


def _show_qr(address: str) -> None:
    """Draw the address as a QR of half blocks, dark on light whatever the terminal's colours, if it fits its width."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(address)
    code.make(fit=True)
    if shutil.get_terminal_size().columns < code.modules_count + 2 * code.border:
        return
    code.print_ascii(tty=sys.stdout.isatty(), invert=True)
