"""The auditor's page: pick units and days, say why, take the raw answers with you, and what proves them."""

from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from config import Settings
from survey_app.audit.download import MadeFile, make_file
from survey_app.audit.export_page import ExportPage, file_name, page_for, page_of
from survey_app.audit.export_rows import CorruptedRow, Export, open_export
from survey_app.audit.formats import FORMATS, FileFormat
from survey_app.audit.requests import LONGEST_FIELD, Asked, Understood, understand
from survey_app.audit.taking import (
    Places,
    Recorded,
    Taken,
    as_recorded,
    manifest_of,
    record_export,
    recorded_export,
    write_rows,
)
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import translate
from survey_app.ledger.manifest import ExportedFile
from survey_app.ledger.verifier.one_file import one_file
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role

blueprint = Blueprint("exports", __name__, url_prefix="/staff/exports")
FORMAT_IN_ADDRESS = f"<any({', '.join(FORMATS)}):name>"
MANIFEST_TYPE = "application/json"


class NotTaken(Exception):
    """No file could be made; `words` say why."""

    def __init__(self, status: int, words: str) -> None:
        self.status, self.words = status, words
        super().__init__(words)


@blueprint.get("")
@allow(Role.AUDITOR)
def page() -> ResponseReturnValue:
    """The form; once something was asked, how many answers the file would hold, and the links to take it."""
    search = request.args.get("search", "").strip()[:LONGEST_FIELD]
    only_searched = "find" in request.args
    was_asked = bool(request.args.keys() - {"lang", "search", "find"}) and not only_searched
    with read_connection() as connection:
        shown = page_of(connection, Asked.of(request.args), search, was_asked=was_asked)
    return _render(shown, 422 if shown.problems else 200)


@blueprint.get(f"/responses.{FORMAT_IN_ADDRESS}")
@allow(Role.AUDITOR)
def responses(name: str) -> ResponseReturnValue:
    """Send the sealed days' answers; without a reason, the form again."""
    asked, file_format = Asked.of(request.args), FORMATS[name]
    with read_connection() as connection:  # One snapshot: what was understood and the file are of the same answers.
        understood = understand(connection, asked)
        if understood.problems or understood.sealed is None:
            return _render(page_for(connection, asked, understood), 422)
        try:
            made, taken = _make(connection, asked, understood, file_format)
        except NotTaken as error:
            return _refused(connection, asked, error)
    with made.thrown_away_unless_sent(), write_transaction() as connection:
        record_export(connection, taken)
    response = made.as_download(file_name(asked, understood.sealed, file_format), file_format.mimetype)
    manifest = url_for("exports.manifest", name=name, **asked.address_fields)
    response.headers["Link"] = f'<{manifest}>; rel="describedby"; type="{MANIFEST_TYPE}"'
    return response


@blueprint.get(f"/responses.{FORMAT_IN_ADDRESS}.manifest.json")
@allow(Role.AUDITOR)
def manifest(name: str) -> ResponseReturnValue:
    """Send the manifest of the same address: of the newest export that this account took in the same words, if any."""
    asked, file_format = Asked.of(request.args), FORMATS[name]
    with read_connection() as connection:
        recorded = recorded_export(connection, current_staff().email, asked, name)
        exact = asked if recorded is None else as_recorded(asked, recorded)
        understood = understand(connection, exact)
        if understood.problems or understood.sealed is None:
            return _render(page_for(connection, asked, understood), 422)
        try:
            made = _make_manifest(connection, exact, understood, file_format, recorded)
        except NotTaken as error:
            return _refused(connection, asked, error)
    return made.as_download(f"{file_name(asked, understood.sealed, file_format)}.manifest.json", MANIFEST_TYPE)


@blueprint.get("/verifier.pyz")
@allow(Role.AUDITOR)
def verifier() -> ResponseReturnValue:
    """Send the stand-alone verifier as one file."""
    response = Response(one_file(), mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="verifier.pyz"'
    return response


def _make(
    connection: Connection, asked: Asked, understood: Understood, file_format: FileFormat
) -> tuple[MadeFile, Taken]:
    settings, clock = _settings(), _clock()
    places = Places(settings.instance_dir, settings.resolved_archive_dir)
    written: list[tuple[Export, int, int]] = []
    made = _make_file(
        lambda file: written.append(write_rows(connection, understood, file_format, file, places, lambda _rows: None))
    )
    export, rows, unsealed = written[0]
    exported = ExportedFile(file_format.name, made.sha256, export.columns.names, rows, unsealed)
    return made, Taken(current_staff().email, clock.now(), asked, understood, exported)


def _make_manifest(
    connection: Connection, asked: Asked, understood: Understood, file_format: FileFormat, recorded: Recorded | None
) -> MadeFile:
    """The manifest. Nobody took the file yet: then it is made for the sake of its hash, and not given."""
    export = open_export(connection, understood.wanted)
    if recorded is None:
        made, taken = _make(connection, asked, understood, file_format)
        made.close()
    else:
        exported = ExportedFile(file_format.name, recorded.sha256, export.columns.names, recorded.rows)
        taken = Taken(current_staff().email, _clock().now(), asked, understood, exported)
    at = "" if recorded is None else recorded.at
    folder = _settings().instance_dir
    return _make_file(lambda file: file.writelines(manifest_of(connection, export, taken, folder, at=at)))


def _make_file(write: Callable[[BinaryIO], object]) -> MadeFile:
    """A whole file. Raises NotTaken in words."""
    try:
        return make_file(write, _settings().instance_dir)
    except CorruptedRow as error:
        words = translate("audit.corrupted", id=error.response_id, unit=error.unit_code, day=error.day)
        raise NotTaken(500, words) from error
    except OSError as error:
        raise NotTaken(507, translate("audit.page.no_space", why=error.strerror or error)) from error


def _refused(connection: Connection, asked: Asked, error: NotTaken) -> ResponseReturnValue:
    shown = page_of(connection, asked, "", was_asked=True)
    return _render(replace(shown, problems={"formats": error.words}), error.status)


def _render(shown: ExportPage, status: int) -> ResponseReturnValue:
    return render_template("audit/exports.html", page=shown, public_url=_settings().public_url), status


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _clock() -> Clock:
    clock: Clock = current_app.extensions["clock"]
    return clock
