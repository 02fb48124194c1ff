"""People at the back office: a leader of phường Trấn Biên, an administrator, somebody who looks after the city."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, select
from werkzeug.test import TestResponse

from survey_app.audit_log.log import event_of
from survey_app.audit_log.models import AuditEventRow
from survey_app.territory.units import Unit
from tests.staff.people import an_account, signed_in, token_in
from tests.support.factories import a_commune

Begin = Callable[[], AbstractContextManager[Connection]]
COMMUNE, ELSEWHERE = "26041", "26248"


@dataclass(frozen=True)
class Desk:
    """A browser in which somebody has signed in."""

    browser: FlaskClient

    def read(self, path: str) -> str:
        """A page of the back office, which must be there."""
        response = self.browser.get(f"/staff/setup{path}")
        assert response.status_code == 200, path
        return response.get_data(as_text=True)

    def status(self, path: str) -> int:
        """How a page of the back office answers."""
        return self.browser.get(f"/staff/setup{path}").status_code

    def send(self, path: str, **form: Any) -> TestResponse:
        """Send a form to an address of the back office, with the token of a page that has one."""
        token = token_in(self.browser.get("/staff/setup/", follow_redirects=True))
        return self.browser.post(f"/staff/setup{path}", data={"csrf_token": token, **form})


@pytest.fixture
def commune(transaction: Begin) -> Unit:
    """Phường Trấn Biên of Đồng Nai, without premises, counters or a questionnaire."""
    with transaction() as connection:
        return a_commune(connection, COMMUNE)


@pytest.fixture
def leader(app: Flask, commune: Unit) -> Desk:
    """Who leads the commune."""
    an_account(app, "leader", COMMUNE)
    return Desk(signed_in(app, "leader@dongnai.gov.vn"))


@pytest.fixture
def administrator(app: Flask, commune: Unit) -> Desk:
    """Who administers the installation."""
    an_account(app, "administrator")
    return Desk(signed_in(app, "administrator@dongnai.gov.vn"))


@pytest.fixture
def city_desk(app: Flask, commune: Unit) -> Desk:
    """Who looks after the city."""
    an_account(app, "province")
    return Desk(signed_in(app, "province@dongnai.gov.vn"))


@pytest.fixture
def events(transaction: Begin) -> Callable[[], list[tuple[str, str | None, dict[str, Any]]]]:
    """Reads what the audit log says of the back office: kind, unit, details."""

    def read() -> list[tuple[str, str | None, dict[str, Any]]]:
        with transaction() as connection:
            rows = connection.execute(select(AuditEventRow.__table__).order_by(AuditEventRow.seq))
            found = [event_of(row) for row in rows]
        told = [(one.kind, one.unit_code, dict(one.details)) for one in found]
        return [one for one in told if not one[0].startswith("staff.")]

    return read
