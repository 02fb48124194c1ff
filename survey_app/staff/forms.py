"""Forms of signing in and of accounts. Messages are keys of the catalogues: pages say them in the reader's language."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, Regexp

from survey_app.languages import translate
from survey_app.staff.accounts import LONGEST_EMAIL, AccountProblem
from survey_app.staff.passwords import LONGEST
from survey_app.staff.roles import Role

LONGEST_CODE = 20


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One line of the error summary: what is wrong, and the id of the field to mend."""

    field_id: str
    words: str


@dataclass(frozen=True, slots=True)
class FormPage:
    """What every page with a form shows: what was typed before, and what was wrong (nothing on first sight)."""

    problems: tuple[FormProblem, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)

    def value(self, field_id: str) -> str:
        """What was typed into one field."""
        return self.typed.get(field_id, "")

    def problem_of(self, field_id: str) -> str | None:
        """What is wrong with one field."""
        return next((problem.words for problem in self.problems if problem.field_id == field_id), None)

    def error_attributes(self, field_id: str, hint: str = "") -> dict[str, str]:
        """What ties a field to its hint, and to its message when it is wrong, for a screen reader."""
        if self.problem_of(field_id) is None:
            return {"aria-describedby": hint} if hint else {}
        return {"aria-invalid": "true", "aria-describedby": f"{hint} {field_id}-error".strip()}


def problems_with(field_id: str, faults: Iterable[AccountProblem]) -> tuple[FormProblem, ...]:
    """Faults of an account as problems of one field."""
    return tuple(FormProblem(field_id, fault.words()) for fault in faults)


def _printable(typed: str | None) -> str:
    """What was typed without control characters and blanks around: it is shown again, and looked up."""
    return "".join(character for character in typed or "" if unicodedata.category(character) != "Cc").strip()


class TokenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A form with a token against forged forms, and nothing else: a button."""

    def problems(self) -> tuple[FormProblem, ...]:
        """What is wrong, field by field; for a stale or missing token only that, since sending once more mends it."""
        if self.csrf_token.errors:
            return (FormProblem(self._first(), translate("staff.sign_in.stale")),)
        return tuple(self._field_problems())

    def status(self) -> int:
        """The status of the answer to a form with problems."""
        return 400 if self.csrf_token.errors else 422

    def _first(self) -> str:
        return next((one.id for one in self if one.id != "csrf_token"), "main")

    def _field_problems(self) -> Iterator[FormProblem]:
        for one in self:
            for key in one.errors[:1]:
                yield FormProblem(one.id, translate(str(key), longest=LONGEST))


def _email_field() -> EmailField:
    return EmailField(
        filters=[_printable],
        validators=[
            DataRequired("staff.sign_in.email_missing"),
            Length(max=LONGEST_EMAIL, message="staff.sign_in.email_shape"),
            Regexp(r"[^@\s]+@[^@\s]+\Z", message="staff.sign_in.email_shape"),
        ],
    )


def _password_field() -> PasswordField:
    return PasswordField(
        validators=[
            DataRequired("staff.sign_in.password_missing"),
            Length(max=LONGEST, message="staff.sign_in.password_long"),
        ],
    )


class SignInForm(TokenForm):
    """E-mail and password."""

    email = _email_field()
    password = _password_field()


class EmailForm(TokenForm):
    """Whoever forgot the password says whose."""

    email = _email_field()


class NewPasswordForm(TokenForm):
    """A new password, typed once: the page can show it."""

    password = _password_field()


class OwnPasswordForm(TokenForm):
    """The password of whoever is signed in, for what a stranger at an open screen must not do."""

    current = PasswordField(validators=[Length(max=LONGEST, message="staff.sign_in.password_long")])


class ChangePasswordForm(OwnPasswordForm):
    """The present password and the new one."""

    password = _password_field()


class CodeForm(TokenForm):
    """A code of the phone, or one of those on paper."""

    code = StringField(
        filters=[_printable],
        validators=[DataRequired("staff.code.missing"), Length(max=40, message="staff.code.wrong")],
    )


class SecondFactorForm(OwnPasswordForm, CodeForm):
    """Password and first code, to take a second factor."""


class RolesForm(TokenForm):
    """Roles, and the unit of those who act for one."""

    roles = SelectMultipleField(choices=[role.value for role in Role], validate_choice=False)  # type: ignore[misc]  # the stubs know pairs only
    unit = StringField(filters=[_printable], validators=[Length(max=LONGEST_CODE, message="staff.accounts.unit_long")])


class InvitationForm(RolesForm):
    """Whom to invite, and what for."""

    email = _email_field()
