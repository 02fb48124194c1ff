"""The sign-in form. Messages are keys of the catalogues: the page says them in the reader's language."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired, Length, Regexp

from survey_app.languages import translate
from survey_app.staff.accounts import LONGEST_EMAIL
from survey_app.staff.passwords import LONGEST


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One line of the error summary: what is wrong, and the id of the field to mend."""

    field_id: str
    words: str


def _printable(typed: str | None) -> str:
    """What was typed without control characters and blanks around: it is shown again, and looked up."""
    return "".join(character for character in typed or "" if unicodedata.category(character) != "Cc").strip()


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """E-mail and password, with a token against forged forms."""

    email = EmailField(
        filters=[_printable],
        validators=[
            DataRequired("staff.sign_in.email_missing"),
            Length(max=LONGEST_EMAIL, message="staff.sign_in.email_shape"),
            Regexp(r"[^@\s]+@[^@\s]+\Z", message="staff.sign_in.email_shape"),
        ],
    )
    password = PasswordField(
        validators=[
            DataRequired("staff.sign_in.password_missing"),
            Length(max=LONGEST, message="staff.sign_in.password_long"),
        ],
    )

    def problems(self) -> tuple[FormProblem, ...]:
        """What is wrong, field by field; for a stale or missing token only that, since sending once more mends it."""
        if self.csrf_token.errors:
            return (FormProblem("email", translate("staff.sign_in.stale")),)
        return tuple(self._field_problems())

    def _field_problems(self) -> Iterator[FormProblem]:
        for field in (self.email, self.password):
            for key in field.errors[:1]:
                yield FormProblem(field.id, translate(str(key), longest=LONGEST))
