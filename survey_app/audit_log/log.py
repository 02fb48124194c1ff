"""Writing to the audit log, its head, and checking its chain.

The hash of an event is SHA-256 of the canonical JSON (RFC 8785; text, integers and null only) of its fields and the
hash before it; the first follows 32 zero bytes. Writers stand in line: a chain has one end.
"""

import hashlib
import json
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text

from survey_app.audit_log.event_types import EventType
from survey_app.audit_log.models import AuditEventRow

FORMAT = "than-thien-audit/1"
BEFORE_THE_FIRST = bytes(32)
_PLAIN = (str, int, bool, type(None))
_FETCH = 1_000


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One recorded event."""

    seq: int
    at: str
    kind: str
    actor: str
    unit_code: str | None
    details: Mapping[str, Any]
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The end of the chain: how many events, and the last one's hash."""

    size: int
    hash: bytes


class BrokenChain(Exception):
    """The log was tampered with; `seq` is the first event that does not fit."""

    def __init__(self, seq: int) -> None:
        self.seq = seq
        super().__init__(f"audit event {seq} does not follow from the one before it")


def record_event(
    connection: Connection,
    event_type: EventType,
    *,
    actor: str,
    at: datetime,
    unit: str | None = None,
    **details: Any,
) -> AuditHead:
    """Append an event in the caller's write transaction, so that an act and its record stand or fall together.

    `actor` is the account's e-mail, or "<user> (command)"; `unit` the code of the unit concerned, if one is. Values are
    text, integers, true, false or null, or lists and objects of these. Raises ValueError for other keys than the type
    declares, TypeError for another value: nothing is written then.
    """
    if details.keys() != event_type.keys:
        raise ValueError(f"{event_type.kind} has the keys {sorted(event_type.keys)}, not {sorted(details)}")
    for key, value in details.items():
        _see_that_it_is_plain(key, value)
    _stand_in_line(connection)
    last = head(connection)
    fields = {
        "seq": last.size + 1,
        "at": at.isoformat(timespec="seconds"),
        "kind": event_type.kind,
        "actor": actor[:255],
        "unit_code": unit,
        "details": _canonical(details),
        "previous_hash": last.hash,
    }
    digest = _hash(fields)
    connection.execute(insert(AuditEventRow), {**fields, "hash": digest})
    return AuditHead(last.size + 1, digest)


def head(connection: Connection) -> AuditHead:
    """The present end of the chain; size 0 and zero bytes when nothing happened yet."""
    row = connection.execute(
        select(AuditEventRow.seq, AuditEventRow.hash).order_by(AuditEventRow.seq.desc()).limit(1)
    ).first()
    return AuditHead(row.seq, row.hash) if row else AuditHead(0, BEFORE_THE_FIRST)


def verify_chain(connection: Connection) -> AuditHead:
    """Recompute the whole chain in constant memory. Raises BrokenChain; returns the head."""
    last = AuditHead(0, BEFORE_THE_FIRST)
    with closing(every_event(connection)) as events:
        while event := _next_event(events, last):
            if (
                event.seq != last.size + 1
                or event.previous_hash != last.hash
                or event.hash != _hash(hashed_fields(event))
            ):
                raise BrokenChain(last.size + 1)
            last = AuditHead(event.seq, event.hash)
    return last


def _next_event(events: Generator[AuditEvent, None, None], last: AuditHead) -> AuditEvent | None:
    try:
        return next(events, None)
    except ValueError as error:  # Its details are no JSON any more.
        raise BrokenChain(last.size + 1) from error


def every_event(connection: Connection) -> Generator[AuditEvent, None, None]:
    """Every event, oldest first."""
    statement = select(AuditEventRow.__table__).order_by(AuditEventRow.seq)
    with connection.execution_options(yield_per=_FETCH).execute(statement) as rows:
        for row in rows:
            yield event_of(row)


def event_of(row: Any) -> AuditEvent:
    """The event in a row of the table."""
    return AuditEvent(
        row.seq, row.at, row.kind, row.actor, row.unit_code, json.loads(row.details), row.previous_hash, row.hash
    )


def hashed_fields(event: AuditEvent) -> dict[str, Any]:
    """What the event's hash is over, besides the name of the format; `details` as canonical JSON text."""
    return {
        "seq": event.seq,
        "at": event.at,
        "kind": event.kind,
        "actor": event.actor,
        "unit_code": event.unit_code,
        "details": _canonical(event.details),
        "previous_hash": event.previous_hash,
    }


def _stand_in_line(connection: Connection) -> None:
    """One writer at a time until its transaction ends (SQLite's write lock already does that)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7433061)"))


def _hash(fields: Mapping[str, Any]) -> bytes:
    hashed = {**fields, "format": FORMAT, "previous_hash": fields["previous_hash"].hex()}
    return hashlib.sha256(_canonical(hashed).encode()).digest()


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _see_that_it_is_plain(key: str, value: object) -> None:
    if isinstance(value, list):
        for one in value:
            _see_that_it_is_plain(key, one)
    elif isinstance(value, dict):
        for name, one in value.items():
            _see_that_it_is_plain(f"{key}.{name}", one)
    elif not isinstance(value, _PLAIN):
        raise TypeError(f"{key}: {type(value).__name__} cannot stand in an event; use text, integers or null")
