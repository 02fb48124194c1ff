"""What several tests of the auditor's room use."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from tests.audit.sealed_book import Held, sealed_book
from tests.staff.people import an_account, signed_in

AUDITOR = "kiemtra@dongnai.gov.vn"


@pytest.fixture
def sealed(app: Flask, transaction: Callable[[], AbstractContextManager[Connection]]) -> Flask:
    """The application with the sealed book in its database."""
    sealed_book(app, transaction)
    return app


@pytest.fixture
def auditor(sealed: Flask) -> FlaskClient:
    """A browser in which an auditor is signed in."""
    an_account(sealed, "auditor", email=AUDITOR)
    return signed_in(sealed, AUDITOR)


@pytest.fixture
def held(sealed: Flask, transaction: Callable[[], AbstractContextManager[Connection]], tmp_path: Path) -> Held:
    """What the auditor holds from before: the signed head and the key."""
    folder = tmp_path / "auditor"
    folder.mkdir()
    mine = Held(folder)
    with transaction() as connection:
        mine.keep_head(connection)
    return mine
