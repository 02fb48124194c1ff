"""Volunteers' links: a page on which one person after another answers, with somebody beside them who helps.

Whoever holds a link may open the survey of one service point until the link ends, and nothing else. Code and end are
signed, so that a forged or ended link costs no query; the register says which links were revoked, and forgets a link
once it has ended. No answer leads back to a link.
"""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from survey_app.languages import catalogue
from survey_app.territory.assisted_models import AssistedLinkRow
from survey_app.territory.models import PremisesRow, ServicePointRow
from survey_app.territory.scan_codes import DIGITS, normalise
from survey_app.territory.service_points import ServicePoint, service_point_by_id

LONGEST_DAYS = 7
"""How many days, today among them, a link may be good for."""
OPEN_LINKS_EACH = 5
"""How many links a volunteer may have open at once."""
CODE_LENGTH, END_LENGTH, SIGNATURE_LENGTH = 10, 6, 12
LINK_LENGTH = CODE_LENGTH + END_LENGTH + SIGNATURE_LENGTH
_BITS_A_CHARACTER = 5


class RefusedLink(ValueError):
    """No link was made; `rule` is the key of the reason, `assisted.refused.<rule>`, `field` what to mend."""

    def __init__(self, field: str, rule: str, **details: object) -> None:
        self.field, self.rule = field, rule
        self.details = {name: str(value) for name, value in details.items()}
        super().__init__(rule, self.details)

    def words(self, language: str) -> str:
        """What is in the way and what to do, in the language."""
        return catalogue(language).text(f"assisted.refused.{self.rule}", **self.details)


@dataclass(frozen=True, slots=True)
class SignedLink:
    """A link that was made here: its code, and when it ends, in minutes since 1970 (UTC)."""

    code: str
    ends_at: int

    def has_ended(self, now: datetime) -> bool:
        """Whether it opens nothing any more."""
        return now.timestamp() >= self.ends_at * 60


@dataclass(frozen=True, slots=True)
class OpenLink:
    """An open link as the lists of volunteers and leaders show it."""

    code: str
    service_point: ServicePoint
    made_by: str
    ends_at: int


@dataclass(frozen=True, slots=True)
class AssistedKeys:
    """Makes and checks links under one secret key (32 bytes)."""

    key: bytes

    def link(self, code: str, ends_at: int) -> str:
        """The last part of the link's address: code, end, and 60 bits that only this installation can make."""
        named = code + _digits(ends_at, END_LENGTH)
        return named + self._signature(named)

    def read(self, typed: str) -> SignedLink | None:
        """The link, whatever way it was typed; None for one that was not made here."""
        link = normalise(typed[: 2 * LINK_LENGTH])
        named = link[: CODE_LENGTH + END_LENGTH]
        if len(link) != LINK_LENGTH or not all(character in DIGITS for character in link):
            return None
        if not hmac.compare_digest(link, named + self._signature(named)):
            return None
        return SignedLink(named[:CODE_LENGTH], _number(named[CODE_LENGTH:]))

    def _signature(self, named: str) -> str:
        digest = hmac.digest(self.key, f"assisted/{named}".encode(), "sha256")
        return _digits(int.from_bytes(digest, "big") >> (256 - SIGNATURE_LENGTH * _BITS_A_CHARACTER), SIGNATURE_LENGTH)


def assisted_address(public_url: str, link: str) -> str:
    """What the volunteer opens."""
    return f"{public_url}/a/{link}"


def end_after(now: datetime, days: int) -> int:
    """The end, at midnight, of the given number of days, today among them; in minutes since 1970 (UTC)."""
    midnight = datetime.combine(now.date() + timedelta(days=days), time(0), now.tzinfo)
    return int(midnight.timestamp()) // 60


def make_link(connection: Connection, point: ServicePoint, made_by: str, days: int, now: datetime) -> str:
    """Open a link for a service point that is open today, and return its code; ended links are forgotten.

    Raises `RefusedLink` for a period that may not be, and when the volunteer has too many links open.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise RefusedLink("days", "days", longest=LONGEST_DAYS)
    forget_ended_links(connection, now)
    row = AssistedLinkRow
    mine = select(func.count()).where(row.made_by == made_by, row.revoked_on.is_(None))
    if connection.execute(mine).scalar_one() >= OPEN_LINKS_EACH:
        raise RefusedLink("service_point", "too_many", most=OPEN_LINKS_EACH)
    code = _digits(secrets.randbits(CODE_LENGTH * _BITS_A_CHARACTER), CODE_LENGTH)
    values = {"code": code, "service_point_id": point.id, "made_by": made_by, "ends_at": end_after(now, days)}
    connection.execute(insert(row).values(values))
    return code


def revoke_link(connection: Connection, code: str, day: date) -> bool:
    """Let a link open nothing any more. Returns whether it was open."""
    row = AssistedLinkRow
    revoked = update(row).where(row.code == code, row.revoked_on.is_(None)).values(revoked_on=day)
    return connection.execute(revoked).rowcount == 1


def revoke_links_of(connection: Connection, made_by: str, day: date) -> int:
    """Revoke every link of an account; returns how many were open."""
    row = AssistedLinkRow
    revoked = update(row).where(row.made_by == made_by, row.revoked_on.is_(None)).values(revoked_on=day)
    return connection.execute(revoked).rowcount


def open_links(connection: Connection, unit_ids: Collection[int], now: datetime) -> list[OpenLink]:
    """The open links of the units' service points: those that end first, first."""
    row, point, premises = AssistedLinkRow, ServicePointRow, PremisesRow
    statement = (
        select(row.code, row.service_point_id, row.made_by, row.ends_at)
        .join(point, point.id == row.service_point_id)
        .join(premises, premises.id == point.premises_id)
        .where(premises.unit_id.in_(unit_ids), row.revoked_on.is_(None), row.ends_at > int(now.timestamp()) // 60)
        .order_by(row.ends_at, row.code)
    )
    found = [
        (each, service_point_by_id(connection, each.service_point_id, now.date()))
        for each in connection.execute(statement)
    ]
    return [OpenLink(each.code, at, each.made_by, each.ends_at) for each, at in found if at is not None]


def service_point_of_link(connection: Connection, code: str, day: date) -> ServicePoint | None:
    """The service point of a link that nobody revoked, as it is on the day; None when it is not open then."""
    row = AssistedLinkRow
    statement = select(row.service_point_id).where(row.code == code, row.revoked_on.is_(None))
    point_id = connection.scalar(statement)
    return None if point_id is None else service_point_by_id(connection, point_id, day)


def forget_ended_links(connection: Connection, now: datetime) -> int:
    """Forget links that have ended, revoked or not: they carry their end in themselves. Returns how many."""
    ended = delete(AssistedLinkRow).where(AssistedLinkRow.ends_at <= int(now.timestamp()) // 60)
    return connection.execute(ended).rowcount


def _digits(number: int, length: int) -> str:
    return "".join(DIGITS[(number >> _BITS_A_CHARACTER * place) & 31] for place in reversed(range(length)))


def _number(digits: str) -> int:
    value = 0
    for character in digits:
        value = value << _BITS_A_CHARACTER | DIGITS.index(character)
    return value
