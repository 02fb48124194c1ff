"""Who may see what: nothing in the STAFF zone answers unless its view declares roles and the account holds one."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.http_security import SAFE_METHODS
from survey_app.staff.accounts import StaffMember
from survey_app.staff.authentication import SessionExpired, member_of_session, shows_second_factor
from survey_app.staff.roles import Role, sees_all_units
from survey_app.territory.units import subtree_ids
from survey_app.zones import Zone, zone_of_request

PUBLIC_STAFF_ENDPOINTS = frozenset(
    {
        "staff.sign_in",
        "staff.code",
        "account_links.forgotten",
        "account_links.open_link",
        "identity_provider.go",
        "identity_provider.back",
        "reports.leave",
        "reports.left",
    }
)
"""What anybody may open in the STAFF zone. Their forms check their own tokens, to keep what was typed."""
WITHOUT_SECOND_FACTOR = frozenset({"own_account.second_factor", "staff.sign_out"})
"""All that an account may open whose role needs a second factor, until it has taken one."""
LONGEST_NEXT = 500
_OWN_ADDRESS = re.compile(r"/staff/[\w/.~%-]*(\?[\w/.~%&=+:,-]*)?", re.ASCII)
_ROLES_ATTRIBUTE = "staff_roles"

View = TypeVar("View", bound=Callable[..., Any])


def allow(*roles: Role) -> Callable[[View], View]:
    """Declare who may see a view, right above its function: `@allow(Role.LEADER, Role.AUDITOR)`. One role is enough."""
    if not roles:
        raise ValueError("say at least one role")

    def declare(view: View) -> View:
        setattr(view, _ROLES_ATTRIBUTE, frozenset(roles))
        return view

    return declare


def declared_roles(app: Flask, endpoint: str | None) -> frozenset[Role]:
    """Who may see the endpoint; nobody when it declares nothing."""
    roles: frozenset[Role] = getattr(app.view_functions.get(endpoint or ""), _ROLES_ATTRIBUTE, frozenset())
    return roles


def signed_in_staff() -> StaffMember | None:
    """Whoever is signed in; None on the sign-in page, and always outside the STAFF zone."""
    member: StaffMember | None = g.get("staff_member")
    return member


def current_staff() -> StaffMember:
    """Whoever is signed in, inside a view of the STAFF zone. Answers 403 where nobody is."""
    return signed_in_staff() or abort(403)


def needs_second_factor(member: StaffMember) -> bool:
    """Whether one of the roles signs in with a second factor only (`REQUIRE_TOTP`)."""
    settings: Settings = current_app.extensions["settings"]
    return any(role.value in settings.require_totp for role in member.roles)


def require_unit(unit_id: int) -> None:
    """Answer 403 unless the account may see the unit: leaders their own and those below it, other roles every unit."""
    member = current_staff()
    if sees_all_units(member.roles):
        return
    if member.unit_id is None or unit_id not in _units_of(member.unit_id):
        abort(403)


def _units_of(unit_id: int) -> frozenset[int]:
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:
        return subtree_ids(connection, unit_id, clock.today())


def safe_next(address: str | None) -> str | None:
    """The address to go to after signing in, if it is one of our staff pages; never another site's."""
    if address is None or len(address) > LONGEST_NEXT or not _OWN_ADDRESS.fullmatch(address):
        return None
    return None if "//" in address or address.startswith("/staff/sign-") else address


def guard(app: Flask) -> None:
    """Put the gate before every view of the STAFF zone; other zones pass without work."""

    @app.before_request
    def _gate() -> ResponseReturnValue | None:
        if zone_of_request(app, request) is not Zone.STAFF:
            return None
        try:
            member = g.staff_member = member_of_session()
        except SessionExpired:
            member = None
            flash("staff.sign_in.expired")
        if request.endpoint in PUBLIC_STAFF_ENDPOINTS:
            return None
        if member is None:
            return redirect(url_for("staff.sign_in", next=_asked_for()), 303)
        if request.routing_exception is not None:
            return None  # Flask answers 404 or 405 by itself.
        if not member.roles & declared_roles(app, request.endpoint):
            abort(403)
        if request.endpoint not in WITHOUT_SECOND_FACTOR and needs_second_factor(member) and not shows_second_factor():
            flash("staff.second_factor.needed")
            return redirect(url_for("own_account.second_factor"), 303)
        if request.method not in SAFE_METHODS:
            app.extensions["csrf"].protect()
        return None


def _asked_for() -> str | None:
    return safe_next(request.full_path.rstrip("?")) if request.method in SAFE_METHODS else None
