"""`flask --app wsgi api-key …`: keys of the province's other systems."""

import click
from flask import current_app
from flask.cli import AppGroup

from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.integration import keys
from survey_app.integration.keys import SCOPES, RefusedKey
from survey_app.languages import current_language, format_day, translate
from survey_app.visits.commands import operator

api_key_commands = AppGroup(
    "api-key", help="Keys with which the province's other systems send visits or order tickets."
)


@api_key_commands.command("add")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, metavar="SCOPE", help=f"One of: {', '.join(SCOPES)}.")
@click.option("--unit", "unit_code", metavar="CODE", help="The city or province; not needed when there is one.")
def add_command(name: str, scopes: tuple[str, ...], unit_code: str | None) -> None:
    """Make a key and print it: once, since only its hash is kept."""
    clock: Clock = current_app.extensions["clock"]
    try:
        with write_transaction() as connection:
            secret = keys.add_key(connection, name, scopes, unit_code, operator(), clock.now())
    except RefusedKey as error:
        raise click.ClickException(error.words(current_language())) from error
    click.echo(translate("integration.command.added", name=name), err=True)
    click.echo(secret)


@api_key_commands.command("list")
def list_command() -> None:
    """List every key there ever was, without its secret."""
    with read_connection() as connection:
        found = keys.all_keys(connection)
    for key in found:
        state = translate("integration.command.open")
        if key.revoked_on is not None:
            state = translate("integration.command.revoked_on", day=format_day(key.revoked_on))
        scopes = ", ".join(sorted(key.scopes))
        added = format_day(key.added_on)
        click.echo(
            translate(
                "integration.command.line", name=key.name, scopes=scopes, unit=key.unit_code, added=added, state=state
            )
        )
    if not found:
        click.echo(translate("integration.command.none"))


@api_key_commands.command("revoke")
@click.argument("name")
def revoke_command(name: str) -> None:
    """Let a key open nothing any more."""
    clock: Clock = current_app.extensions["clock"]
    try:
        with write_transaction() as connection:
            wrote = keys.revoke_key(connection, name, operator(), clock.now())
    except RefusedKey as error:
        raise click.ClickException(error.words(current_language())) from error
    click.echo(translate(f"integration.command.{'revoked' if wrote else 'was_revoked'}", name=name))
