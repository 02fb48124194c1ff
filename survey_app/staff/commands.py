"""`flask --app wsgi staff …`: add, list and disable accounts, whatever zones the application serves."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup

from survey_app.languages import translate
from survey_app.staff.accounts import AccountError, add_account, all_accounts, canonical_email, disable_account
from survey_app.staff.role_matrix import role_matrix
from survey_app.staff.roles import Role

staff_commands = AppGroup("staff", help="Staff accounts: add, list, disable; who may open what.")


@staff_commands.command("add")
@click.argument("email")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help=f"May be repeated: {', '.join(Role)}.")
@click.option("--unit", "unit_code", metavar="CODE", help="The unit of a leader, volunteer or data entry.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
def add_command(email: str, roles: tuple[str, ...], unit_code: str | None, *, password_stdin: bool) -> None:
    """Add an account that may sign in at once."""
    password = _from_standard_input() if password_stdin else _prompted()
    with _explaining():
        member = add_account(email, roles, unit_code, password)
    names = ", ".join(role.value for role in Role if role in member.roles)
    key = "staff.command.added_for_unit" if unit_code else "staff.command.added"
    click.echo(translate(key, email=member.email, roles=names, unit=unit_code))


@staff_commands.command("list")
def list_command() -> None:
    """List all accounts: e-mail, roles, unit, and whether they may sign in."""
    accounts = all_accounts()
    if not accounts:
        click.echo(translate("staff.command.none"))
    width = max((len(account.email) for account in accounts), default=0)
    for account in accounts:
        state = translate("staff.command.active" if account.active else "staff.command.disabled_state")
        click.echo(f"{account.email:{width}}  {', '.join(account.roles)}  {account.unit_code or '–'}  {state}")


@staff_commands.command("disable")
@click.argument("email")
def disable_command(email: str) -> None:
    """Let an account sign in no more, and end its sessions."""
    with _explaining():
        disable_account(email)
    click.echo(translate("staff.command.disabled", email=canonical_email(email)))


@staff_commands.command("roles")
def roles_command() -> None:
    """Print who may open what, as docs/roles.md holds it."""
    click.echo(role_matrix(current_app), nl=False)


@contextmanager
def _explaining() -> Iterator[None]:
    """Show every problem, one a line, and exit with 1."""
    try:
        yield
    except AccountError as error:
        for problem in error.problems:
            click.echo(problem.words(), err=True)
        raise click.exceptions.Exit(1) from error


def _from_standard_input() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _prompted() -> str:
    again = translate("staff.command.password_again")
    typed: str = click.prompt(translate("staff.command.password"), hide_input=True, confirmation_prompt=again)
    return typed
