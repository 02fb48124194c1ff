"""No page of the back office answers by accident: the whole address map of the composed application is walked."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter, IntegerConverter

from survey_app.staff.access import PUBLIC_STAFF_ENDPOINTS, declared_roles
from survey_app.staff.roles import UNIT_ROLES, Role
from survey_app.zones import ZONES_KEY, Zone
from tests.staff.people import SIGN_IN, City, an_account, signed_in

OUTSIDE_THE_STAFF_ZONE = frozenset(
    {
        "static",
        "citizen.survey",
        "citizen.send",
        "citizen.thanks",
        "citizen.forget",
        "receipts.form",
        "receipts.receipt",
        "receipts.proof",
        "citizen.survey_from_display",
        "citizen.script",
        "citizen.favicon",
        "counter.display",
        "counter.kiosk",
        "counter.kiosk_send",
        "counter.kiosk_thanks",
        "counter.kiosk_tokens",
        "counter.worker",
        "assisted.form",
        "assisted.send",
        "assisted.thanks",
        "assisted.tokens",
        "assisted.worker",
        "tickets.entry",
        "tickets.survey",
        "tickets.send",
        "tickets.thanks",
        "public.communes",
        "public.unit",
        "public.unit_json",
        "public.unit_csv",
        "integration.tickets",
        "integration.visits",
        "ledger.book",
        "ledger.checkpoint",
        "ledger.checkpoint_at",
        "ledger.checkpoints",
        "ledger.consistency",
        "ledger.key",
        "ledger.proof_of_day",
        "ledger.proof_of_unit",
        "ledger.verifier",
        "operations.healthz",
        "operations.readyz",
        "methods.page",
        "open_data.page",
        "open_data.start",
        "open_data.openapi",
        "open_data.units",
        "open_data.unit",
        "open_data.results",
        "open_data.dump",
        "open_data.questionnaires",
        "open_data.checkpoint",
        "metrics.show",
    }
)
"""What anybody may open without an account. Whoever adds a page that anybody may open adds it here, and means it."""
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def zone_of(app: Flask, rule: Rule) -> Zone:
    zones: dict[str, Zone] = app.extensions[ZONES_KEY]
    return zones.get(rule.endpoint.rpartition(".")[0], Zone.PUBLIC)


def staff_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if zone_of(app, rule) is Zone.STAFF]


def address_of(app: Flask, rule: Rule) -> str:
    """The address of a rule with a plausible value in each place: the leader's own unit, the first of a choice, 1."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            values[name] = min(converter.items)
        else:
            values[name] = 1 if isinstance(converter, IntegerConverter) else "26068"
    return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def unsafe_methods(rule: Rule) -> Iterator[str]:
    return (method for method in UNSAFE if method in (rule.methods or ()))


def status_of(client: FlaskClient, address: str, method: str = "GET") -> tuple[int, str | None]:
    with client.open(address, method=method) as response:
        response.get_data()
        return response.status_code, response.headers.get("Location")


def test_every_route_is_public_by_name_or_declares_who_may_see_it(app: Flask) -> None:
    undeclared = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in OUTSIDE_THE_STAFF_ZONE | PUBLIC_STAFF_ENDPOINTS
        and not declared_roles(app, rule.endpoint)
    }
    assert undeclared == set()


def test_the_lists_of_open_pages_hold_nothing_else(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints >= OUTSIDE_THE_STAFF_ZONE | PUBLIC_STAFF_ENDPOINTS
    outside = {rule.endpoint for rule in app.url_map.iter_rules() if zone_of(app, rule) is not Zone.STAFF}
    assert outside == OUTSIDE_THE_STAFF_ZONE


def test_the_staff_zone_is_what_lies_under_staff(app: Flask) -> None:
    under_staff = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/staff")}
    assert under_staff == {rule.endpoint for rule in staff_rules(app)}


def test_strangers_see_the_sign_in_page_and_nothing_else(app: Flask, city: City) -> None:
    stranger = app.test_client()
    for rule in staff_rules(app):
        if rule.endpoint in PUBLIC_STAFF_ENDPOINTS:
            continue
        address = address_of(app, rule)
        status, location = status_of(stranger, address)
        assert (status, (location or "").partition("?")[0]) == (303, SIGN_IN), address
        for method in unsafe_methods(rule):
            assert status_of(stranger, address, method) == (303, SIGN_IN), (method, address)
    assert status_of(stranger, SIGN_IN) == (200, None)


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_what_is_declared_for_it_and_nothing_else(app: Flask, city: City, role: Role) -> None:
    an_account(app, role.value, "26068" if role in UNIT_ROLES else None)
    browser = signed_in(app, f"{role}@dongnai.gov.vn")
    for rule in staff_rules(app):
        if "GET" not in (rule.methods or ()) or rule.endpoint in PUBLIC_STAFF_ENDPOINTS:
            continue
        status, location = status_of(browser, address_of(app, rule))
        if role in declared_roles(app, rule.endpoint):
            assert status in {200, 303, 400, 404, 422}, rule
            assert not (location or "").startswith(SIGN_IN), rule
        else:
            assert status == 403, rule


@pytest.mark.parametrize("role", Role)
def test_no_role_sends_a_form_without_its_token(app: Flask, city: City, role: Role) -> None:
    an_account(app, role.value, "26068" if role in UNIT_ROLES else None)
    browser = signed_in(app, f"{role}@dongnai.gov.vn")
    for rule in staff_rules(app):
        for method in unsafe_methods(rule):
            if rule.endpoint not in PUBLIC_STAFF_ENDPOINTS:
                status, _ = status_of(browser, address_of(app, rule), method)
                assert status in {400, 403}, (method, rule)
