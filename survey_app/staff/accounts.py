"""Staff accounts: who may be added, and who is there. All writes of accounts are here."""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import current_app
from flask_security import hash_password
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.audit_log.actors import command_actor
from survey_app.audit_log.event_types import EventType
from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import translate
from survey_app.staff.audit_events import ACCOUNT_ADDED, ACCOUNT_DISABLED
from survey_app.staff.models import StaffAccount, StaffRole
from survey_app.staff.passwords import LONGEST, SHORTEST, normalized, password_problems
from survey_app.staff.roles import Role, broken_rules
from survey_app.territory.units import codes_by_id, find_unit

LONGEST_EMAIL = 255
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})+", re.ASCII)
"""RFC 5322 dot-atom at a domain with a dot (one without is a slip); an office's inner domain (x@so.local) will do."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Whoever is signed in, as the other rooms know them. `unit_id` is set for `UNIT_ROLES` only."""

    email: str
    roles: frozenset[Role]
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """One line of `staff list`."""

    email: str
    roles: tuple[str, ...]
    unit_code: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class AccountProblem:
    """One thing that is wrong: the key of its sentence and the values that fill it."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def words(self) -> str:
        """The sentence in the language of the page or command."""
        return translate(self.key, **self.values)


class AccountError(Exception):
    """An account cannot be made or changed as asked: `problems` holds everything that is wrong."""

    def __init__(self, problems: Iterable[AccountProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(*(problem.key for problem in self.problems))


def canonical_email(typed: str) -> str:
    """The form in which addresses are stored and compared: without blanks around, in lower case."""
    return typed.strip().lower()


def member_of(account: StaffAccount) -> StaffMember:
    """The account as other rooms know it. A role that this version does not know grants nothing."""
    known = {role.value for role in Role}
    roles = frozenset(Role(role.name) for role in account.roles if role.name in known)
    return StaffMember(account.email, roles, account.unit_id)


def add_account(
    email: str, role: str | Iterable[str], unit_code: str | None, password: str, by: str | None = None
) -> StaffMember:
    """Make an active account with one role or several; needs an application context. `by`: who adds it, for the audit
    log; whoever runs the command, if nobody is named.

    Raises `AccountError` with all problems at once: bad or taken e-mail, unknown role, roles that may not be combined,
    unknown, missing or needless unit, a weak password. Nothing is written then.
    """
    names = [role] if isinstance(role, str) else list(role)
    address, password = canonical_email(email), normalized(password)
    with write_transaction() as connection, Session(connection) as session:
        unit_id = _unit_id(connection, unit_code)
        problems = [
            *_email_problems(session, address),
            *_role_problems(names, unit_code),
            *_unit_problems(unit_code, unit_id),
            *_password_problems(password, address),
        ]
        if problems:
            raise AccountError(problems)
        account = StaffAccount(
            email=address,
            password=hash_password(password),
            active=True,
            fs_uniquifier=uuid.uuid4().hex,
            unit_id=unit_id,
            roles=[_stored_role(session, name) for name in dict.fromkeys(names)],
        )
        session.add(account)
        try:
            session.flush()
        except IntegrityError as error:  # Somebody added the same address at the same moment.
            raise AccountError([AccountProblem("staff.account.exists", {"email": address})]) from error
        roles = sorted(dict.fromkeys(names))
        _record(connection, ACCOUNT_ADDED, by, unit_code or None, account=address, roles=roles)
        return member_of(account)


def disable_account(email: str, by: str | None = None) -> None:
    """Let the account sign in no more, and end its sessions. Twice changes nothing. Raises `AccountError`."""
    address = canonical_email(email)
    with write_transaction() as connection, Session(connection) as session:
        account = _account(session, address)
        if account is None:
            raise AccountError([AccountProblem("staff.account.unknown", {"email": address})])
        if account.active:
            _record(connection, ACCOUNT_DISABLED, by, None, account=address)
        account.active = False
        account.fs_uniquifier = uuid.uuid4().hex
        session.flush()


def all_accounts() -> list[ListedAccount]:
    """Every account, by e-mail."""
    with read_connection() as connection, Session(connection) as session:
        codes = codes_by_id(connection)
        return [
            ListedAccount(
                account.email,
                tuple(sorted(role.name for role in account.roles)),
                codes.get(account.unit_id) if account.unit_id is not None else None,
                account.active,
            )
            for account in session.scalars(select(StaffAccount).order_by(StaffAccount.email))
        ]


def _record(connection: Connection, event: EventType, by: str | None, unit_code: str | None, **details: object) -> None:
    clock: Clock = current_app.extensions["clock"]
    record_event(connection, event, actor=by or command_actor(), at=clock.now(), unit=unit_code, **details)


def _account(session: Session, address: str) -> StaffAccount | None:
    return session.scalars(select(StaffAccount).where(StaffAccount.email == address)).one_or_none()


def _stored_role(session: Session, name: str) -> StaffRole:
    stored = session.scalars(select(StaffRole).where(StaffRole.name == name)).one_or_none()
    return stored or StaffRole(name=name)


def _unit_id(connection: Connection, unit_code: str | None) -> int | None:
    if not unit_code:
        return None
    clock: Clock = current_app.extensions["clock"]
    unit = find_unit(connection, unit_code, clock.today())
    return unit.id if unit else None


def _email_problems(session: Session, address: str) -> list[AccountProblem]:
    if len(address) > LONGEST_EMAIL or not _ADDRESS.fullmatch(address):
        return [AccountProblem("staff.account.bad_email", {"email": repr(address)})]
    if _account(session, address) is not None:
        return [AccountProblem("staff.account.exists", {"email": address})]
    return []


def _role_problems(names: list[str], unit_code: str | None) -> list[AccountProblem]:
    known = {role.value for role in Role}
    problems = [
        AccountProblem("staff.account.unknown_role", {"role": name, "roles": ", ".join(Role)})
        for name in dict.fromkeys(names)
        if name not in known
    ]
    if not names:
        problems.append(AccountProblem("staff.account.no_role", {"roles": ", ".join(Role)}))
    roles = [Role(name) for name in names if name in known]
    return problems + [AccountProblem(rule) for rule in broken_rules(roles, has_unit=bool(unit_code))]


def _unit_problems(unit_code: str | None, unit_id: int | None) -> list[AccountProblem]:
    if unit_code and unit_id is None:
        return [AccountProblem("staff.account.unknown_unit", {"code": unit_code})]
    return []


def _password_problems(password: str, address: str) -> list[AccountProblem]:
    lengths = {"shortest": SHORTEST, "longest": LONGEST}
    return [AccountProblem(key, lengths) for key in password_problems(password, address)]
