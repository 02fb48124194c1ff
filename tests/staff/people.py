"""People and places of the staff tests: a city with two communes, accounts, and a browser that signs in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, insert
from werkzeug.test import TestResponse

from survey_app.staff.accounts import StaffMember, add_account
from survey_app.territory.models import UnitRow, UnitVersionRow

PASSWORD = "mưa xuân chín rộ 26"
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}
SIGN_IN = "/staff/sign-in"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class City:
    """Unit ids of a city, two of its communes, and a part of the first."""

    city: int
    bien_hoa: int
    hamlet: int
    long_hung: int


def a_city(connection: Connection) -> City:
    """Thành phố Đồng Nai with phường Biên Hòa (26068), a unit below it, and xã Long Hưng (26371)."""
    city = _unit(connection, "75", "Đồng Nai", "thành phố", None)
    bien_hoa = _unit(connection, "26068", "Biên Hòa", "phường", city)
    hamlet = _unit(connection, "2606801", "Ấp 1", "xã", bien_hoa)
    return City(city, bien_hoa, hamlet, _unit(connection, "26371", "Long Hưng", "xã", city))


def _unit(connection: Connection, code: str, name: str, kind: str, parent: int | None) -> int:
    unit_id: int = connection.execute(insert(UnitRow).values(code=code).returning(UnitRow.id)).scalar_one()
    version = {"unit_id": unit_id, "name": name, "kind": kind, "parent_id": parent, "valid_from": date(2025, 7, 1)}
    connection.execute(insert(UnitVersionRow), version)
    return unit_id


def an_account(app: Flask, role: str | Iterable[str], unit_code: str | None = None, email: str = "") -> StaffMember:
    """An account with `PASSWORD`; its address is made of the role unless given."""
    address = email or f"{role}@dongnai.gov.vn"
    with app.app_context():
        return add_account(address, role, unit_code, PASSWORD)


def token_in(response: TestResponse) -> str:
    """The token against forged forms that stands in a page."""
    found = _TOKEN.search(response.get_data(as_text=True))
    assert found, "the page has no token"
    return found[1]


def sign_in(
    client: FlaskClient,
    email: str,
    password: str = PASSWORD,
    *,
    address: str = SIGN_IN,
    environ: dict[str, str] | None = None,
) -> TestResponse:
    """Open the sign-in page and send the form."""
    data = {"csrf_token": token_in(client.get(address)), "email": email, "password": password}
    return client.post(address, data=data, environ_base=environ or {})


def signed_in(app: Flask, email: str) -> FlaskClient:
    """A browser of its own in which the account has signed in."""
    browser = app.test_client()
    assert sign_in(browser, email).status_code == 303
    return browser


def send(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    """Send a form of a page of the back office, with the token that the browser's pages carry."""
    token = token_in(browser.get("/staff/account/"))
    return browser.post(address, data={"csrf_token": token, **fields})
