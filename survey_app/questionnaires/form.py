"""The form of a questionnaire: made from its definition, and read back into `Answers`.

WTForms has no Vietnamese catalogue, so every check here speaks with our own words (`translations/*/questionnaires.po`).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import unquote_to_bytes

from wtforms import Form, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from survey_app.languages import catalogue
from survey_app.questionnaires.answers import Answers
from survey_app.questionnaires.items import SCALE_SCORES, Item, Questionnaire

HONEYPOT = "website"
"""A field that people do not see; the guard at the door looks at what programs write into it."""
SKIP = ""
"""The value of a question left out on purpose."""
NO_ANSWER = "no_answer"
"""The value of an option that says so in its own words: beside it, leaving the question out is not offered again."""
FORM_CLASSES_KEPT = 512

_UNREADABLE = re.compile("[\x00\ufffd\ud800-\udfff]")
_ESCAPED_BYTES = re.compile("(?:%[89A-Fa-f][0-9A-Fa-f])+")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_OTHER_CONTROLS = re.compile("[\x01-\x09\x0e-\x1f\x7f-\x84\x86-\x9f]")


class _OneOption(RadioField):
    """One of the offered values, or nothing; what was not offered is refused and not chosen again."""

    def pre_validate(self, form: Any) -> None:
        """Refuse two values at once, and a value that the question does not offer."""
        sent: Sequence[object] = self.raw_data or ()
        if len(sent) > 1:
            self.data = None
            raise ValidationError(_say(form, "one_answer"))
        offered: Iterable[Any] = self.choices or ()
        if self.data and self.data not in [choice.value for choice in offered]:
            self.data = None
            raise ValidationError(_say(form, "not_offered"))


class _Comment(TextAreaField):
    """Free text: cleaned as it comes in; refused if part of it was lost on the way or if it is too long."""

    def __init__(self, *args: Any, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = limit
        self.damaged = False

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the text without what cannot be read, so that the page can show it again."""
        sent = _ESCAPED_BYTES.sub(_broken_bytes_marked, str(valuelist[0])) if valuelist else ""
        self.damaged = _UNREADABLE.search(sent) is not None
        self.data = clean_text(sent)

    def pre_validate(self, form: Any) -> None:
        """Refuse NUL bytes, broken UTF-8, and more characters than allowed."""
        if self.damaged:
            raise ValidationError(_say(form, "unreadable"))
        length = len(self.data or "")
        if length > self.limit:
            raise ValidationError(_say(form, "too_long", length=length, limit=self.limit))


class SurveyForm(Form):
    """The fields of one questionnaire in one language; build its subclasses with `build_form_class`."""

    questionnaire: ClassVar[Questionnaire]
    language: ClassVar[str]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, then the form as a whole: at least one rating. What was typed is kept."""
        self.form_errors = []
        fields_are_right = super().validate(extra_validators)
        ratings: list[Field] = [self[item.name] for item in self.questionnaire.ratings]
        if not any(rating.data or rating.errors for rating in ratings):
            self.form_errors.append(_say(self, "nothing_rated"))
        return fields_are_right and not self.form_errors


def build_form_class(questionnaire: Questionnaire, language: str) -> type[SurveyForm]:
    """The form class of a questionnaire, its labels in `language`. Raises `UnknownLanguage`.

    Fields carry the item's name; hints stand in `description`, with `{commune}` still to be filled.
    """
    return _form_class(_Edition(questionnaire.content_hash, catalogue(language).language, questionnaire))


def answers_of(form: SurveyForm) -> Answers:
    """The answers in a form that `validate` found right."""
    ratings: dict[str, int] = {}
    choices: dict[str, int] = {}
    values: dict[str, str] = {}
    for item in form.questionnaire.items:
        value = form[item.name].data
        if not value:
            continue
        if item.kind == "rating":
            ratings[item.slot] = int(value)
        elif item.kind == "choice":
            option = item.option_of(value)
            assert option is not None, "an unoffered value does not validate"
            choices[item.slot] = option.code
        else:
            values[item.slot] = value
    return Answers(ratings=ratings, choices=choices, **values)


def honeypot_filled(form: SurveyForm) -> bool:
    """Whether something was written where people see no field: the mark of a program."""
    return bool(form[HONEYPOT].data)


def clean_text(text: str) -> str:
    """A comment as it is kept: composed Unicode (NFC), lines ended by a line feed, no other control, no blank ends."""
    text = _UNREADABLE.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", _OTHER_CONTROLS.sub(" ", text)).strip()


def _broken_bytes_marked(escaped: re.Match[str]) -> str:
    """U+FFFD for bytes that Werkzeug could not read as UTF-8 and left percent-encoded; a pasted address stays."""
    try:
        unquote_to_bytes(escaped[0]).decode()
    except UnicodeDecodeError:
        return "\ufffd"
    return escaped[0]


@dataclass(frozen=True, slots=True)
class _Edition:
    content_hash: str
    language: str
    questionnaire: Questionnaire = field(compare=False)


@lru_cache(maxsize=FORM_CLASSES_KEPT)
def _form_class(edition: _Edition) -> type[SurveyForm]:
    questionnaire, language = edition.questionnaire, edition.language
    attributes: dict[str, Any] = {"questionnaire": questionnaire, "language": language}
    for item in questionnaire.items:
        attributes[item.name] = _field_of(item, questionnaire, language)
    attributes[HONEYPOT] = StringField()
    return type("SurveyForm", (SurveyForm,), attributes)


def _field_of(item: Item, questionnaire: Questionnaire, language: str) -> Any:
    label = item.text[language]
    hint = item.hint[language] if item.hint is not None else ""
    if item.kind == "comment":
        assert item.max_length is not None, "a rule of definitions"
        return _Comment(label, description=hint, limit=item.max_length, render_kw={"maxlength": item.max_length})
    return _OneOption(label, description=hint, choices=_offered(item, questionnaire, language))


def _offered(item: Item, questionnaire: Questionnaire, language: str) -> list[Any]:
    if item.kind == "rating":
        labels: Mapping[str, str] = {str(s): questionnaire.scale.label(s, language) for s in SCALE_SCORES}
    else:
        labels = {option.value: option.text[language] for option in item.options}
    if NO_ANSWER not in labels:
        labels = {**labels, SKIP: questionnaire.scale.skip[language]}
    return [SelectChoice(value, label) for value, label in labels.items()]


def _say(form: Any, key: str, **values: object) -> str:
    return catalogue(form.language).text(f"questionnaires.form.{key}", **values)
