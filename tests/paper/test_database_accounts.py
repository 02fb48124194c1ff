"""Paper under the accounts of a production database: staff count sheets, citizens' pages cannot look at one."""

from flask import Flask

from survey_app.clock import SetClock
from survey_app.database import write_transaction
from survey_app.ledger.database_roles import Roles
from survey_app.paper.counting import TOGETHER, count_when_enough
from survey_app.paper.entries import Actor, enter, void_sheet
from survey_app.questionnaires.answers import Answers
from survey_app.responses.registration import door_of
from tests.conftest import NOW
from tests.ledger.test_database_roles import connected, denied, roles, running_as
from tests.paper.conftest import Desk
from tests.support.databases import postgresql_only

__all__ = ["roles"]


@postgresql_only
def test_staff_type_void_and_count(app: Flask, desk: Desk, clock: SetClock, roles: Roles) -> None:
    with running_as(roles.staff, app, clock) as staff, staff.app_context(), write_transaction() as connection:
        for serial in range(1, TOGETHER + 1):
            for person in ("lan@dongnai.gov.vn", "minh@dongnai.gov.vn"):
                enter(connection, desk.batch, serial, Answers(ratings={"r1": 4}), Actor(person, "26041", NOW))
        void_sheet(connection, desk.batch, 7, "rách", Actor("lan@dongnai.gov.vn", "26041", NOW))
        assert count_when_enough(connection, door_of(staff), desk.batch, NOW) == TOGETHER
    assert len(desk.answers()) == TOGETHER


@postgresql_only
def test_citizens_pages_cannot_look_at_paper(app: Flask, desk: Desk, roles: Roles) -> None:
    with connected(roles.citizen, app) as engine:
        denied(engine, *(f"SELECT * FROM {table}" for table in ("paper_batch", "paper_sheet", "paper_entry")))
        denied(engine, "DELETE FROM paper_entry", "UPDATE paper_sheet SET state = 'void'")
