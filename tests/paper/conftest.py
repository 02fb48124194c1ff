"""A commune with one counter, a batch of its paper forms, and the people around it, each in a browser of their own."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select
from werkzeug.test import TestResponse

from survey_app.paper.batches import Batch, BatchOrder, make_batch
from survey_app.paper.models import PaperEntryRow, PaperSheetRow
from survey_app.responses.models import inbox
from tests.conftest import NOW
from tests.staff.people import an_account, signed_in, token_in
from tests.support.surveys import ScannedCounter

Transaction = Callable[[], AbstractContextManager[Connection]]
PAGE = "/staff/paper"
ANSWERS = {"overall": "4", "courtesy": "5", "trouble": "no", "service_domain": "land", "comment": "Cán bộ nhiệt tình."}
"""What stands on a sheet."""


@dataclass
class Desk:
    """What a test looks at behind the pages."""

    begin: Transaction
    batch: Batch

    @property
    def path(self) -> str:
        """The page of the batch."""
        return f"{PAGE}/{self.batch.id}"

    def states(self) -> list[str]:
        """Where the sheets stand, in their order."""
        sheet = PaperSheetRow
        with self.begin() as connection:
            return list(
                connection.scalars(select(sheet.state).where(sheet.batch_id == self.batch.id).order_by(sheet.serial))
            )

    def drafts(self) -> int:
        """How many drafts there are."""
        with self.begin() as connection:
            return connection.execute(select(func.count()).select_from(PaperEntryRow)).scalar_one()

    def answers(self) -> list[Any]:
        """The answers that wait in the inbox."""
        with self.begin() as connection:
            return list(connection.execute(select(inbox)))


def a_batch(begin: Transaction, counter: ScannedCounter, sheets: int = 7, language: str = "vi") -> Batch:
    """A batch for the counter, made today."""
    order = BatchOrder(counter.commune, counter.service_point_id, sheets, language, "page")
    with begin() as connection:
        return make_batch(connection, order, actor="lan@dongnai.gov.vn", at=NOW)


def post(browser: FlaskClient, page: str, address: str, fields: Mapping[str, object]) -> TestResponse:
    """Open a page and send one of its forms."""
    return browser.post(address, data={"csrf_token": token_in(browser.get(page))} | dict(fields))


def typed(browser: FlaskClient, desk: Desk, serial: int, **other: str) -> TestResponse:
    """Type a sheet: `ANSWERS`, or what differs."""
    fields = {name: value for name, value in (ANSWERS | other).items() if value}
    return post(browser, desk.path, f"{desk.path}/{serial}", fields)


def typed_twice(first: FlaskClient, second: FlaskClient, desk: Desk, *serials: int) -> None:
    """Two people type the sheets alike."""
    for serial in serials:
        for browser in (first, second):
            assert typed(browser, desk, serial).status_code == 303


@pytest.fixture
def desk(transaction: Transaction, counter: ScannedCounter) -> Desk:
    """Seven sheets of the counter."""
    return Desk(transaction, a_batch(transaction, counter))


def _browser(app: Flask, role: str, unit: str | None, name: str) -> FlaskClient:
    an_account(app, role, unit, f"{name}@dongnai.gov.vn")
    return signed_in(app, f"{name}@dongnai.gov.vn")


@pytest.fixture
def lan(app: Flask, counter: ScannedCounter) -> FlaskClient:
    """The browser of one who types."""
    return _browser(app, "data_entry", counter.commune.code, "lan")


@pytest.fixture
def minh(app: Flask, counter: ScannedCounter) -> FlaskClient:
    """The browser of another one who types."""
    return _browser(app, "data_entry", counter.commune.code, "minh")


@pytest.fixture
def leader(app: Flask, counter: ScannedCounter) -> FlaskClient:
    """The browser of the commune's leader."""
    return _browser(app, "leader", counter.commune.code, "leader")


@pytest.fixture
def administrator(app: Flask, counter: ScannedCounter) -> FlaskClient:
    """The browser of an administrator."""
    return _browser(app, "administrator", None, "administrator")
