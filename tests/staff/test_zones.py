"""Citizens' and public requests carry no session, cookie or account, whatever the accounts' libraries would like."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from config import Settings
from survey_app.clock import SetClock
from survey_app.database import db
from survey_app.zones import Zone
from tests.staff.people import SIGN_IN, City, an_account, sign_in, signed_in
from tests.staff.probes import staff_room
from tests.support.queries import QueryCounter

OUTSIDE = ["/s/probe/", "/public-probe/", "/s/nowhere", "/nowhere", "/static/site.css"]
LIBRARIES = ("flask_security", "flask_login", "flask_principal", "flask_wtf")


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("staff_session", path="/staff")
    assert cookie is not None
    return cookie.value


@pytest.mark.parametrize("address", OUTSIDE)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_cookie_and_no_vary_outside_the_staff_zone(probed: Flask, address: str, method: str) -> None:
    with probed.test_client().open(address, method=method) as response:
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("address", ["/s/probe/", "/public-probe/"])
def test_a_staff_cookie_is_not_even_read_outside_the_staff_zone(probed: Flask, address: str) -> None:
    an_account(probed, "auditor")
    cookie = cookie_of(signed_in(probed, "auditor@dongnai.gov.vn"))
    with probed.app_context():
        engine: Engine = db.engine
    stranger = probed.test_client(use_cookies=False)
    headers = {"Cookie": f"staff_session={cookie}; remember_token=1|x", "Authentication-Token": "x"}
    with QueryCounter(engine) as queries:
        response = stranger.get(f"{address}?auth_token=x", headers=headers)
    assert response.get_json() == {"words": "Thân Thiện", "session": {}, "user_loaded": False, "identity": False}
    assert queries.count == 0
    assert "Set-Cookie" not in response.headers
    assert stranger.get("/staff/probe/auditors", headers=headers).status_code == 200  # The cookie itself is a good one.


@pytest.mark.parametrize("address", ["/s/probe/write", "/public-probe/write"])
def test_writing_a_session_outside_the_staff_zone_fails_loudly(probed: Flask, address: str) -> None:
    response = probed.test_client().get(address)
    assert response.status_code == 500
    assert "Set-Cookie" not in response.headers


def test_no_library_of_accounts_hangs_on_every_request(probed: Flask) -> None:
    hooks = [
        *probed.before_request_funcs.get(None, ()),
        *probed.after_request_funcs.get(None, ()),
        *probed.teardown_request_funcs.get(None, ()),
        *probed.template_context_processors.get(None, ()),
        type(probed.json),
    ]
    assert len(hooks) > 5
    assert [hook for hook in hooks if hook.__module__.startswith(LIBRARIES)] == []


def test_none_of_the_libraries_own_pages_or_commands_is_there(probed: Flask) -> None:
    assert [rule.endpoint for rule in probed.url_map.iter_rules() if rule.endpoint.startswith("security")] == []
    assert not {"users", "roles"} & set(probed.cli.commands)
    for address in ("/login", "/register", "/reset", "/logout", "/staff/register", "/us-signin", "/fs-static/css"):
        assert probed.test_client().get(address).status_code in {303, 404}


def test_the_cookie_of_the_staff_zone(probed: Flask) -> None:
    client = probed.test_client()
    response = client.get(SIGN_IN)
    name_and_value, *attributes = response.headers["Set-Cookie"].split("; ")
    assert name_and_value.startswith("staff_session=")
    assert sorted(attributes) == ["HttpOnly", "Path=/staff", "SameSite=Lax"]
    assert response.headers["Cache-Control"] == "private, no-store"


def test_over_https_the_cookie_is_secure(settings: Settings, clock: SetClock) -> None:
    encrypted = settings.model_copy(update={"public_url": "https://gopy.dongnai.gov.vn"})
    with staff_room(encrypted, clock) as app:
        assert "Secure" in app.test_client().get(SIGN_IN).headers["Set-Cookie"].split("; ")


def test_an_application_without_the_staff_zone(settings: Settings, clock: SetClock) -> None:
    with staff_room(settings, clock, {Zone.CITIZEN, Zone.PUBLIC}) as app:
        client = app.test_client()
        for address in ("/staff/", SIGN_IN, "/staff/probe/auditors"):
            response = client.get(address)
            assert response.status_code == 404
            assert "Set-Cookie" not in response.headers
        assert client.get("/s/probe/").status_code == 200
        assert SIGN_IN not in client.get("/public-nowhere").get_data(as_text=True)


def test_signing_in_sets_one_cookie_more_that_knows_the_browser_again(probed: Flask, probed_city: City) -> None:
    an_account(probed, "leader", "26068")
    response = sign_in(probed.test_client(), "leader@dongnai.gov.vn")
    cookies = {header.split("=")[0]: header for header in response.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"staff_session", "staff_device"}
    assert {"HttpOnly", "Path=/staff", "SameSite=Lax"} <= set(cookies["staff_device"].split("; "))
    assert "leader" not in cookies["staff_device"]
