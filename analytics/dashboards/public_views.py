"""Results for everybody: the list of communes and the page of each, the same for all readers and cacheable."""

from datetime import date

from flask import Blueprint, Response, current_app, make_response, render_template, request

from analytics.dashboards.answers import csv_answer, json_answer, unit_or_404
from analytics.dashboards.communes_page import communes_page
from analytics.dashboards.published import UnitSeries
from analytics.dashboards.unit_page import read_series, unit_page
from config import Settings
from survey_app.clock import Clock
from survey_app.languages import current_language
from survey_app.territory.units import Unit

blueprint = Blueprint("public", __name__, template_folder="templates")


@blueprint.get("/")
def communes() -> Response:
    """Every commune by name; what is measured; how to take part."""
    clock: Clock = current_app.extensions["clock"]
    page = communes_page(request.args.get("q", ""), clock.today(), current_language())
    return _unless_unchanged(make_response(render_template("dashboards/communes.html", page=page)))


@blueprint.get("/units/<code>")
def unit(code: str) -> Response:
    """The results of one commune."""
    page = unit_page(*_shown(code), current_language(), for_staff=False)
    return _unless_unchanged(make_response(render_template("dashboards/unit_public.html", page=page)))


@blueprint.get("/units/<code>.json")
def unit_json(code: str) -> Response:
    """The same numbers for programs."""
    return _unless_unchanged(json_answer(_series(code), for_staff=False))


@blueprint.get("/units/<code>.csv")
def unit_csv(code: str) -> Response:
    """The same numbers for spreadsheets."""
    return _unless_unchanged(csv_answer(_series(code)))


def _shown(code: str) -> tuple[Unit, date, int]:
    """The unit, today, and the minimum n."""
    clock: Clock = current_app.extensions["clock"]
    settings: Settings = current_app.extensions["settings"]
    shown = unit_or_404(code, clock.today())
    return shown, clock.today(), settings.minimum_n


def _series(code: str) -> UnitSeries:
    return read_series(*_shown(code))


def _unless_unchanged(response: Response) -> Response:
    """Name the content, and answer 304 to whoever has it already."""
    response.add_etag()
    response.make_conditional(request)
    return response
