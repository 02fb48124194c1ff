"""A city with a counter, and keys of its other systems."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from survey_app.integration.keys import add_key
from tests.conftest import NOW
from tests.support.surveys import ScannedCounter

Transaction = Callable[[], AbstractContextManager[Connection]]
Send = Callable[..., TestResponse]


@pytest.fixture
def key(transaction: Transaction, counter: ScannedCounter) -> str:
    """A key of the city that may do everything."""
    with transaction() as connection:
        return add_key(connection, "Hệ thống một cửa", ["tickets", "visits"], None, "root (command)", NOW)


@pytest.fixture
def send(client: FlaskClient, key: str) -> Send:
    """Sends a body to an address of the API with the key."""

    def post(address: str, body: object, headers: Mapping[str, str] | None = None) -> TestResponse:
        given = {"Authorization": f"Bearer {key}"} | dict(headers or {})
        return client.post(address, data=json.dumps(body), content_type="application/json", headers=given)

    return post
