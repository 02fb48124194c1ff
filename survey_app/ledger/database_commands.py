"""`flask --app wsgi database grant-roles`: rights of the accounts under which the parts of the product run."""

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from survey_app.database import db, read_connection, write_transaction
from survey_app.languages import translate
from survey_app.ledger.database_roles import BadRoleName, Roles, grant, grants

database_commands = AppGroup("database", help="Rights in the database (PostgreSQL).")


@database_commands.command("grant-roles")
@click.option("--citizen", required=True, metavar="ROLE", help="Under which the citizens' pages run.")
@click.option("--staff", required=True, metavar="ROLE", help="Under which the back office runs.")
@click.option("--closer", required=True, metavar="ROLE", help="Under which days are closed and retention is applied.")
@click.option("--print", "only_print", is_flag=True, help="Print the statements; change nothing.")
def grant_roles_command(citizen: str, staff: str, closer: str, *, only_print: bool) -> None:
    """Give three existing PostgreSQL roles exactly their rights. Run it as the owner, after each migration."""
    if db.engine.dialect.name != "postgresql":
        raise click.ClickException(translate("database.not_postgresql"))
    try:
        roles = Roles(citizen, staff, closer)
        if only_print:
            with read_connection() as connection:
                click.echo(";\n".join(grants(connection, roles)) + ";")
            return
        with write_transaction() as connection:
            grant(connection, roles)
    except BadRoleName as error:
        raise click.ClickException(translate("database.bad_role", role=str(error)[:63])) from error
    except DBAPIError as error:
        why = str(error.orig).splitlines()[0]
        raise click.ClickException(translate("database.refused", why=why)) from error
    click.echo(translate("database.granted", citizen=citizen, staff=staff, closer=closer))
