"""A city or province at a glance, for those who look across all communes: read-only, without a single answer."""

from datetime import date

from flask import Blueprint, Response, abort, current_app, render_template, request

from analytics.dashboards.answers import file_answer, json_document
from analytics.dashboards.calls import calls_of
from analytics.dashboards.overview import Overview, cities_of, read_overview
from analytics.dashboards.overview_page import (
    GROUPS,
    LONGEST_SEARCH,
    SORTS,
    STATES,
    VIEWS,
    Asked,
    overview_page,
)
from analytics.dashboards.overview_twins import as_csv, as_document, overview_workbook
from analytics.dashboards.workbook import MIMETYPE
from analytics.findings.comparison import COMPARED_BY
from analytics.published.unions import Span
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.error_pages import error_page
from survey_app.languages import current_language
from survey_app.staff.access import allow
from survey_app.staff.roles import Role
from survey_app.territory.units import Unit

blueprint = Blueprint("province", __name__, url_prefix="/staff", template_folder="templates")
READERS = (Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)
LONGEST_SHOWN = 20


@blueprint.get("/province")
@allow(*READERS)
def page() -> str:
    """Whom to call; then the comparison; then every commune."""
    asked = _asked()
    overview, cities = _read(asked)
    return render_template(
        "dashboards/province.html",
        page=overview_page(overview, asked, current_language()) if overview else None,
        asked=asked,
        cities=cities,
        choices={"view": VIEWS, "sort": SORTS, "group": GROUPS, "state": STATES},
    )


@blueprint.get("/province.json")
@allow(*READERS)
def page_json() -> Response:
    """The same numbers for programs."""
    overview = _found(_asked())
    language = current_language()
    return json_document(as_document(overview, calls_of(overview, language), language))


@blueprint.get("/province.csv")
@allow(*READERS)
def page_csv() -> Response:
    """The same numbers for spreadsheets."""
    overview = _found(_asked())
    name = f"than-thien-{overview.city.unit.code}-don-vi.csv"
    return file_answer(as_csv(overview, current_language()), "text/csv", name)


@blueprint.get("/province.xlsx")
@allow(*READERS)
def page_xlsx() -> Response:
    """The same numbers for Excel."""
    overview = _found(_asked())
    name = f"than-thien-{overview.city.unit.code}-don-vi.xlsx"
    return file_answer(overview_workbook(overview, current_language()), MIMETYPE, name)


def _found(asked: Asked) -> Overview:
    """What the twins are about; 404 in words before the first week was published."""
    overview, _cities = _read(asked)
    if overview is None:
        abort(error_page(current_app, 404, "province.nothing"))
    return overview


def _read(asked: Asked) -> tuple[Overview | None, list[Unit]]:
    """The city that was asked for, and all there are. An unknown one ends the request with 404, in words."""
    clock: Clock = current_app.extensions["clock"]
    day: date = clock.today()
    with read_connection() as connection:
        cities = cities_of(connection, day)
        chosen = [unit for unit in cities if asked.city in {None, unit.code}]
        overview = read_overview(connection, chosen[0], day, asked.by) if chosen else None
    if not chosen and asked.city is not None:
        abort(error_page(current_app, 404, "findings.unknown_city", typed=_shown(asked.city)))
    return overview, cities


def _asked() -> Asked:
    """What the address asks for. Anything that cannot be chosen ends the request with 404, in words."""
    typed = "".join(character for character in request.args.get("q", "") if character.isprintable())
    return Asked(
        city=request.args.get("city") or None,
        by=Span(_choice("by", tuple(span.value for span in COMPARED_BY), Span.QUARTER.value)),
        view=_choice("view", VIEWS, VIEWS[0]),
        sort=_choice("sort", SORTS, SORTS[0]),
        group=_choice("group", GROUPS, GROUPS[0]),
        state=_choice("state", STATES, STATES[0]),
        typed=typed[:LONGEST_SEARCH].strip(),
    )


def _choice(name: str, choices: tuple[str, ...], usual: str) -> str:
    typed = request.args.get(name) or usual
    if typed not in choices:
        abort(error_page(current_app, 404, "province.unknown_choice", typed=_shown(typed)))
    return typed


def _shown(typed: str) -> str:
    return "".join(character for character in typed if character.isprintable())[:LONGEST_SHOWN]
