"""`flask --app wsgi territory …`: import units and their succession, list them, keep scan codes of service points."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from config import Settings
from survey_app.audit_log.actors import command_actor
from survey_app.audit_log.event_types import EventType
from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import current_language, format_day, translate
from survey_app.territory import scan_code_register
from survey_app.territory.audit_events import CODE_ISSUED, CODE_REVOKED, UNIT_CLOSED, UNITS_IMPORTED
from survey_app.territory.csv_rows import LARGEST_FILE_BYTES
from survey_app.territory.place_commands import premises_commands, service_point_commands
from survey_app.territory.posters import printed_address
from survey_app.territory.problems import RefusedChange, TerritoryFileError
from survey_app.territory.scan_code_register import IssuedCode
from survey_app.territory.scan_codes import normalise
from survey_app.territory.search import matching
from survey_app.territory.service_points import service_point_by_id, service_points_of
from survey_app.territory.unit_register import close_unit, import_units, parse_units_csv
from survey_app.territory.units import find_unit, units_on

territory_commands = AppGroup("territory", help="Units, their service points and scan codes.")
code_commands = AppGroup("code", help="Scan codes of service points.")
for group in (code_commands, premises_commands, service_point_commands):
    territory_commands.add_command(group)
_DAY = click.DateTime(["%Y-%m-%d"])
_SERVICE_POINT_ID = click.IntRange(1, 2**31 - 1)


@territory_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--valid-from", metavar="DAY", type=_DAY, help="First day, if it is not the one that the file stands for."
)
@click.option("--valid-to", metavar="DAY", type=_DAY, help="The day on which the file's units are no more, likewise.")
def import_command(file: Path, valid_from: datetime | None, valid_to: datetime | None) -> None:
    """Import units or their succession from a CSV file: all or nothing, and twice changes nothing."""
    with _explaining(file.name):
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE_BYTES + 1)
        with Console(stderr=True).status(_words("importing", source=file.name)):
            parsed = parse_units_csv(content, file.name)
            with write_transaction() as connection:
                result = import_units(connection, parsed, _date(valid_from), _date(valid_to))
                if not result.wrote_nothing:
                    _record(connection, UNITS_IMPORTED, file=file.name, new=result.new, changed=result.changed)
    if result.wrote_nothing:
        _say("nothing_new", source=file.name, unchanged=result.unchanged)
    else:
        _say("imported", source=file.name, new=result.new, changed=result.changed, unchanged=result.unchanged)
    if result.kept_closed:
        _say("kept_closed", count=len(result.kept_closed), codes=", ".join(result.kept_closed))


@territory_commands.command("close")
@click.argument("code")
@click.argument("day", type=_DAY)
def close_command(code: str, day: datetime) -> None:
    """End the unit CODE: from DAY on it is no more. Its successors come with a file of succession."""
    with _explaining(code), write_transaction() as connection:
        wrote = close_unit(connection, code, day.date())
        if wrote:
            _record(connection, UNIT_CLOSED, unit=code, day=day.date().isoformat())
    _say("unit_closed" if wrote else "unit_was_closed", code=code, day=format_day(day.date()))


@territory_commands.command("list")
@click.argument("text", default="")
@click.option("--unit", "unit_code", metavar="CODE", help="List the service points of this unit instead.")
@click.option("--day", "on", metavar="DAY", type=_DAY, help="As of this day; today if not given.")
def list_command(text: str, unit_code: str | None, on: datetime | None) -> None:
    """List units, or those whose name or code begins to spell TEXT (with or without diacritics)."""
    day = _date(on) or _today()
    with _explaining(text):
        if unit_code is None:
            _list_units(text, day)
        else:
            _list_service_points(unit_code, day)


@code_commands.command("issue")
@click.argument("service_point_id", type=_SERVICE_POINT_ID)
def issue_command(service_point_id: int) -> None:
    """Give a service point a new scan code; earlier ones go on until they are revoked."""
    with _explaining(str(service_point_id)), write_transaction() as connection:
        code = scan_code_register.issue(connection, service_point_id, _today())
        point = service_point_by_id(connection, service_point_id, _today())
        unit = point.unit.code if point else None
        _record(connection, CODE_ISSUED, unit=unit, code=code, service_point=service_point_id)
    _say("issued", code=code, address=printed_address(_settings().public_url, code))


@code_commands.command("revoke")
@click.argument("code")
def revoke_command(code: str) -> None:
    """Let a scan code lead nowhere from today on. The old sheet then says where to go."""
    shown = scan_code_register.presentable(code)
    with _explaining(shown), write_transaction() as connection:
        wrote = scan_code_register.revoke(connection, code, _today())
        if wrote:
            _record(connection, CODE_REVOKED, code=normalise(code), from_day=_today().isoformat())
    _say("revoked" if wrote else "was_revoked", code=shown, day=format_day(_today()))


@code_commands.command("show")
@click.argument("service_point_id", type=_SERVICE_POINT_ID)
def show_command(service_point_id: int) -> None:
    """Show a service point and every scan code it ever had, newest first."""
    with _explaining(str(service_point_id)), read_connection() as connection:
        point = service_point_by_id(connection, service_point_id, None)
        if point is None:
            raise RefusedChange("unknown_service_point", id=service_point_id)
        codes = scan_code_register.codes_of(connection, service_point_id)
    _say("service_point", id=point.id, name=point.name, premises=point.premises.name, unit=point.unit.in_sentence)
    for each in codes:
        _say_code(each)
    if not codes:
        _say("no_codes", id=point.id)


@contextmanager
def _explaining(source: str) -> Iterator[None]:
    """Say every problem at once and exit with 1: no traceback, and the transaction has written nothing."""
    try:
        yield
    except TerritoryFileError as error:
        lines = [_words("problem", source=error.source, words=words) for words in error.words(current_language())]
        lines.append(_words("nothing_written", count=len(lines)))
    except RefusedChange as error:
        lines = [error.words(current_language())]
    except DBAPIError as error:
        lines = [_words("database", source=source, reason=str(error.orig).splitlines()[0])]
    else:
        return
    for line in lines:
        click.echo(line, err=True)
    raise click.exceptions.Exit(1)


def _list_units(text: str, day: date) -> None:
    with read_connection() as connection:
        units = units_on(connection, day)
    found = matching(units, text) if text.strip() else units
    for unit in found:
        click.echo(f"{unit.code:<7}{unit.full_name}" + (f" ({unit.area})" if unit.area else ""))
    _say("listed", count=len(found), total=len(units), day=format_day(day))


def _list_service_points(unit_code: str, day: date) -> None:
    with read_connection() as connection:
        unit = find_unit(connection, unit_code, day)
        if unit is None:
            raise RefusedChange("unknown_unit", code=unit_code)
        points = service_points_of(connection, unit.id, day)
    for point in points:
        _say("service_point", id=point.id, name=point.name, premises=point.premises.name, unit=unit.in_sentence)
    _say("listed_points", count=len(points), unit=unit.in_sentence, day=format_day(day))


def _say_code(issued: IssuedCode) -> None:
    address = printed_address(_settings().public_url, issued.code)
    if issued.revoked_on is None:
        _say("code_open", address=address, issued=format_day(issued.issued_on))
    else:
        _say(
            "code_revoked",
            address=address,
            issued=format_day(issued.issued_on),
            revoked=format_day(issued.revoked_on),
        )


def _record(connection: Connection, event: EventType, unit: str | None = None, **details: object) -> None:
    """Write the act to the audit log, in its own transaction."""
    clock: Clock = current_app.extensions["clock"]
    record_event(connection, event, actor=command_actor(), at=clock.now(), unit=unit, **details)


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def _today() -> date:
    clock: Clock = current_app.extensions["clock"]
    return clock.today()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _say(key: str, **values: object) -> None:
    click.echo(_words(key, **values))


def _words(key: str, **values: object) -> str:
    return translate(f"territory.command.{key}", **values)
