"""Fixtures of the staff tests: a city with two communes, and an application whose pages show what requests carry."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import Connection

from config import Settings
from survey_app.clock import SetClock
from survey_app.database import write_transaction
from survey_app.staff.invitations import POST_ROOM_KEY
from tests.staff.people import City, a_city
from tests.staff.probes import staff_room
from tests.support.applications import application
from tests.support.mail_server import MailServer, mail_server


@pytest.fixture
def city(transaction: Callable[[], AbstractContextManager[Connection]]) -> City:
    """A city with two communes in the database of `app`."""
    with transaction() as connection:
        return a_city(connection)


@pytest.fixture
def probed(settings: Settings, clock: SetClock) -> Iterator[Flask]:
    """The staff room alone, with the probing pages."""
    with staff_room(settings, clock) as app:
        yield app


@pytest.fixture
def probed_city(probed: Flask) -> City:
    """A city with two communes in the database of `probed`."""
    with probed.app_context(), write_transaction() as connection:
        return a_city(connection)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server."""
    with mail_server() as server:
        yield server


@pytest.fixture
def writing(settings: Settings, clock: SetClock, mail: MailServer) -> Iterator[Flask]:
    """The whole application, which sends its letters to `mail`; with the two communes."""
    with application(settings.model_copy(update={"smtp_url": SecretStr(mail.url)}), clock) as app:
        with app.app_context(), write_transaction() as connection:
            a_city(connection)
        yield app
        app.extensions[POST_ROOM_KEY].close()
