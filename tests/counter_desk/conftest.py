"""The demo's own shape in small: a city, a counter that can be scanned, a leader and an administrator signed in."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from tests.staff.people import an_account, signed_in, token_in
from tests.support.surveys import ScannedCounter

Transaction = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture
def leader(app: Flask, counter: ScannedCounter) -> FlaskClient:
    """A browser in which the leader of the counter's commune has signed in."""
    an_account(app, "leader", counter.commune.code)
    return signed_in(app, "leader@dongnai.gov.vn")


@pytest.fixture
def administrator(app: Flask, counter: ScannedCounter) -> FlaskClient:
    """A browser in which an administrator has signed in."""
    an_account(app, "administrator")
    return signed_in(app, "administrator@dongnai.gov.vn")


def send(browser: FlaskClient, page: str, address: str, **fields: object) -> TestResponse:
    """Open the page and send one of its forms."""
    token = token_in(browser.get(page))
    return browser.post(address, data={"csrf_token": token} | fields)
