"""Fields of the back office's forms: labels are keys of the catalogues, every check speaks with our own words."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import DateField, Form, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.fields.core import Field
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from survey_app.languages import format_day, translate

EARLIEST, LATEST = date(2020, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One line of the error summary: what is wrong, and the field (its id) where to mend it; empty: the whole form."""

    field_id: str
    words: str


class OfficeForm(Form):
    """A form whose problems can be listed. The token against forged forms is the gate's affair (`staff.access`)."""

    def wrong(self) -> tuple[Wrong, ...]:
        """What is wrong, field by field, after `validate`."""
        return tuple(
            Wrong(field.id, f"{translate(str(field.label.text))}: {_flat(field.errors)}")
            for field in self
            if field.errors
        )


class Text(StringField):
    """One line of text: composed letters, single blanks, nothing that cannot be printed."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Clean what was typed."""
        if valuelist:
            typed = "".join(one if one.isprintable() else " " for one in str(valuelist[0]))
            self.data = unicodedata.normalize("NFC", " ".join(typed.split()))


class Day(DateField):
    """A day in the browser's own field; what is no day is refused and shown again."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read YYYY-MM-DD."""
        self.data = None
        typed = str(valuelist[0]).strip() if valuelist else ""
        if not typed:
            return
        try:
            self.data = date.fromisoformat(typed)
        except ValueError as error:
            raise ValueError(translate("back_office.problem.day")) from error
        if not EARLIEST <= self.data < LATEST:
            raise ValueError(translate("back_office.problem.day"))


class Time(TimeField):
    """A time of the day, hours and minutes; may be left empty."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read HH:MM."""
        if not valuelist or not str(valuelist[0]).strip():
            self.data = None
            return
        try:
            super().process_formdata([str(valuelist[0]).strip()[:5]])
        except ValueError as error:
            raise ValueError(translate("back_office.problem.time")) from error


class OneOf(SelectField):
    """One of what is offered; anything else is refused in our words."""

    def offer(self, offered: Mapping[Any, str]) -> None:
        """What can be chosen: words by value."""
        self.offered = frozenset(map(str, offered))
        self.choices = [SelectChoice(value, words) for value, words in offered.items()]

    def pre_validate(self, _form: Any) -> None:
        """Refuse what was not offered."""
        if str(self.data) not in self.offered:
            raise ValidationError(translate("back_office.problem.choice"))


class Boxes(SelectMultipleField):
    """Any of what is offered, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def offer(self, offered: Mapping[str, str]) -> None:
        """What can be ticked: words by value."""
        self.offered = frozenset(offered)
        self.choices = [SelectChoice(value, words) for value, words in offered.items()]

    def pre_validate(self, _form: Any) -> None:
        """Refuse what was not offered."""
        if not self.offered.issuperset(self.data or ()):
            raise ValidationError(translate("back_office.problem.choice"))


class Needed:
    """The field must be filled."""

    field_flags = {"required": True}  # noqa: RUF012  # WTForms reads it

    def __call__(self, _form: Any, field: Field) -> None:
        """Refuse an empty field, unless it has a problem already."""
        if field.data in (None, "", []) and not field.errors:
            raise ValidationError(translate("back_office.problem.needed"))


class AtMost:
    """At most so many characters."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.field_flags = {"maxlength": longest}

    def __call__(self, _form: Any, field: Field) -> None:
        """Refuse a longer text."""
        if len(field.data or "") > self.longest:
            raise ValidationError(translate("back_office.problem.long", longest=self.longest))


def see_that_day_is(field: Field, first: date, last: date | None = None) -> bool:
    """Complain at the field of a day outside these (both included); whether it lies inside."""
    if field.data is None or (field.data >= first and (last is None or field.data <= last)):
        return True
    if last is None:
        words = translate("back_office.problem.day_from", first=format_day(first))
    else:
        words = translate("back_office.problem.day_within", first=format_day(first), last=format_day(last))
    field.errors = [*field.errors, words]
    return False


def _flat(errors: Any) -> str:
    """The errors of a field, or of the fields inside it."""
    if isinstance(errors, dict):
        errors = [one for each in errors.values() for one in each]
    return " ".join(
        dict.fromkeys(_flat(each) if isinstance(each, dict | list | tuple) else str(each) for each in errors)
    )
