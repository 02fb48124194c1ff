"""Accounts as their pages show them: in the reader's language, found by what they begin with, to a leader only their
unit's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app

from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.languages import DEFAULT_LANGUAGE, current_language, translate
from survey_app.staff.accounts import ListedAccount, StaffMember, all_accounts
from survey_app.staff.communes import LONGEST_SEARCH, role_names
from survey_app.staff.forms import FormPage
from survey_app.staff.roles import UNIT_ROLES, Role
from survey_app.territory.search import without_diacritics
from survey_app.territory.units import communes, subtree_ids, units_on

MOST_SUGGESTIONS = 200
"""A whole nation's communes would make the page heavy; their codes can be typed."""


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """A role to tick."""

    value: str
    name: str
    needs_unit: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account of the list. `state` names the words: active, invited or disabled."""

    id: int
    email: str
    roles: str
    unit: str | None
    state: str
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class UnitSuggestion:
    """A unit that a role may be tied to."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """The list, and for administrators the form to invite."""

    may_change: bool
    typed: str
    lines: tuple[AccountLine, ...]
    total: int
    form: FormPage
    choices: tuple[RoleChoice, ...]
    units: tuple[UnitSuggestion, ...]


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account, to change."""

    line: AccountLine
    form: FormPage
    choices: tuple[RoleChoice, ...]
    units: tuple[UnitSuggestion, ...]


def accounts_page(reader: StaffMember, form: FormPage, typed: str, chosen: Sequence[str]) -> AccountsPage:
    """The page for the reader; `typed` narrows the list, with or without diacritics."""
    may_change = Role.ADMINISTRATOR in reader.roles
    typed = "".join(one for one in typed if one.isprintable())[:LONGEST_SEARCH].strip()
    names = _unit_names()
    below = _below(reader)
    everything = [_line(one, names) for one in all_accounts() if may_change or one.unit_id in below]
    lines = tuple(
        line for line in everything if _plain(typed) in _plain(f"{line.email} {line.roles} {line.unit or ''}")
    )
    units = _suggestions() if may_change else ()
    return AccountsPage(may_change, typed, lines, len(everything), form, _choices(chosen), units)


def account_page(account: ListedAccount, form: FormPage, chosen: Sequence[str]) -> AccountPage:
    """The page of one account."""
    return AccountPage(_line(account, _unit_names()), form, _choices(chosen), _suggestions())


def _plain(text: str) -> str:
    return without_diacritics(text).casefold()


def _line(account: ListedAccount, names: dict[str, str]) -> AccountLine:
    state = "disabled" if not account.active else "invited" if account.invited else "active"
    roles = role_names([role for role in Role if role.value in account.roles], "thành phố")
    unit = names.get(account.unit_code, account.unit_code) if account.unit_code else None
    return AccountLine(account.id, account.email, ", ".join(roles), unit, state, account.has_second_factor)


def _choices(chosen: Sequence[str]) -> tuple[RoleChoice, ...]:
    names = role_names(list(Role), "thành phố")
    return tuple(
        RoleChoice(role.value, name, role in UNIT_ROLES, role.value in chosen)
        for role, name in zip(Role, names, strict=True)
    )


def _below(reader: StaffMember) -> frozenset[int]:
    if reader.unit_id is None:
        return frozenset()
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:
        return subtree_ids(connection, reader.unit_id, clock.today())


def _unit_names() -> dict[str, str]:
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:
        units = units_on(connection, clock.today())
    is_default = current_language() == DEFAULT_LANGUAGE
    return {
        unit.code: translate(
            "staff.accounts.unit_named", name=unit.full_name if is_default else unit.english_name, code=unit.code
        )
        for unit in units
    }


def _suggestions() -> tuple[UnitSuggestion, ...]:
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:
        found = communes(connection, clock.today())
    if len(found) > MOST_SUGGESTIONS:
        return ()
    is_default = current_language() == DEFAULT_LANGUAGE
    return tuple(UnitSuggestion(unit.code, unit.full_name if is_default else unit.english_name) for unit in found)
