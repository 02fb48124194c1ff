"""What is done to units and scan codes by command is in the audit log; what changes nothing, or fails, is not."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from survey_app.audit_log.log import every_event
from tests.support.factories import a_commune, a_service_point
from tests.territory.files import DATA, DONG_NAI_2026

FILE = DATA / DONG_NAI_2026

Transaction = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture
def told(app: Flask, transaction: Transaction) -> Callable[..., list[tuple[str, str | None, dict[str, Any]]]]:
    """Runs a command and tells the events that it wrote."""

    def run(*arguments: object) -> list[tuple[str, str | None, dict[str, Any]]]:
        with transaction() as connection:
            before = len(list(every_event(connection)))
        app.test_cli_runner().invoke(args=["territory", *map(str, arguments)])
        with transaction() as connection:
            events = list(every_event(connection))[before:]
        assert all(event.actor.endswith("(command)") for event in events)
        return [(event.kind, event.unit_code, dict(event.details)) for event in events]

    return run


def test_importing_units(told: Callable[..., Any]) -> None:
    ((kind, unit, details),) = told("import", FILE)
    assert (kind, unit, details["file"]) == ("territory.imported", None, DONG_NAI_2026)
    assert details["new"] > 90
    assert told("import", FILE) == []
    assert told("import", "/dev/null") == []


def test_ending_a_unit(told: Callable[..., Any], transaction: Transaction) -> None:
    with transaction() as connection:
        a_commune(connection)
    assert told("close", "26041", "2026-12-01") == [("territory.unit_closed", "26041", {"day": "2026-12-01"})]
    assert told("close", "26041", "2026-12-01") == []


def test_scan_codes(told: Callable[..., Any], transaction: Transaction) -> None:
    with transaction() as connection:
        point = a_service_point(connection, a_commune(connection), "Quầy 2")
    ((kind, unit, details),) = told("code", "issue", point)
    assert (kind, unit, details["service_point"]) == ("scan_code.issued", "26041", point)
    code = details["code"]
    revoked = ("scan_code.revoked", None, {"code": code, "from_day": "2026-11-24"})
    assert told("code", "revoke", code.lower()) == [revoked]
    assert told("code", "revoke", code) == []
    assert told("code", "revoke", "KHONGCO") == []
