"""`flask --app wsgi questionnaire …`: check, store and assign definitions, and show what is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Connection

from survey_app.audit_log.actors import command_actor
from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import current_language, format_day, translate
from survey_app.questionnaires import register
from survey_app.questionnaires.audit_events import QUESTIONNAIRE_STORED
from survey_app.questionnaires.definition import (
    DefinitionError,
    Problem,
    Questionnaire,
    callback_questionnaire,
    parse_definition,
    parse_own_questions,
    with_own_questions,
    without_own_questions,
)
from survey_app.questionnaires.register import AlreadyAssigned, NoQuestionnaire, StoredQuestionnaire
from survey_app.territory.units import Unit, find_unit

questionnaire_commands = AppGroup(
    "questionnaire", help="Questionnaires: check, load, add a unit's own questions, show."
)
definition_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
unit_option = click.option("--unit", "unit_code", metavar="CODE", help="The unit that uses it, and those below it.")
from_option = click.option(
    "--from",
    "valid_from",
    metavar="DAY",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day of use; today if not given.",
)


@questionnaire_commands.command("check")
@definition_file
def check_command(file: Path) -> None:
    """Read a definition and name every line that breaks a rule; store nothing."""
    with _explaining():
        found = parse_definition(_read(file), file.name)
    _say("right", source=file.name, label=found.label, count=len(found.items), hash=found.content_hash)


@questionnaire_commands.command("load")
@definition_file
@unit_option
@from_option
def load_command(file: Path, unit_code: str | None, valid_from: datetime | None) -> None:
    """Store a definition; with --unit, let the unit use it from a day on."""
    if valid_from is not None and unit_code is None:
        raise click.UsageError(_words("unit_needed"))
    day = _day(valid_from)
    with _explaining():
        loaded = parse_definition(_read(file), file.name)
        with write_transaction() as connection:
            unit = _unit(connection, unit_code, day) if unit_code is not None else None
            _store(connection, loaded, unit, day)
    _report(loaded, unit, day)


@questionnaire_commands.command("own")
@definition_file
@click.option("--unit", "unit_code", metavar="CODE", required=True, help="The unit that asks these questions.")
@from_option
def own_command(file: Path, unit_code: str, valid_from: datetime | None) -> None:
    """Add a unit's own questions to the questionnaire that it uses, from a day on."""
    day = _day(valid_from)
    with _explaining():
        own = parse_own_questions(_read(file), file.name)
        with write_transaction() as connection:
            unit = _unit(connection, unit_code, day)
            base = without_own_questions(_in_use(connection, unit, day).questionnaire)
            composed = with_own_questions(base, own)
            _store(connection, composed, unit, day)
    _report(composed, unit, day)


@questionnaire_commands.command("callback")
def callback_command() -> None:
    """Store the questions that independent callers ask; no unit uses them on its pages."""
    with _explaining():
        shipped = callback_questionnaire()
        with write_transaction() as connection:
            _store(connection, shipped, None, _day(None))
    _report(shipped, None, _day(None))


@questionnaire_commands.command("show")
@click.option("--unit", "unit_code", metavar="CODE", help="Only the one that this unit uses on the day.")
@click.option("--day", "on", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]), help="Today if not given.")
def show_command(unit_code: str | None, on: datetime | None) -> None:
    """Show stored questionnaires with their items and slots."""
    day = _day(on)
    with read_connection() as connection:
        if unit_code is not None:
            shown = [_in_use(connection, _unit(connection, unit_code, day), day)]
        else:
            shown = list(register.all_stored(connection))
        units = register.units_using(connection)
    if not shown:
        _say("none_stored")
    for stored in shown:
        _show(stored, units.get(stored.id, 0))


def explain(problem: Problem, source: str) -> str:
    """One problem in words: where it is and which rule it breaks."""
    words = translate(f"questionnaires.rule.{problem.rule}", **problem.details)
    return _words("line" if problem.line else "no_line", source=source, line=problem.line, words=words)


@contextmanager
def _explaining() -> Iterator[None]:
    """Show every problem of a definition and exit with 1, without a traceback."""
    try:
        yield
    except DefinitionError as error:
        for problem in error.problems:
            click.echo(explain(problem, error.source), err=True)
        raise click.exceptions.Exit(1) from error


def _read(file: Path) -> str:
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DefinitionError(file.name, [Problem(line, "not_utf8")]) from error


def _day(given: datetime | None) -> date:
    clock: Clock = current_app.extensions["clock"]
    return given.date() if given is not None else clock.today()


def _unit(connection: Connection, code: str, day: date) -> Unit:
    unit = find_unit(connection, code, day)
    if unit is None:
        raise click.ClickException(_words("unknown_unit", code=code, day=format_day(day)))
    return unit


def _in_use(connection: Connection, unit: Unit, day: date) -> StoredQuestionnaire:
    try:
        return register.questionnaire_for(connection, unit.id, unit.parent_id, day)
    except NoQuestionnaire as error:
        words = _words("no_questionnaire", code=unit.code, day=format_day(day))
        raise click.ClickException(words) from error


def _store(connection: Connection, questionnaire: Questionnaire, unit: Unit | None, day: date) -> None:
    clock: Clock = current_app.extensions["clock"]
    was_known = questionnaire.content_hash in register.hashes_by_id(connection).values()
    stored_id = register.store(connection, questionnaire, clock.today())
    if unit is not None or not was_known:
        record_event(
            connection,
            QUESTIONNAIRE_STORED,
            actor=command_actor(),
            at=clock.now(),
            unit=unit.code if unit else None,
            questionnaire=questionnaire.label,
            hash=questionnaire.content_hash,
            from_day=day.isoformat() if unit else None,
        )
    if unit is None:
        return
    try:
        register.assign(connection, unit.id, stored_id, day)
    except AlreadyAssigned as error:
        raise click.ClickException(_words("taken_day", code=unit.code, day=format_day(day))) from error


def _report(questionnaire: Questionnaire, unit: Unit | None, day: date) -> None:
    _say("stored", label=questionnaire.label, hash=questionnaire.content_hash)
    if unit is not None:
        _say("assigned", unit=unit.full_name, code=unit.code, label=questionnaire.label, day=format_day(day))


def _show(stored: StoredQuestionnaire, units: int) -> None:
    shown = stored.questionnaire
    day = format_day(stored.stored_on)
    _say("shown", label=shown.label, day=day, count=len(shown.items), units=units, hash=shown.content_hash)
    for item in shown.items:
        text = item.text[current_language()]
        _say("shown_item", slot=item.slot, name=item.name, construct=item.construct, text=text)


def _say(key: str, **values: object) -> None:
    click.echo(_words(key, **values))


def _words(key: str, **values: object) -> str:
    return translate(f"questionnaires.command.{key}", **values)
