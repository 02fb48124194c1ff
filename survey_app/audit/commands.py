"""`flask --app wsgi export responses`: the raw answers and their manifest as two files; never half of either."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection

from config import Settings
from survey_app.audit.export_rows import CorruptedRow, count_rows
from survey_app.audit.formats import FORMATS, Advance
from survey_app.audit.requests import LONGEST_REASON, Asked, Understood, understand
from survey_app.audit.taking import Places, Taken, manifest_of, record_export, write_rows
from survey_app.audit_log.actors import command_actor
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import translate
from survey_app.ledger.manifest import ExportedFile
from survey_app.responses.reader import CHANNELS

export_commands = AppGroup("export", help="Raw answers as files.")
Result = TypeVar("Result")


@export_commands.command("responses")
@click.option("--format", "file_format", type=click.Choice(sorted(FORMATS)), default="csv", show_default=True)
@click.option("--unit", "units", multiple=True, metavar="CODE", help="Only this unit and those below it; repeatable.")
@click.option("--with-predecessors", is_flag=True, help="With the units whose place the chosen ones took.")
@click.option("--from", "first_day", default="", metavar="DAY", help="First day, YYYY-MM-DD.")
@click.option("--to", "last_day", default="", metavar="DAY", help="Last day, YYYY-MM-DD.")
@click.option(
    "--channel", "channels", multiple=True, type=click.Choice(CHANNELS), help="Only this channel; repeatable."
)
@click.option("--sealed", is_flag=True, help="Only sealed days; without it, the inbox too, marked.")
@click.option("--comments", is_flag=True, help="With comments.")
@click.option("--reason", default="", metavar="TEXT", help="Why, for the audit log and the manifest.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def responses_command(
    file_format: str,
    units: tuple[str, ...],
    with_predecessors: bool,
    first_day: str,
    last_day: str,
    channels: tuple[str, ...],
    sealed: bool,
    comments: bool,
    reason: str,
    output: Path,
) -> None:
    """Write the raw answers, as the page does, and FILE.manifest.json beside them."""
    why = reason.strip()[:LONGEST_REASON] or translate("audit.command.reason")
    days = first_day.strip(), last_day.strip()
    asked = Asked(units, with_predecessors, *days, channels, why, comments, why if comments else "")
    with read_connection() as connection:
        understood = understand(connection, asked, with_reasons=False, sealed_only=sealed)
        if understood.problems:
            raise click.ClickException("\n".join(understood.problems.values()))
        with _explaining(output):
            rows, proven = _write_both(connection, asked, understood, file_format, output)
    click.echo(translate("audit.command.written", rows=rows, file=output))
    click.echo(translate("audit.command.proven" if proven else "audit.command.unproven", file=manifest_path(output)))


def manifest_path(output: Path) -> Path:
    """Where the manifest of a file lies: beside it, under its name and `.manifest.json`."""
    return output.with_name(f"{output.name}.manifest.json")


def _write_both(
    connection: Connection, asked: Asked, understood: Understood, file_format: str, output: Path
) -> tuple[int, bool]:
    """Write file and manifest, record the export, then put both in place. Returns how many rows, and if proven."""
    clock: Clock = current_app.extensions["clock"]
    folder = output.parent
    settings: Settings = current_app.extensions["settings"]
    places = Places(folder, settings.resolved_archive_dir)
    with _draft(output) as draft, _draft(manifest_path(output)) as manifest_draft:
        with _progress(count_rows(connection, understood.wanted)) as advance:
            export, rows, unsealed = _filled(
                draft,
                lambda file: write_rows(connection, understood, FORMATS[file_format], file, places, advance),
            )
        exported = ExportedFile(file_format, _sha256(draft), export.columns.names, rows, unsealed)
        taken = Taken(command_actor(), clock.now(), asked, understood, exported)
        proven = understood.sealed is not None
        if proven:
            _filled(manifest_draft, lambda file: file.writelines(manifest_of(connection, export, taken, folder)))
        with write_transaction() as writing:
            record_export(writing, taken)
        draft.replace(output)
        if proven:
            manifest_draft.replace(manifest_path(output))
        else:
            manifest_path(output).unlink(missing_ok=True)  # One of an earlier file would only mislead.
    return rows, proven


@contextmanager
def _explaining(output: Path) -> Iterator[None]:
    """Say in words what the disk, the folder or the book refuses."""
    try:
        yield
    except CorruptedRow as error:
        words = translate("audit.corrupted", id=error.response_id, unit=error.unit_code, day=error.day)
        raise click.ClickException(words) from error
    except OSError as error:
        raise click.ClickException(translate("audit.command.cannot", file=output, why=error.strerror)) from error


@contextmanager
def _draft(output: Path) -> Iterator[Path]:
    """A file beside `output` (mode 0600) that is gone in the end unless it was put in place."""
    descriptor, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
    os.close(descriptor)
    draft = Path(name)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _progress(total: int) -> Iterator[Advance]:
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(translate("audit.command.writing"), total=total)
        yield lambda rows: progress.advance(task, rows)


def _filled(draft: Path, write: Callable[[BinaryIO], Result]) -> Result:
    """Let the draft be written and made durable."""
    with draft.open("r+b") as file:
        result = write(file)
        file.flush()
        os.fsync(file.fileno())
    return result


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
