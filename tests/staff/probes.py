"""A room for tests of the gate: in each zone a page that shows what the request carries, and one without roles."""

from collections.abc import Iterator, Set
from contextlib import contextmanager

from flask import Blueprint, Flask, Response, g, jsonify, render_template_string, session
from flask.typing import ResponseReturnValue

import survey_app.staff.registration
from config import Settings
from survey_app.app_factory import create_app
from survey_app.clock import Clock
from survey_app.database import db
from survey_app.staff.access import allow, current_staff, require_unit
from survey_app.staff.roles import Role
from survey_app.zones import ALL_ZONES, Zone, serve_blueprint


@contextmanager
def staff_room(settings: Settings, clock: Clock, zones: Set[Zone] = ALL_ZONES) -> Iterator[Flask]:
    """An application of the staff room and the probing pages; its database connections are closed in the end."""
    app = create_app(settings, zones, rooms=(survey_app.staff.registration.register, probes), clock=clock)
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


def probes(app: Flask, zones: Set[Zone]) -> None:
    """Register the room."""
    citizen = Blueprint("citizen_probe", __name__, url_prefix="/s/probe")
    public = Blueprint("public_probe", __name__, url_prefix="/public-probe")
    staff = Blueprint("staff_probe", __name__, url_prefix="/staff/probe")
    for blueprint in (citizen, public):
        blueprint.add_url_rule("/", "page", _page, methods=["GET", "POST"])
        blueprint.add_url_rule("/write", "write", _write)
    staff.add_url_rule("/undeclared", "undeclared", _page, methods=["GET", "POST"])
    staff.add_url_rule("/auditors", "auditors", _auditors, methods=["GET", "POST"])
    staff.add_url_rule("/units/<int:unit_id>", "unit", _unit)
    serve_blueprint(app, citizen, Zone.CITIZEN, zones)
    serve_blueprint(app, public, Zone.PUBLIC, zones)
    serve_blueprint(app, staff, Zone.STAFF, zones)


def _page() -> ResponseReturnValue:
    words = render_template_string("{{ t('product.name') }}")
    carried = {"session": dict(session), "user_loaded": "_login_user" in g, "identity": "identity" in g}
    return jsonify(words=words, **carried)


def _write() -> ResponseReturnValue:
    session["anything"] = 1
    return Response()


@allow(Role.AUDITOR)
def _auditors() -> ResponseReturnValue:
    member = current_staff()
    connections = db.engine.pool.checkedout()  # type: ignore[attr-defined]  # both databases use a counting pool
    return jsonify(email=member.email, roles=sorted(member.roles), open_connections=connections)


@allow(*Role)
def _unit(unit_id: int) -> ResponseReturnValue:
    require_unit(unit_id)
    return jsonify(unit=unit_id)
