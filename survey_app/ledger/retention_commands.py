"""`flask --app wsgi retention apply`: remove what is older than the installation promises."""

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import track

from config import Settings
from survey_app.audit_log.actors import command_actor
from survey_app.clock import Clock
from survey_app.languages import translate
from survey_app.ledger.retention import DueDay, apply_retention, due_days

retention_commands = AppGroup("retention", help="Remove what is older than the settings promise.")


@retention_commands.command("apply")
@click.option("--dry-run", is_flag=True, help="Say what is due; remove nothing.")
def apply_command(*, dry_run: bool) -> None:
    """Remove comments, then rows, of days that are due, by sealed orders: one transaction a day. Twice removes nothing.

    Leaf hashes, counts, check codes and the audit log stay, so that everything can still be verified.
    """
    settings: Settings = current_app.extensions["settings"]
    clock: Clock = current_app.extensions["clock"]
    due = due_days(settings, clock.today())
    if dry_run:
        _report(due, "due")
        return
    console = Console(stderr=True)
    removing = apply_retention(due, settings, command_actor(), clock)
    _report(list(track(removing, translate("retention.removing"), len(due), console=console, disable=not due)), "done")


def _report(days: list[DueDay], key: str) -> None:
    counted = [one for one in days if one.count]
    if not counted:
        click.echo(translate("retention.nothing"))
    for what in ("comments", "rows"):
        of_kind = [one for one in counted if one.what == what]
        if of_kind:
            count, first, last = sum(one.count for one in of_kind), of_kind[0].day, of_kind[-1].day
            words = translate(f"retention.{key}_{what}", count=count, days=len(of_kind), first=first, last=last)
            click.echo(words)
