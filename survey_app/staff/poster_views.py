"""Posters to print: the QR of a service point, for whoever leads its unit and for administrators."""

from flask import Blueprint, Response, abort, current_app, make_response

from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.error_pages import error_page
from survey_app.languages import current_language, translate
from survey_app.staff.access import allow, require_unit
from survey_app.staff.roles import Role
from survey_app.territory.posters import printed_address, qr_png, qr_svg, scan_address
from survey_app.territory.scan_code_register import current_code
from survey_app.territory.service_points import ServicePoint, service_point_by_id

blueprint = Blueprint("posters", __name__, url_prefix="/staff/posters")
_MIME_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


@blueprint.get("/<int(max=2147483647):service_point_id>.<any(svg,png):kind>")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def poster(service_point_id: int, kind: str) -> Response:
    """The QR of a service point that is open today, with its newest code: 404 when there is neither."""
    clock: Clock = current_app.extensions["clock"]
    today = clock.today()
    with read_connection() as connection:
        point = service_point_by_id(connection, service_point_id, today) or abort(404)
        code = current_code(connection, service_point_id, today)
    require_unit(point.unit.id)
    service_point, unit = _names(point)
    if code is None:
        return error_page(current_app, 404, "poster.no_code", service_point=service_point, unit=unit)
    response = make_response(_picture(kind, code, service_point, unit))
    response.mimetype = _MIME_TYPES[kind]
    response.headers["Content-Disposition"] = f'inline; filename="{point.unit.code}-{point.id}.{kind}"'
    return response


def _names(point: ServicePoint) -> tuple[str, str]:
    """Service point and unit as the language of the page writes them."""
    if current_language() == "vi":
        return point.name, point.unit.full_name
    return point.name_en, point.unit.english_name


def _picture(kind: str, code: str, service_point: str, unit: str) -> bytes:
    settings: Settings = current_app.extensions["settings"]
    address, printed = scan_address(settings.public_url, code), printed_address(settings.public_url, code)
    title = translate("poster.title", service_point=service_point, unit=unit)
    if kind == "png":
        return qr_png(address, [printed], title)
    place = translate("poster.place", service_point=service_point, unit=unit)
    return qr_svg(address, [translate("poster.question"), translate("poster.call"), place, printed], title)
