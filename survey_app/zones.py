"""Zones are policies, not features: what a page may do is decided by the zone of its blueprint.

CITIZEN pages have no session and no cookie and are never stored; PUBLIC pages are the same for everyone and cacheable;
STAFF pages need an account with a role. Operators' addresses (`/healthz`) are PUBLIC too.
"""

from collections.abc import Set
from enum import Enum

from flask import Blueprint, Flask, Request

ZONES_KEY = "than_thien_zones"


class Zone(Enum):
    """The three kinds of reader."""

    CITIZEN = "citizen"
    PUBLIC = "public"
    STAFF = "staff"


ALL_ZONES: frozenset[Zone] = frozenset(Zone)


def serve_blueprint(app: Flask, blueprint: Blueprint, zone: Zone, served: Set[Zone]) -> None:
    """Register the blueprint under its zone's policy, if this application serves that zone."""
    app.extensions.setdefault(ZONES_KEY, {})[blueprint.name] = zone
    if zone in served:
        app.register_blueprint(blueprint)


def declare_zone(app: Flask, blueprint_name: str, zone: Zone) -> None:
    """Declare the zone of a blueprint that an extension registers by itself."""
    app.extensions.setdefault(ZONES_KEY, {})[blueprint_name] = zone


def zone_of_request(app: Flask, request: Request) -> Zone:
    """The zone whose policy applies; an address that matched nothing is judged by its path."""
    zones: dict[str, Zone] = app.extensions.get(ZONES_KEY, {})
    if request.blueprint is not None and request.blueprint in zones:
        return zones[request.blueprint]
    return zone_of_path(request.path)


def zone_of_path(path: str) -> Zone:
    """The zone of an address by its look alone, before anything is matched."""
    if path == "/staff" or path.startswith("/staff/"):
        return Zone.STAFF
    if path.lower().startswith(("/s/", "/t/", "/d/", "/a/", "/display/", "/kiosk/")):
        return Zone.CITIZEN
    return Zone.PUBLIC
