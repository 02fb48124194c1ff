"""Posters to print: the QR of a service point as a picture, and as documents of one, of a unit, of everything."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, abort, current_app, make_response, request

from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.error_pages import error_page
from survey_app.languages import current_language, translate
from survey_app.staff.access import allow, require_unit
from survey_app.staff.roles import Role
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.poster_list import CodedPoint, coded_points, poster_of, units_to_print
from survey_app.territory.posters import printed_address, qr_png, qr_svg, scan_address
from survey_app.territory.scan_code_register import current_code
from survey_app.territory.service_points import ServicePoint, service_point_by_id
from survey_app.territory.units import find_unit

blueprint = Blueprint("posters", __name__, url_prefix="/staff/posters")
_MIME_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
MOST_PAGES = 600
"""A page answers while somebody waits; more than these are the command's work, which shows how far it is."""


@blueprint.get("/<int(max=2147483647):service_point_id>.<any(svg,png):kind>")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def poster(service_point_id: int, kind: str) -> Response:
    """The QR of a service point that is open today, with its newest code: 404 when there is neither."""
    found = _point(service_point_id)
    service_point, unit = _names(found.point)
    if found.code is None:
        return error_page(current_app, 404, "poster.no_code", service_point=service_point, unit=unit)
    response = make_response(_picture(kind, found.code, service_point, unit))
    response.mimetype = _MIME_TYPES[kind]
    name = f"{found.point.unit.code}-{found.point.id}.{kind}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@blueprint.get("/<int(max=2147483647):service_point_id>.pdf")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def sheet(service_point_id: int) -> Response:
    """The poster of a service point, `?paper=a4|a5|tent`, with `motto=1` the full motto: 404 as for its picture."""
    found = _point(service_point_id)
    if found.code is None:
        service_point, unit = _names(found.point)
        return error_page(current_app, 404, "poster.no_code", service_point=service_point, unit=unit)
    return _sheets([found], f"{found.point.unit.code}-{found.point.id}.pdf")


@blueprint.get("/units/<code>.pdf")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def sheets_of_unit(code: str) -> Response:
    """The posters of a unit and of those below it."""
    return _sheets(_points_of(code), f"{code}.pdf")


@blueprint.get("/units/<code>/check.pdf")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def check_sheet_of_unit(code: str) -> Response:
    """The monthly check sheets of a unit and of those below it."""
    return _check_sheets(_points_of(code), f"{code}-check.pdf")


@blueprint.get("/all.pdf")
@allow(Role.ADMINISTRATOR)
def all_sheets() -> Response:
    """The posters of everything."""
    return _sheets(_points_of(None), "posters.pdf")


@blueprint.get("/all/check.pdf")
@allow(Role.ADMINISTRATOR)
def all_check_sheets() -> Response:
    """The monthly check sheets of everything."""
    return _check_sheets(_points_of(None), "check.pdf")


def _point(service_point_id: int) -> CodedPoint:
    today = _today()
    with read_connection() as connection:
        point = service_point_by_id(connection, service_point_id, today) or abort(404)
        code = current_code(connection, service_point_id, today)
    require_unit(point.unit.id)
    return CodedPoint(point, code)


def _points_of(code: str | None) -> Sequence[CodedPoint]:
    today = _today()
    with read_connection() as connection:
        unit = None
        if code is not None:
            unit = find_unit(connection, code, today) or abort(404)
            require_unit(unit.id)
        return coded_points(connection, units_to_print(connection, unit, today), today)


def _sheets(points: Sequence[CodedPoint], name: str) -> Response:
    from survey_app.territory.poster_pdf import PAPERS, posters_pdf

    paper = next((one for one in PAPERS if one == request.args.get("paper", PAPERS[0])), None)
    if paper is None:
        return error_page(current_app, 404, "poster.unknown_paper", known=", ".join(PAPERS))
    coded = [(each.point, each.code) for each in points if each.code is not None]
    if not coded:
        return error_page(current_app, 404, "poster.nothing")
    if len(coded) > MOST_PAGES:
        return error_page(current_app, 413, "poster.too_many", count=len(coded), most=MOST_PAGES)
    url, today = _settings().public_url, _today()
    motto = request.args.get("motto") == "1"
    posters = (poster_of(point, code, url, today, motto=motto) for point, code in coded)
    return _document(posters_pdf(posters, paper, translate("poster.document"), today), name)


def _check_sheets(points: Sequence[CodedPoint], name: str) -> Response:
    from survey_app.territory.poster_check_pdf import check_sheets_pdf
    from survey_app.territory.poster_sheets import check_sheets

    settings = _settings()
    sheets = check_sheets(points, settings.public_url, contacts_in_force().phone, _today(), current_language())
    if not sheets:
        return error_page(current_app, 404, "poster.nothing")
    if len(sheets) > MOST_PAGES:
        return error_page(current_app, 413, "poster.too_many", count=len(sheets), most=MOST_PAGES)
    return _document(check_sheets_pdf(sheets, translate("poster.check.title"), _today()), name)


def _document(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _names(point: ServicePoint) -> tuple[str, str]:
    """Service point and unit as the language of the page writes them."""
    if current_language() == "vi":
        return point.name, point.unit.full_name
    return point.name_en, point.unit.english_name


def _picture(kind: str, code: str, service_point: str, unit: str) -> bytes:
    settings = _settings()
    address, printed = scan_address(settings.public_url, code), printed_address(settings.public_url, code)
    title = translate("poster.title", service_point=service_point, unit=unit)
    if kind == "png":
        return qr_png(address, [printed], title)
    place = translate("poster.place", service_point=service_point, unit=unit)
    return qr_svg(address, [translate("poster.question"), translate("poster.call"), place, printed], title)


def _today() -> date:
    clock: Clock = current_app.extensions["clock"]
    return clock.today()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
