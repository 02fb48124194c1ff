"""Keys of other systems: made, listed, revoked and recognised here.

A key is 256 random bits, so a plain SHA-256 of it is enough to know it by and of no use to whoever reads the table.
"""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from survey_app.audit_log.log import record_event
from survey_app.integration.audit_events import KEY_ADDED, KEY_REVOKED
from survey_app.integration.models import ApiKeyRow
from survey_app.languages import catalogue
from survey_app.territory.models import UnitRow
from survey_app.territory.units import Unit, find_unit, units_on

SCOPES = ("tickets", "visits")
PREFIX = "tt_"
LONGEST_NAME = 60
_NAME = re.compile(r"\w[\w .-]*")


class RefusedKey(ValueError):
    """A key was not made or revoked; `rule` is the key of the reason, `integration.refused.<rule>`."""

    def __init__(self, rule: str, **details: object) -> None:
        self.rule = rule
        self.details = {name: str(value) for name, value in details.items()}
        super().__init__(rule, self.details)

    def words(self, language: str) -> str:
        """What is in the way and what to do, in the language."""
        return catalogue(language).text(f"integration.refused.{self.rule}", **self.details)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret."""

    id: int
    name: str
    scopes: frozenset[str]
    unit_id: int
    unit_code: str
    added_on: date
    revoked_on: date | None

    @property
    def actor(self) -> str:
        """How the audit log and the tables of other rooms name the key."""
        return f"{self.name} (key)"


def add_key(
    connection: Connection, name: str, scopes: Collection[str], unit_code: str | None, actor: str, at: datetime
) -> str:
    """Make a key and return its secret, which is never to be had again. Raises `RefusedKey`.

    Without a unit it is the one above the communes, if there is just one.
    """
    label = " ".join(name.split())
    if not _NAME.fullmatch(label) or len(label) > LONGEST_NAME:
        raise RefusedKey("name", longest=LONGEST_NAME)
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise RefusedKey("scopes", known=", ".join(SCOPES))
    if connection.scalar(select(ApiKeyRow.id).where(ApiKeyRow.name == label)) is not None:
        raise RefusedKey("name_taken", name=label)
    unit = _unit(connection, unit_code, at.date())
    secret = PREFIX + secrets.token_urlsafe(32)
    row = {
        "name": label,
        "key_hash": _hash(secret),
        "scopes": " ".join(sorted(set(scopes))),
        "unit_id": unit.id,
        "added_on": at.date(),
    }
    connection.execute(insert(ApiKeyRow).values(row))
    details = {"name": label, "scopes": sorted(set(scopes))}
    record_event(connection, KEY_ADDED, actor=actor, at=at, unit=unit.code, **details)
    return secret


def revoke_key(connection: Connection, name: str, actor: str, at: datetime) -> bool:
    """Let a key open nothing from now on; False when it was revoked before. Raises `RefusedKey` for an unknown name."""
    row = ApiKeyRow
    found = next((key for key in all_keys(connection) if key.name == " ".join(name.split())), None)
    if found is None:
        raise RefusedKey("unknown_key", name=name[:LONGEST_NAME])
    if found.revoked_on is not None:
        return False
    connection.execute(update(row).where(row.id == found.id).values(revoked_on=at.date()))
    record_event(connection, KEY_REVOKED, actor=actor, at=at, unit=found.unit_code, name=found.name)
    return True


def all_keys(connection: Connection) -> list[ApiKey]:
    """Every key there ever was, by name."""
    statement = select(ApiKeyRow.__table__, UnitRow.code).join(UnitRow, UnitRow.id == ApiKeyRow.unit_id)
    return [_key(row) for row in connection.execute(statement.order_by(ApiKeyRow.name))]


def key_of(connection: Connection, secret: str) -> ApiKey | None:
    """The key with this secret, unless it was revoked; None for whatever else. One query."""
    if not secret.startswith(PREFIX) or not secret.isascii():
        return None
    statement = select(ApiKeyRow.__table__, UnitRow.code).join(UnitRow, UnitRow.id == ApiKeyRow.unit_id)
    valid = (ApiKeyRow.key_hash == _hash(secret)) & ApiKeyRow.revoked_on.is_(None)
    row = connection.execute(statement.where(valid)).first()
    return None if row is None else _key(row)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _key(row: Any) -> ApiKey:
    scopes = frozenset(row.scopes.split())
    return ApiKey(row.id, row.name, scopes, row.unit_id, row.code, row.added_on, row.revoked_on)


def _unit(connection: Connection, code: str | None, day: date) -> Unit:
    """The unit that the key speaks for: never one that is judged by what the key sends."""
    if code is None:
        above = [unit for unit in units_on(connection, day) if not unit.is_commune]
        if len(above) != 1:
            raise RefusedKey("which_unit", count=len(above))
        return above[0]
    unit = find_unit(connection, code, day)
    if unit is None:
        raise RefusedKey("unknown_unit", code=code[:20])
    if unit.is_commune:
        raise RefusedKey("judged_unit", unit=unit.in_sentence)
    return unit
