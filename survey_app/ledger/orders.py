"""Orders to remove something from the book: insert-only, sealed in the record of the day on which they are given.

The book's triggers let a DELETE pass only where an order names it. An order takes the rows of commune-days or their
comments (retention), or one comment (redaction); leaf hashes, roots, check codes, facts and the audit log stay.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from survey_app.database import lock_for_closing
from survey_app.ledger.day_record import canonical_json, order_hash
from survey_app.ledger.order_models import RemovalOrderRow, RemovedUnitDayRow
from survey_app.responses.reader import Selection, booked_days, last_booked_day
from survey_app.territory.units import codes_by_id

HASH_BYTES = 32
Kind = Literal["retention", "redaction"]
What = Literal["rows", "comments", "comment"]
_TABLE = RemovalOrderRow.__table__


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order about to be given. `unit_id` None: every unit; `response_id`: whose comment, for a redaction."""

    kind: Kind
    what: What
    first_day: date
    last_day: date
    reason: str
    actor: str
    unit_id: int | None = None
    response_id: bytes | None = None


@dataclass(frozen=True, slots=True)
class RemovalOrder:
    """An order as given. `body` is what is hashed and what a manifest shows: it names neither staff nor citizen."""

    id: int
    given_on: date
    kind: str
    what: str
    first_day: date
    last_day: date
    unit_id: int | None
    response_id: bytes | None
    reason: str
    actor: str
    body: Mapping[str, Any]
    order_hash: bytes

    @property
    def sealed_on(self) -> date:
        """The day whose record holds the hash, once it is closed: the day on which the order was given."""
        return self.given_on

    def names(self, day: date, unit_id: int) -> bool:
        """Whether it is about this commune-day."""
        return self.first_day <= day <= self.last_day and self.unit_id in {None, unit_id}


@dataclass(frozen=True, slots=True)
class RemovedUnitDay:
    """What stays of a commune-day: the leaf hashes that its rows had, sorted, and the order that removed them."""

    day: date
    unit_id: int
    unit_code: str
    order_hash: bytes
    leaf_hashes: tuple[bytes, ...]


class NothingToOrder(ValueError):
    """An order may name closed days only."""


def give_order(connection: Connection, order: NewOrder, today: date) -> RemovalOrder:
    """Write the order down, in the caller's transaction; removing comes after it, in the same one.

    It waits for a closing that runs, so that no order falls between two days. Raises NothingToOrder for days that are
    not closed.
    """
    lock_for_closing(connection)
    last = last_booked_day(connection)
    if last is None or order.last_day > last:
        raise NothingToOrder(f"{order.last_day} is not closed")
    given_on = max(today, last + timedelta(days=1))
    body = _body(connection, order, given_on)
    row = {
        "given_on": given_on,
        "kind": order.kind,
        "what": order.what,
        "first_day": order.first_day,
        "last_day": order.last_day,
        "unit_id": order.unit_id,
        "response_id": order.response_id,
        "reason": order.reason,
        "actor": order.actor,
        "body": canonical_json(body).decode(),
        "order_hash": order_hash(body),
    }
    return _order(connection.execute(insert(RemovalOrderRow).values(**row).returning(*_TABLE.c)).one())


def unsealed_orders(connection: Connection, day: date) -> Sequence[bytes]:
    """The hashes that the record of `day` holds: what was ordered since the day closed before it, up to that day.

    Called in the closing transaction, before or after the day's row is in the book.
    """
    day_before = day - timedelta(days=1)
    was_closed = bool(booked_days(connection, Selection(day_before, day_before)))  # days are contiguous
    since = [_TABLE.c.given_on > day_before] if was_closed else []
    chosen = select(_TABLE.c.order_hash).where(_TABLE.c.given_on <= day, *since)
    return tuple(sorted(connection.scalars(chosen)))


def orders_of(connection: Connection, first: date, last: date) -> list[RemovalOrder]:
    """Every order about any day of the range (both included), oldest first."""
    chosen = select(_TABLE).where(_TABLE.c.first_day <= last, _TABLE.c.last_day >= first)
    return [_order(row) for row in connection.execute(chosen.order_by(_TABLE.c.id))]


def orders_given(connection: Connection, day: date) -> list[RemovalOrder]:
    """The orders whose hashes the record of `day` holds, oldest first."""
    return [_order(row) for row in connection.execute(select(_TABLE).where(_TABLE.c.given_on == day).order_by("id"))]


def removing(connection: Connection, day: date, unit_id: int) -> RemovalOrder | None:
    """The order that removed the rows of the commune-day, if one did."""
    found = (order for order in orders_of(connection, day, day) if order.what == "rows" and order.names(day, unit_id))
    return next(found, None)


def removed_days(connection: Connection, first: date | None = None, last: date | None = None) -> frozenset[date]:
    """The days of the range from which rows were removed: their facts stay as they are and are never rebuilt."""
    table = RemovedUnitDayRow
    within: list[ColumnElement[bool]] = []
    if first is not None:
        within.append(table.day >= first)
    if last is not None:
        within.append(table.day <= last)
    return frozenset(connection.scalars(select(table.day).where(*within).distinct()))


def removed_unit_days(connection: Connection, first: date, last: date) -> list[RemovedUnitDay]:
    """What stays of the commune-days of the range whose rows were removed, by day and unit code."""
    table = RemovedUnitDayRow
    chosen = (
        select(table.day, table.unit_id, _TABLE.c.order_hash, table.leaf_hashes)
        .join(_TABLE, _TABLE.c.id == table.order_id)
        .where(table.day.between(first, last))
    )
    codes = codes_by_id(connection)
    found = [
        RemovedUnitDay(row.day, row.unit_id, codes[row.unit_id], row.order_hash, _split(row.leaf_hashes))
        for row in connection.execute(chosen)
    ]
    return sorted(found, key=lambda one: (one.day, one.unit_code))


def keep_leaf_hashes(connection: Connection, order: RemovalOrder, day: date, hashes: Mapping[int, list[bytes]]) -> None:
    """Write down what stays of the commune-days (unit id → leaf hashes) that the order empties."""
    rows = [
        {
            "day": day,
            "unit_id": unit_id,
            "order_id": order.id,
            "responses": len(leaves),
            "leaf_hashes": b"".join(sorted(leaves)),
        }
        for unit_id, leaves in sorted(hashes.items())
    ]
    if rows:
        connection.execute(insert(RemovedUnitDayRow), rows)


def redacted_responses(connection: Connection, first: date, last: date) -> frozenset[bytes]:
    """The ids of the responses of those days (both included) whose comment was redacted."""
    chosen = select(_TABLE.c.response_id).where(
        _TABLE.c.kind == "redaction", _TABLE.c.first_day >= first, _TABLE.c.last_day <= last
    )
    return frozenset(connection.scalars(chosen))


def days_named(connection: Connection, whats: Sequence[What], through: date) -> list[tuple[date, date]]:
    """First and last days of the orders of retention for every unit that take one of `whats` from days up to one."""
    chosen = select(_TABLE.c.first_day, _TABLE.c.last_day).where(
        _TABLE.c.kind == "retention",
        _TABLE.c.unit_id.is_(None),
        _TABLE.c.what.in_(whats),
        _TABLE.c.first_day <= through,
    )
    return [(row.first_day, row.last_day) for row in connection.execute(chosen)]


def _body(connection: Connection, order: NewOrder, given_on: date) -> dict[str, Any]:
    body: dict[str, Any] = {
        "kind": order.kind,
        "what": order.what,
        "first_day": order.first_day.isoformat(),
        "last_day": order.last_day.isoformat(),
        "units": None if order.unit_id is None else [codes_by_id(connection)[order.unit_id]],
        "given_on": given_on.isoformat(),
    }
    if order.response_id is not None:
        body["response_id"] = order.response_id.hex()
    return body


def _order(row: Row[Any]) -> RemovalOrder:
    return RemovalOrder(**{**row._asdict(), "body": json.loads(row.body)})


def _split(hashes: bytes) -> tuple[bytes, ...]:
    return tuple(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))


__all__ = [
    "NewOrder",
    "NothingToOrder",
    "RemovalOrder",
    "RemovedUnitDay",
    "days_named",
    "give_order",
    "keep_leaf_hashes",
    "orders_given",
    "orders_of",
    "redacted_responses",
    "removed_days",
    "removed_unit_days",
    "removing",
    "unsealed_orders",
]
