"""Publishing a questionnaire is in the audit log; loading the same again is not."""

from flask import Flask

from survey_app.audit_log.log import AuditEvent, every_event
from survey_app.database import read_connection, write_transaction
from survey_app.questionnaires.definition import DEFAULT_DEFINITION, default_questionnaire
from tests.support.factories import a_commune


def told(app: Flask, *arguments: object) -> list[AuditEvent]:
    with app.app_context(), read_connection() as connection:
        before = len(list(every_event(connection)))
    app.test_cli_runner().invoke(args=["questionnaire", *map(str, arguments)])
    with app.app_context(), read_connection() as connection:
        return list(every_event(connection))[before:]


def test_a_version_is_told_once_and_each_use_of_it(app: Flask) -> None:
    with app.app_context(), write_transaction() as connection:
        a_commune(connection)
    (stored,) = told(app, "load", DEFAULT_DEFINITION)
    made = default_questionnaire()
    assert (stored.kind, stored.unit_code) == ("questionnaire.stored", None)
    assert stored.details == {"questionnaire": made.label, "hash": made.content_hash, "from_day": None}
    assert told(app, "load", DEFAULT_DEFINITION) == []
    (used,) = told(app, "load", DEFAULT_DEFINITION, "--unit", "26041", "--from", "2026-12-01")
    assert (used.unit_code, used.details["from_day"]) == ("26041", "2026-12-01")


def test_what_is_wrong_or_only_checked_is_not_told(app: Flask) -> None:
    assert told(app, "check", DEFAULT_DEFINITION) == []
    assert told(app, "load", "/dev/null") == []
