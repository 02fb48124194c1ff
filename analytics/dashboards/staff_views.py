"""The page of one commune for its leader and for those who look across all; its twins."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for

from analytics.dashboards.answers import file_answer, json_document, unit_or_404
from analytics.dashboards.periods import PICKED
from analytics.dashboards.staff_page import StaffPage, read_staff_series, staff_page
from analytics.dashboards.staff_twins import as_staff_csv, as_staff_document, as_staff_workbook
from analytics.dashboards.workbook import MIMETYPE
from analytics.published.unions import Span
from config import Settings
from survey_app.clock import Clock
from survey_app.error_pages import error_page
from survey_app.languages import DEFAULT_LANGUAGE, current_language
from survey_app.staff.access import allow, current_staff, declared_roles, require_unit
from survey_app.staff.roles import READER_ROLES, Role
from survey_app.territory.units import Unit

blueprint = Blueprint("staff_dashboard", __name__, url_prefix="/staff/units", template_folder="templates")
PRINTS_POSTERS = frozenset({Role.LEADER, Role.ADMINISTRATOR})
POSTER_ENDPOINT = "posters.poster"
LISTENING_ENDPOINTS = ("comments.page", "listening.actions", "week_notes.page", "listening.new_action")
VISITS_ENDPOINT = "visits_desk.page"
SHEET_ENDPOINT = "reports.sheet"
LONGEST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class PosterLinks:
    """A service point and the addresses of its poster."""

    name: str
    svg: str
    png: str


@dataclass(frozen=True, slots=True)
class SheetLinks:
    """The weekly sheet, to hang and to forward."""

    pdf: str
    png: str


@dataclass(frozen=True, slots=True)
class OnwardLinks:
    """Where this account goes on from here; None where it may not, or the room is not served."""

    comments: str | None
    actions: str | None
    notes: str | None
    new_action: str | None
    visits: str | None


@blueprint.get("/<code>")
@allow(*READER_ROLES)
def unit(code: str) -> str:
    """The week's sentence, the chart, the tables."""
    shown = _shown(code)
    staff = staff_page(*shown, current_language(), asked_span())
    return render_template(
        "dashboards/unit_staff.html",
        page=staff.page,
        staff=staff,
        posters=_posters(staff),
        links=_links(code),
        sheets=_sheets(staff),
    )


@blueprint.get("/<code>.json")
@allow(*READER_ROLES)
def unit_json(code: str) -> Response:
    """The same numbers for programs."""
    language = current_language()
    return json_document(as_staff_document(*read_staff_series(*_shown(code), language), language))


@blueprint.get("/<code>.csv")
@allow(*READER_ROLES)
def unit_csv(code: str) -> Response:
    """The same numbers for spreadsheets."""
    language = current_language()
    series, details, _happenings = read_staff_series(*_shown(code), language)
    body = as_staff_csv(series, details, language)
    return file_answer(body, "text/csv", f"than-thien-{code}.csv")


@blueprint.get("/<code>.xlsx")
@allow(*READER_ROLES)
def unit_xlsx(code: str) -> Response:
    """The same numbers for Excel."""
    language = current_language()
    series, details, _happenings = read_staff_series(*_shown(code), language)
    body = as_staff_workbook(series, details, language)
    return file_answer(body, MIMETYPE, f"than-thien-{code}.xlsx")


def asked_span() -> Span:
    """The span that `?by=` asks for, weeks without it; another word ends the request with 404, in words."""
    typed = request.args.get("by") or Span.WEEK.value
    if typed not in [span.value for span in PICKED]:
        shown = "".join(character for character in typed if character.isprintable())[:LONGEST_SHOWN]
        abort(error_page(current_app, 404, "periods.unknown", typed=shown))
    return Span(typed)


def _shown(code: str) -> tuple[Unit, date, int]:
    """The unit, today, and the minimum n."""
    clock: Clock = current_app.extensions["clock"]
    settings: Settings = current_app.extensions["settings"]
    shown = unit_or_404(code, clock.today())
    require_unit(shown.id)
    return shown, clock.today(), settings.minimum_n


def _links(code: str) -> OnwardLinks:
    comments, actions, notes, new_action = (_link(endpoint, code=code) for endpoint in LISTENING_ENDPOINTS)
    return OnwardLinks(comments, actions, notes, new_action, visits=_link(VISITS_ENDPOINT, unit=code))


def _link(endpoint: str, **values: Any) -> str | None:
    if endpoint not in current_app.view_functions or not current_staff().roles & declared_roles(current_app, endpoint):
        return None
    return url_for(endpoint, **values)


def _sheets(staff: StaffPage) -> SheetLinks | None:
    """The weekly sheet of a commune that there is, where the room of reports is served."""
    if staff.page.ended or SHEET_ENDPOINT not in current_app.view_functions:
        return None
    return SheetLinks(
        *(url_for(SHEET_ENDPOINT, code=staff.page.series.unit.code, kind=kind) for kind in ("pdf", "png"))
    )


def _posters(staff: StaffPage) -> tuple[PosterLinks, ...]:
    """Posters of the service points, for whoever may print them."""
    if not current_staff().roles & PRINTS_POSTERS or POSTER_ENDPOINT not in current_app.view_functions:
        return ()
    return tuple(
        PosterLinks(
            point.name if current_language() == DEFAULT_LANGUAGE else point.name_en,
            *(url_for(POSTER_ENDPOINT, service_point_id=point.id, kind=kind) for kind in ("svg", "png")),
        )
        for point in staff.details.open_points
    )
