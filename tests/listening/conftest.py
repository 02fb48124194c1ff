"""A commune whose book is closed for a week, and what people wrote in it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from survey_app.territory.units import Unit, last_known
from tests.staff.people import an_account, signed_in
from tests.support.closed_days import ClosedBook

Begin = Callable[[], AbstractContextManager[Connection]]
MONDAY = date(2026, 11, 16)
"""The last finished week of the tests' clock."""
SUNDAY = MONDAY + timedelta(days=6)
NO, TROUBLE, MONEY, NO_ANSWER = 1, 2, 3, 4
RATED = dict.fromkeys(("r1", "r2", "r3", "r4", "r5", "r6"), 4)
INSPECTOR, LEADER = "thanhtra@dongnai.gov.vn", "lanhdao@dongnai.gov.vn"


@pytest.fixture
def book(app: Flask, transaction: Begin) -> ClosedBook:
    """An empty book of commune 26041."""
    return ClosedBook.at_a_counter(app, transaction)


@pytest.fixture
def commune(book: ClosedBook) -> Unit:
    """The commune of the book."""
    with book.begin() as connection:
        found = last_known(connection, book.counter.unit_id)
    assert found is not None
    return found


@pytest.fixture
def inspector(app: Flask, book: ClosedBook) -> FlaskClient:
    """A browser in which an inspector is signed in."""
    an_account(app, "inspector", email=INSPECTOR)
    return signed_in(app, INSPECTOR)


@pytest.fixture
def leader(app: Flask, book: ClosedBook) -> FlaskClient:
    """A browser in which the leader of the commune is signed in."""
    an_account(app, "leader", "26041", email=LEADER)
    return signed_in(app, LEADER)
