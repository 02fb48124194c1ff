"""Weekly charts of one commune, for its leader and for those who look across all."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, current_app, render_template, url_for

from analytics.dashboards.answers import csv_answer, json_answer, unit_or_404
from analytics.dashboards.published import UnitSeries
from analytics.dashboards.unit_page import UnitPage, read_series, unit_page
from config import Settings
from survey_app.clock import Clock
from survey_app.languages import DEFAULT_LANGUAGE, current_language
from survey_app.staff.access import allow, current_staff, require_unit
from survey_app.staff.roles import READER_ROLES, Role
from survey_app.territory.units import Unit

blueprint = Blueprint("staff_dashboard", __name__, url_prefix="/staff/units", template_folder="templates")
PRINTS_POSTERS = frozenset({Role.LEADER, Role.ADMINISTRATOR})
POSTER_ENDPOINT = "posters.poster"


@dataclass(frozen=True, slots=True)
class PosterLinks:
    """A service point and the addresses of its poster."""

    name: str
    svg: str
    png: str


@blueprint.get("/<code>")
@allow(*READER_ROLES)
def unit(code: str) -> str:
    """The week's sentence, the chart, the tables."""
    page = unit_page(*_shown(code), current_language(), for_staff=True)
    return render_template("dashboards/unit_staff.html", page=page, posters=_posters(page))


@blueprint.get("/<code>.json")
@allow(*READER_ROLES)
def unit_json(code: str) -> Response:
    """The same numbers for programs."""
    return json_answer(_series(code), for_staff=True)


@blueprint.get("/<code>.csv")
@allow(*READER_ROLES)
def unit_csv(code: str) -> Response:
    """The same numbers for spreadsheets."""
    return csv_answer(_series(code))


def _shown(code: str) -> tuple[Unit, date, int]:
    """The unit, today, and the minimum n."""
    clock: Clock = current_app.extensions["clock"]
    settings: Settings = current_app.extensions["settings"]
    shown = unit_or_404(code, clock.today())
    require_unit(shown.id)
    return shown, clock.today(), settings.minimum_n


def _series(code: str) -> UnitSeries:
    return read_series(*_shown(code))


def _posters(page: UnitPage) -> tuple[PosterLinks, ...]:
    """Posters of the service points, for whoever may print them."""
    if not current_staff().roles & PRINTS_POSTERS or POSTER_ENDPOINT not in current_app.view_functions:
        return ()
    return tuple(
        PosterLinks(
            point.name if current_language() == DEFAULT_LANGUAGE else point.name_en,
            *(url_for(POSTER_ENDPOINT, service_point_id=point.id, kind=kind) for kind in ("svg", "png")),
        )
        for point in page.service_points
    )
