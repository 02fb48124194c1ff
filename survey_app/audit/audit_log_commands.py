"""`flask --app wsgi audit-log verify`: recompute the chain."""

import click
from flask.cli import AppGroup

from survey_app.audit_log.log import BrokenChain, verify_chain
from survey_app.database import read_connection
from survey_app.languages import translate

audit_log_commands = AppGroup("audit-log", help="The audit log.")


@audit_log_commands.command("verify")
def verify_command() -> None:
    """Recompute every hash of the audit log; exit 1 naming the first event that does not fit."""
    try:
        with read_connection() as connection:
            end = verify_chain(connection)
    except BrokenChain as broken:
        raise click.ClickException(translate("audit_log.chain.broken", number=broken.seq)) from broken
    click.echo(translate("audit_log.chain.whole", size=end.size))
    click.echo(end.hash.hex())
