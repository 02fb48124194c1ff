"""A city with two communes and an application whose letters go to a real mail server."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from random import Random

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import Connection

from config import Settings
from survey_app.clock import SetClock
from survey_app.listening.actions import Content, Origin, open_action
from tests.analytics.dashboards.conftest import City, a_city
from tests.analytics.dashboards.factories import NEWEST_MONDAY, publish, simulated, write_weeks
from tests.staff.people import an_account
from tests.support.applications import application
from tests.support.mail_server import MailServer, mail_server

Begin = Callable[[], AbstractContextManager[Connection]]
LEADER, SILENT_LEADER, CITY = "leader@dongnai.gov.vn", "silent@dongnai.gov.vn", "province@dongnai.gov.vn"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """The mail server."""
    with mail_server() as server:
        yield server


@pytest.fixture
def writing(settings: Settings, clock: SetClock, mail: MailServer) -> Iterator[Flask]:
    """The application that sends its letters there."""
    with application(settings.model_copy(update={"smtp_url": SecretStr(mail.url)}), clock) as app:
        yield app


@pytest.fixture
def lived(transaction: Begin, clock: SetClock) -> City:
    """Seventeen weeks of forty forms in Trảng Bom, the last one far worse; not one form in Long Hưng; an action."""
    random = Random(8)
    with transaction() as connection:
        city = a_city(connection)
        weeks = [simulated(random, 40) for _week in range(16)] + [simulated(random, 40, level=0.55)]
        write_weeks(connection, city.trang_bom.id, weeks)
        publish(connection)
        content = Content(
            title="Bảng hướng dẫn giấy tờ mới",
            category="guidance",
            said="Mỗi lần hướng dẫn một khác.",
            owner="Bộ phận một cửa",
            due_on=NEWEST_MONDAY,
            state="under_way",
            done=None,
            done_on=None,
            published=True,
        )
        origin = Origin("item", "guidance")
        open_action(connection, city.trang_bom, origin, content, actor=LEADER, at=clock.now())
    return city


@pytest.fixture
def readers(writing: Flask, lived: City) -> City:
    """The city with a leader in each commune, and an account of the city."""
    an_account(writing, "leader", "26068", LEADER)
    an_account(writing, "leader", "26371", SILENT_LEADER)
    an_account(writing, "province", email=CITY)
    return lived
