"""Whoever searches a place may type it with or without diacritics, wherever there is a search."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import Connection

from tests.staff.people import an_account, signed_in
from tests.support import factories
from tests.support.databases import sqlite_only

Transaction = Callable[[], AbstractContextManager[Connection]]
TYPED = (
    "Trấn Biên",
    "tran bien",
    "TRAN BIEN",
    "trấn biên",
    "phường Trấn Biên",
    "phuong tran bien",
    "tra\u0302\u0301n bie",
    "26041",
)
FOUND, NOT_FOUND = "Trấn Biên", "Long Hưng"
SEARCHES = {
    "/?q=": None,
    "/api/v1/units?q=": None,
    "/staff/?q=": "province",
    "/staff/callback?q=": "caller",
    "/staff/counter-links/?q=": "administrator",
    "/staff/posters/?q=": "administrator",
    "/staff/setup/?q=": "administrator",
    "/staff/listening?q=": "supervisor",
    "/staff/exports?search=": "auditor",
}
"""Every page with a search box for places, and a role that sees it."""


@pytest.fixture
def places(transaction: Transaction) -> None:
    """Đồng Nai's 95 units."""
    with transaction() as connection:
        factories.dong_nai(connection)


@sqlite_only
@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("address", SEARCHES)
def test_with_or_without_diacritics(app: Flask, places: None, address: str, typed: str) -> None:
    role = SEARCHES[address]
    browser = app.test_client()
    if role is not None:
        an_account(app, role)
        browser = signed_in(app, f"{role}@dongnai.gov.vn")
    page = browser.get(address + typed).get_data(as_text=True)
    assert FOUND in page
    assert NOT_FOUND not in page


@sqlite_only
@pytest.mark.parametrize("typed", TYPED)
def test_on_the_command_line(app: Flask, places: None, typed: str) -> None:
    said = app.test_cli_runner().invoke(args=["territory", "list", typed])
    assert said.exit_code == 0
    assert FOUND in said.output
    assert NOT_FOUND not in said.output


@sqlite_only
@pytest.mark.parametrize("typed", ["trạn biên", "đuờng", "Trãn Biên"])
def test_marks_that_were_typed_must_be_there(app: Flask, places: None, typed: str) -> None:
    assert f"{FOUND}<" not in app.test_client().get(f"/?q={typed}").get_data(as_text=True).replace("\n", "")
