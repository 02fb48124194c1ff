"""Sends the letters of a week: to each leader about their commune, to each account of the city about the city."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage

from sqlalchemy import Connection

from analytics.dashboards.calls import Reason
from analytics.dashboards.overview import cities_of, read_overview
from analytics.published.unions import Span
from analytics.reports import deliveries
from analytics.reports.contents import CityDigest, city_digest, reasons_for_leaders, unit_digest
from analytics.reports.letters import city_letter, unit_letter
from analytics.reports.models import CLAIMED
from config import Settings
from survey_app.database import read_connection
from survey_app.languages import DEFAULT_LANGUAGE
from survey_app.mail.mailer import Mailer, MailNotSent
from survey_app.staff.accounts import ListedAccount, all_accounts
from survey_app.staff.roles import Role
from survey_app.territory.units import Unit, children

PAUSES = (2.0, 8.0, 30.0)
"""Seconds before each further try of a letter that the server could not take for the moment."""
Make = Callable[[Connection, datetime], EmailMessage | None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A letter still to be made: to whom, about which week."""

    monday: date
    account_id: int
    to: str
    make: Make


@dataclass
class Outcome:
    """What became of the letters of a run. `unsure`: a run before was cut off while it handed these over."""

    sent: int = 0
    already: int = 0
    opted_out: int = 0
    refused: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    waiting: int = 0
    problem: str | None = None


def prepare(connection: Connection, settings: Settings, today: date, monday: date) -> list[Prepared]:
    """Every letter of the week that begins on `monday`, before anybody is left out."""
    accounts = [account for account in all_accounts() if account.active and not account.invited]
    prepared: list[Prepared] = []
    for city in cities_of(connection, today):
        overview = read_overview(connection, city, today, Span.QUARTER)
        if overview is None:
            continue
        reasons = reasons_for_leaders(overview, DEFAULT_LANGUAGE)
        below = {unit.id: unit for unit in children(connection, city.id, today)}
        for account in accounts:
            unit = below.get(account.unit_id or 0)
            if Role.LEADER in account.roles and unit is not None:
                make = _unit_maker(settings, account, unit, today, reasons.get(unit.id, ()))
                prepared.append(Prepared(monday, account.id, account.email, make))
            elif Role.PROVINCE in account.roles:
                digest = city_digest(connection, overview, DEFAULT_LANGUAGE)
                prepared.append(Prepared(monday, account.id, account.email, _city_maker(settings, account, digest)))
    return prepared


def deliver(
    prepared: list[Prepared],
    mailer: Mailer,
    now: Callable[[], datetime],
    *,
    again: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Outcome]:
    """Send the letters one by one; yields what became of all so far after each. Each goes out once."""
    outcome = Outcome()
    with read_connection() as connection:
        states = deliveries.states_of(connection, prepared[0].monday) if prepared else {}
        unwilling = deliveries.opted_out(connection)
    for number, one in enumerate(prepared):
        state = states.get(one.account_id)
        if state == CLAIMED and again:
            deliveries.give_back(one.monday, [one.account_id])
            state = None
        if one.account_id in unwilling:
            outcome.opted_out += 1
        elif state == CLAIMED:
            outcome.unsure.append(one.to)
        elif state is not None or not deliveries.claim(one.monday, one.account_id):
            outcome.already += 1
        elif not _send(one, mailer, now, pause, outcome):
            outcome.waiting = len(prepared) - number
            yield outcome
            return
        yield outcome


def _send(
    one: Prepared, mailer: Mailer, now: Callable[[], datetime], pause: Callable[[float], None], outcome: Outcome
) -> bool:
    """Send a letter that is claimed; False when the server takes no letters for now: the run ends there."""
    try:
        with read_connection() as connection:
            message = one.make(connection, now())
    except BaseException:
        deliveries.give_back(one.monday, [one.account_id])
        raise
    if message is None:
        deliveries.give_back(one.monday, [one.account_id])
        return True
    try:  # Whatever else breaks this off leaves the letter claimed: the server may have taken it.
        _with_patience(mailer, message, pause)
    except MailNotSent as error:
        if error.is_permanent and mailer.delivers:
            deliveries.mark(one.monday, one.account_id, refused=True)
            outcome.refused.append(f"{one.to} ({error.reason})")
            return True
        deliveries.give_back(one.monday, [one.account_id])
        outcome.problem = error.reason
        return False
    deliveries.mark(one.monday, one.account_id)
    outcome.sent += 1
    return True


def _with_patience(mailer: Mailer, message: EmailMessage, pause: Callable[[float], None]) -> None:
    for seconds in PAUSES:
        try:
            mailer.send(message)
        except MailNotSent as error:
            if error.is_permanent:
                raise
            pause(seconds)
        else:
            return
    mailer.send(message)


def _city_maker(settings: Settings, account: ListedAccount, digest: CityDigest) -> Make:
    def make(_connection: Connection, at: datetime) -> EmailMessage:
        return city_letter(settings, digest, account.id, account.email, at, DEFAULT_LANGUAGE)

    return make


def _unit_maker(
    settings: Settings, account: ListedAccount, unit: Unit, today: date, reasons: tuple[Reason, ...]
) -> Make:
    def make(connection: Connection, at: datetime) -> EmailMessage | None:
        digest = unit_digest(connection, unit, today, settings.minimum_n, DEFAULT_LANGUAGE, reasons)
        if digest is None:
            return None
        return unit_letter(settings, digest, account.id, account.email, at, DEFAULT_LANGUAGE)

    return make
