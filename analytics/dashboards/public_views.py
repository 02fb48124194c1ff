"""Results for everybody: the list of communes and the page of each, the same for all readers and cacheable."""

from datetime import date

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from analytics.dashboards.answers import file_answer, json_document, unit_or_404
from analytics.dashboards.communes_page import UnknownCity, communes_page
from analytics.dashboards.periods import PICKED
from analytics.dashboards.public_page import public_page, read_public
from analytics.dashboards.public_twins import as_public_csv, as_public_document
from analytics.published.unions import Span
from config import Settings
from survey_app.clock import Clock
from survey_app.error_pages import error_page
from survey_app.languages import current_language
from survey_app.territory.units import Unit

blueprint = Blueprint("public", __name__, template_folder="templates")
LONGEST_SHOWN = 20


@blueprint.get("/")
def communes() -> Response:
    """The city in a sentence; every commune by name; what is measured; how to take part."""
    clock: Clock = current_app.extensions["clock"]
    code = request.args.get("city") or None
    try:
        page = communes_page(request.args.get("q", ""), code, clock.today(), current_language())
    except UnknownCity:
        abort(error_page(current_app, 404, "findings.unknown_city", typed=_printable(code or "")))
    return _unless_unchanged(make_response(render_template("dashboards/communes.html", page=page)))


@blueprint.get("/units/<code>")
def unit(code: str) -> Response:
    """The results of one commune, by the periods that `?by=` asks for."""
    public = public_page(*_shown(code), current_language(), _asked_span())
    return _unless_unchanged(
        make_response(render_template("dashboards/unit_public.html", page=public.page, public=public))
    )


@blueprint.get("/units/<code>.json")
def unit_json(code: str) -> Response:
    """The same numbers for programs."""
    language = current_language()
    return _unless_unchanged(json_document(as_public_document(*read_public(*_shown(code), language), language)))


@blueprint.get("/units/<code>.csv")
def unit_csv(code: str) -> Response:
    """The same numbers for spreadsheets."""
    language = current_language()
    body = as_public_csv(*read_public(*_shown(code), language), language)
    return _unless_unchanged(file_answer(body, "text/csv", f"than-thien-{code}.csv"))


def _shown(code: str) -> tuple[Unit, date, int]:
    """The unit, today, and the minimum n."""
    clock: Clock = current_app.extensions["clock"]
    settings: Settings = current_app.extensions["settings"]
    shown = unit_or_404(code, clock.today())
    return shown, clock.today(), settings.minimum_n


def _asked_span() -> Span:
    """Weeks without `?by=`; a word that names no period ends the request with 404, in words."""
    typed = request.args.get("by") or Span.WEEK.value
    if typed not in [span.value for span in PICKED]:
        abort(error_page(current_app, 404, "periods.unknown", typed=_printable(typed)))
    return Span(typed)


def _printable(typed: str) -> str:
    return "".join(character for character in typed if character.isprintable())[:LONGEST_SHOWN]


def _unless_unchanged(response: Response) -> Response:
    """Name the content, and answer 304 to whoever has it already."""
    response.add_etag()
    response.make_conditional(request)
    return response
