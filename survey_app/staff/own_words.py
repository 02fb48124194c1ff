"""The account page of whoever is signed in, as it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.languages import format_day, translate
from survey_app.staff.accounts import StaffMember
from survey_app.staff.communes import role_names
from survey_app.staff.forms import FormPage
from survey_app.staff.second_factor import SecondFactor
from survey_app.staff.sessions import OpenSession

FEW_CODES = 3
"""From so few on the page says that it is time for new ones."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One browser in which the account is signed in, in words."""

    reference: str
    browser: str
    started: str
    seen: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class OwnAccountPage:
    """Everything the page shows."""

    email: str
    role_names: tuple[str, ...]
    has_password: bool
    second_factor: SecondFactor
    is_needed: bool
    sessions: tuple[SessionLine, ...]
    form: FormPage

    @property
    def has_others(self) -> bool:
        """Whether the account is signed in elsewhere too."""
        return any(not line.is_this for line in self.sessions)

    @property
    def has_few_codes(self) -> bool:
        """Whether the codes on paper run out."""
        return self.second_factor.is_on and self.second_factor.codes_left <= FEW_CODES


def own_account_page(
    member: StaffMember,
    factor: SecondFactor,
    sessions: Sequence[OpenSession],
    form: FormPage,
    *,
    is_needed: bool,
    has_password: bool,
) -> OwnAccountPage:
    """The page of the member."""
    lines = tuple(_line(one) for one in sessions)
    names = role_names(member.roles, "thành phố")
    return OwnAccountPage(member.email, names, has_password, factor, is_needed, lines, form)


def _line(one: OpenSession) -> SessionLine:
    seen = translate("staff.own.seen", hour=f"{one.seen.hour:02}", day=format_day(one.seen.date()))
    browser = one.browser or translate("staff.own.unknown_browser")
    return SessionLine(one.reference, browser, format_day(one.started_on), seen, one.is_this)
