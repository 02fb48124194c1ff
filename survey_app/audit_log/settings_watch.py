"""Settings are read at the start: when they differ from those of the start before, the audit log says so, once."""

import hashlib
import json
from collections.abc import Mapping

from pydantic import SecretStr
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from survey_app.audit_log.event_types import declare
from survey_app.audit_log.log import record_event
from survey_app.audit_log.models import AuditEventRow
from survey_app.audit_log.reading import last_of
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.request_logging import log

SETTINGS_CHANGED = declare("settings.changed", "application", "fingerprint", "values")
SHOWN_ADDRESSES = frozenset({"public_url"})
FINGERPRINT_LENGTH = 16


def note_settings(application: str, settings: Settings, clock: Clock) -> None:
    """Record the settings of this application (`app`, `staff_app` …) if they are not those it started with before.

    A database that does not answer, or has no tables yet, does not keep a server from starting.
    """
    values = open_values(settings)
    fingerprint = _fingerprint(values)
    try:
        with read_connection() as connection:
            if not inspect(connection).has_table(AuditEventRow.__tablename__):
                return  # The first command of a new installation makes the tables.
            if _last_fingerprint(connection, application) == fingerprint:
                return
        with write_transaction() as connection:
            if _last_fingerprint(connection, application) != fingerprint:  # Several workers start together.
                record_event(
                    connection,
                    SETTINGS_CHANGED,
                    actor=application,
                    at=clock.now(),
                    application=application,
                    fingerprint=fingerprint,
                    values=dict(values),
                )
    except SQLAlchemyError as error:
        log.error("settings_not_recorded", error=type(error).__name__)


def open_values(settings: Settings) -> Mapping[str, str]:
    """The settings that are no secret, as text, by their name in the environment.

    Keys are left out, and addresses too, since they may carry a password; the public one is there.
    """
    values: dict[str, str] = {}
    for name in sorted(type(settings).model_fields):
        value = getattr(settings, name)
        text = "" if value is None else str(value)
        if not isinstance(value, SecretStr) and ("://" not in text or name in SHOWN_ADDRESSES):
            values[name.upper()] = text
    return values


def _fingerprint(values: Mapping[str, str]) -> str:
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def _last_fingerprint(connection: Connection, application: str) -> str | None:
    last = last_of(connection, SETTINGS_CHANGED.kind, application)
    return None if last is None else str(last.details["fingerprint"])
