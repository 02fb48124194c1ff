"""`flask --app wsgi ledger …`: verify the book, make and change the log's signing key."""

import sys
from datetime import date

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection

from survey_app.audit_log.actors import command_actor
from survey_app.clock import Clock
from survey_app.database import lock_for_closing, read_connection, write_transaction
from survey_app.languages import format_number, translate
from survey_app.ledger.commands import in_words
from survey_app.ledger.differences import Difference
from survey_app.ledger.keyring import Keyring
from survey_app.ledger.sealed_log import head_fingerprint
from survey_app.ledger.verification import Tally, count_sealed_days, verify_log

ledger_commands = AppGroup("ledger", help="The sealed book: verify it; its signing key.")


@ledger_commands.command("verify")
def verify_command() -> None:
    """Recompute every row, unit, day, head and the audit log; exit 1 naming the first thing that differs."""
    with in_words(), read_connection() as connection:
        try:
            tally = _verified(connection)
        except Difference as difference:
            words = translate(f"ledger.differs.{difference.kind}", **difference.details)
            click.echo(translate("ledger.verify.differs", what=words), err=True)
            sys.exit(1)
        _report(tally, head_fingerprint(connection))


@ledger_commands.command("make-key")
def make_key_command() -> None:
    """Make the log's first signing key (a key that lies there already is taken), and print its public half."""
    clock: Clock = current_app.extensions["clock"]
    with in_words(), write_transaction() as connection:
        lock_for_closing(connection)
        key = _keyring().ensure(connection, clock.now(), make=True, actor=command_actor())
    click.echo(translate("ledger.key_ready", file=_keyring().path))
    click.echo(key.text)


@ledger_commands.command("rotate-key")
@click.option("--lost", is_flag=True, help="The present key is lost: go on without it.")
def rotate_key_command(*, lost: bool) -> None:
    """Change the signing key: a new one is made, the old one is kept aside and signs the next head once more."""
    clock: Clock = current_app.extensions["clock"]
    keyring = _keyring()
    with in_words():
        with write_transaction() as connection:
            lock_for_closing(connection)
            key = keyring.rotate(connection, clock.now(), command_actor(), lost=lost)
        keyring.finish_rotation()
    click.echo(translate("ledger.key_rotated", file=keyring.path))
    click.echo(key.text)


def _keyring() -> Keyring:
    return Keyring.of(current_app.extensions["settings"])


def _verified(connection: Connection) -> Tally:
    days = count_sealed_days(connection)
    with Progress(console=Console(stderr=True), disable=not days) as progress:
        bar = progress.add_task(translate("ledger.verifying"), total=days)

        def advance(_day: date) -> None:
            progress.advance(bar)

        return verify_log(connection, advance)


def _report(tally: Tally, head: str | None) -> None:
    if head is None:
        click.echo(translate("ledger.verify.empty"))
        return
    counts = {
        "days": tally.days,
        "unit_days": tally.unit_days,
        "responses": tally.responses,
        "receipts": tally.receipts,
        "events": tally.events,
    }
    click.echo(translate("ledger.verify.whole", head=head, **{name: format_number(n) for name, n in counts.items()}))
    for name in ("removed", "hidden"):
        count = getattr(tally, name)
        if count:
            click.echo(translate(f"ledger.verify.{name}", count=format_number(count)))
