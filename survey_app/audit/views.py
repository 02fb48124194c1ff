"""The auditor's page: pick units and days, say why, take the raw answers with you."""

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from config import Settings
from survey_app.audit.csv_export import csv_pieces
from survey_app.audit.download import as_download
from survey_app.audit.export_rows import ExportFilter, count_rows, open_export
from survey_app.audit.requests import Asked, Understood, log_export, understand
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.languages import current_language
from survey_app.responses.reader import Selection
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role
from survey_app.territory.units import communes

blueprint = Blueprint("exports", __name__, url_prefix="/staff/exports")


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """One unit of the list."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ExportPage:
    """What the page shows: the fields as typed, what is wrong, and how many rows the file would have (once asked)."""

    asked: Asked
    units: tuple[UnitChoice, ...]
    problems: dict[str, str]
    rows: int | None


@blueprint.get("")
@allow(Role.AUDITOR)
def page() -> ResponseReturnValue:
    """The form; once something was asked, how many answers the file would hold."""
    return _page(Asked.of(request.args), was_asked=bool(request.args.keys() - {"lang"}))


@blueprint.get("/responses.csv")
@allow(Role.AUDITOR)
def responses_csv() -> ResponseReturnValue:
    """Send the closed days' answers; without a reason, the form again."""
    asked = Asked.of(request.args)
    settings: Settings = current_app.extensions["settings"]
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:  # One snapshot: the count and the file are of the same answers.
        understood = understand(connection, asked)
        if understood.problems:
            return _page(asked, was_asked=True, status=422)
        rows = count_rows(connection, understood.wanted)
        pieces = csv_pieces(open_export(connection, understood.wanted))
        response = as_download(pieces, settings.instance_dir, _file_name(asked), "text/csv")
    log_export(current_staff().email, clock.now(), asked, rows)
    return response


def _page(asked: Asked, *, was_asked: bool, status: int = 200) -> ResponseReturnValue:
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:
        understood = understand(connection, asked) if was_asked else Understood(ExportFilter(Selection()))
        countable = was_asked and not understood.problems.keys() & {"unit", "from", "to"}
        rows = count_rows(connection, understood.wanted) if countable else None
        units = communes(connection, clock.today())
    vietnamese = current_language() == "vi"
    choices = tuple(UnitChoice(unit.code, unit.full_name if vietnamese else unit.english_name) for unit in units)
    if asked.unit and asked.unit not in {choice.code for choice in choices} and "unit" not in understood.problems:
        choices = (UnitChoice(asked.unit, asked.unit), *choices)
    shown = ExportPage(asked, choices, dict(understood.problems) if was_asked else {}, rows)
    code = status if status != 200 or not shown.problems else 422
    return render_template("audit/exports.html", page=shown), code


def _file_name(asked: Asked) -> str:
    parts = ["phieu", asked.unit or "tat-ca", asked.first_day or "dau", asked.last_day or "nay"]
    return "_".join(parts) + ".csv"
