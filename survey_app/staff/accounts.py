"""Staff accounts: who may be added, and who is there; roles, stopping and letting in again."""

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
from survey_app.staff.audit_events import ACCOUNT_ADDED, ACCOUNT_DISABLED, ACCOUNT_ENABLED, ROLES_CHANGED
from survey_app.staff.models import StaffAccount, StaffRole, StaffSecondFactorRow
from survey_app.staff.passwords import LONGEST, SHORTEST, normalized, password_problems
from survey_app.staff.roles import Role, broken_rules
from survey_app.staff.sessions import end_sessions
from survey_app.territory.assisted_links import revoke_links_of
from survey_app.territory.units import codes_by_id, find_unit

LONGEST_EMAIL = 255
NO_PASSWORD = "!"
"""What stands in the place of the hash until an invited account has set its password; no password hashes to it."""
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
    """One account as lists show it. `invited`: it has set no password yet."""

    id: int
    email: str
    roles: tuple[str, ...]
    unit_id: int | None
    unit_code: str | None
    active: bool
    invited: bool
    has_second_factor: bool


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
    email: str, role: str | Iterable[str], unit_code: str | None, password: str | None, by: str | None = None
) -> StaffMember:
    """Make an active account with one role or several; needs an application context. `by`: who adds it, for the audit
    log; whoever runs the command, if nobody is named. Without a password it waits for the one who is invited to set it.

    Raises `AccountError` with all problems at once: bad or taken e-mail, unknown role, roles that may not be combined,
    unknown, missing or needless unit, a weak password. Nothing is written then.
    """
    names = [role] if isinstance(role, str) else list(role)
    address = canonical_email(email)
    password = None if password is None else normalized(password)
    with write_transaction() as connection, Session(connection) as session:
        unit_id = _unit_id(connection, unit_code)
        problems = [
            *_email_problems(session, address),
            *_role_problems(names, unit_code),
            *_unit_problems(unit_code, unit_id),
            *(password_faults(password, address) if password is not None else ()),
        ]
        if problems:
            raise AccountError(problems)
        account = StaffAccount(
            email=address,
            password=NO_PASSWORD if password is None else hash_password(password),
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
    """Let the account sign in no more, end its sessions and revoke its links for helping people to answer.

    Twice changes nothing. Raises `AccountError`.
    """
    address = canonical_email(email)
    with write_transaction() as connection, Session(connection) as session:
        account = _existing(session, address)
        if account.active:
            _see_that_an_administrator_stays(session, account, by)
            _record(connection, ACCOUNT_DISABLED, by, None, account=address)
        account.active = False
        account.fs_uniquifier = uuid.uuid4().hex
        session.flush()
        end_sessions(connection, account.id)
        _revoke_links(connection, account)


def enable_account(email: str, by: str | None = None) -> None:
    """Let a disabled account sign in again. Twice changes nothing. Raises `AccountError`."""
    with write_transaction() as connection, Session(connection) as session:
        account = _existing(session, canonical_email(email))
        if not account.active:
            _record(connection, ACCOUNT_ENABLED, by, None, account=account.email)
        account.active = True
        session.flush()


def change_roles(email: str, roles: Iterable[str], unit_code: str | None, by: str | None = None) -> StaffMember:
    """Give the account these roles, and this unit, instead of those it has; its open pages obey at once.

    Raises `AccountError` with all problems; nothing is changed then.
    """
    names = list(dict.fromkeys(roles))
    with write_transaction() as connection, Session(connection) as session:
        account = _existing(session, canonical_email(email))
        unit_id = _unit_id(connection, unit_code)
        if problems := [*_role_problems(names, unit_code), *_unit_problems(unit_code, unit_id)]:
            raise AccountError(problems)
        if Role.ADMINISTRATOR not in names:
            _see_that_an_administrator_stays(session, account, by)
        old_roles = sorted(role.name for role in account.roles)
        old_unit = codes_by_id(connection).get(account.unit_id) if account.unit_id is not None else None
        if (old_roles, account.unit_id) != (sorted(names), unit_id):
            account.roles = [_stored_role(session, name) for name in names]
            account.unit_id = unit_id
            session.flush()
            _revoke_links(connection, account)
            details = {"account": account.email, "old_roles": old_roles, "old_unit": old_unit, "roles": sorted(names)}
            _record(connection, ROLES_CHANGED, by, unit_code or None, **details)
        return member_of(account)


def all_accounts() -> list[ListedAccount]:
    """Every account, by e-mail."""
    with read_connection() as connection, Session(connection) as session:
        accounts = session.scalars(select(StaffAccount).order_by(StaffAccount.email)).all()
        return _listed(connection, session, accounts)


def account_by_id(account_id: int) -> ListedAccount | None:
    """One account."""
    with read_connection() as connection, Session(connection) as session:
        account = session.get(StaffAccount, account_id)
        return _listed(connection, session, [account])[0] if account is not None else None


def _listed(connection: Connection, session: Session, accounts: Iterable[StaffAccount]) -> list[ListedAccount]:
    codes = codes_by_id(connection)
    with_factor = set(session.scalars(select(StaffSecondFactorRow.staff_account_id)))
    return [
        ListedAccount(
            id=account.id,
            email=account.email,
            roles=tuple(sorted(role.name for role in account.roles)),
            unit_id=account.unit_id,
            unit_code=codes.get(account.unit_id) if account.unit_id is not None else None,
            active=account.active,
            invited=account.password == NO_PASSWORD,
            has_second_factor=account.id in with_factor,
        )
        for account in accounts
    ]


def _record(connection: Connection, event: EventType, by: str | None, unit_code: str | None, **details: object) -> None:
    clock: Clock = current_app.extensions["clock"]
    record_event(connection, event, actor=by or command_actor(), at=clock.now(), unit=unit_code, **details)


def _revoke_links(connection: Connection, account: StaffAccount) -> None:
    """A volunteer's open links were made for what the account was."""
    clock: Clock = current_app.extensions["clock"]
    revoke_links_of(connection, account.email, clock.today())


def _account(session: Session, address: str) -> StaffAccount | None:
    return session.scalars(select(StaffAccount).where(StaffAccount.email == address)).one_or_none()


def _existing(session: Session, address: str) -> StaffAccount:
    account = _account(session, address)
    if account is None:
        raise AccountError([AccountProblem("staff.account.unknown", {"email": address})])
    return account


def _see_that_an_administrator_stays(session: Session, account: StaffAccount, by: str | None) -> None:
    """Without one nobody could invite, or let anybody in again; whoever runs commands (`by` is None) still can."""
    if by is None:
        return
    is_one = StaffAccount.roles.any(StaffRole.name == Role.ADMINISTRATOR.value)
    left = session.scalars(select(StaffAccount.id).where(is_one, StaffAccount.active)).all()
    if list(left) == [account.id]:
        raise AccountError([AccountProblem("staff.account.last_administrator")])


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


def password_faults(password: str, address: str) -> list[AccountProblem]:
    """Everything that is wrong with a (normalised) password of the account."""
    lengths = {"shortest": SHORTEST, "longest": LONGEST}
    return [AccountProblem(key, lengths) for key in password_problems(password, address)]
