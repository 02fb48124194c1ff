"""The demo's visits: enough to hold its answers against, unknown for some, and the same for the same seed."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from sqlalchemy import Connection, func, select

from survey_app.audit_log.log import every_event
from survey_app.demo.loader import load_demo
from survey_app.responses.models import response
from survey_app.visits.counts import denominator
from survey_app.visits.register import visits_of
from tests.conftest import NOW
from tests.support.databases import sqlite_only

Begin = Callable[[], AbstractContextManager[Connection]]


@sqlite_only
def test_more_people_came_than_answered(app: Flask, transaction: Begin) -> None:
    with app.app_context():
        load_demo(app, iter, weeks=2, units=20)
    with transaction() as connection:
        counts = visits_of(connection, None, NOW.date().replace(day=1), NOW.date())
        statement = select(response.c.unit_id, func.count().label("answers")).group_by(response.c.unit_id)
        answers = {row.unit_id: row.answers for row in connection.execute(statement)}
        events = [event.kind for event in every_event(connection)]
    came = {unit: sum(denominator(each) or 0 for each in counts if each.unit_id == unit) for unit in answers}
    assert len(counts) == 2 * 19, "one unit in nineteen reports nothing"
    assert {each.numbers.counter_visits is None for each in counts} == {True, False}
    assert sum(came[unit] > answers[unit] for unit in answers) >= 17
    assert events.count("visits.recorded") == 1
