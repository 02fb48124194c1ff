"""A form that was sent: it is taken and thanked for, or shown again with everything that was chosen. Nothing is lost.

The token decides what the form is about, and counts once. The scan code in the address matters only to whom has no good
token: an answer that waited on a phone may outlive its code.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from survey_app.citizen.desk import Desk
from survey_app.citizen.edition import Edition
from survey_app.citizen.page_cache import KeptPage
from survey_app.citizen.survey_page import SEND_BUTTON, Problem, problems_of_form
from survey_app.database import read_connection, write_transaction
from survey_app.languages import catalogue
from survey_app.questionnaires.form import HONEYPOT, SurveyForm, answers_of, build_form_class
from survey_app.questionnaires.register import NoQuestionnaire
from survey_app.request_logging import log_failure
from survey_app.responses.door import Submission
from survey_app.responses.tokens import LIFETIME, SurveyToken, TokenExpired, TokenForged
from survey_app.territory.scan_code_register import ClosedCode, UnknownCode

TOKEN_FIELD = "token"
Fields = MultiDict[str, str]
Reason = Literal["answers", "expired", "unreadable", "store"]


@dataclass(frozen=True, slots=True)
class Thanked:
    """The answer is saved for good, now or by an earlier sending of the same form."""

    receipt: str
    language: str


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """The answer is not saved; the page is to be shown again, with the token to send it under."""

    edition: Edition
    form: SurveyForm
    problems: tuple[Problem, ...]
    token: str
    status: int


Outcome = Thanked | AskedAgain | ClosedCode | UnknownCode


def receive(desk: Desk, typed: str, language: str, fields: Fields, now: datetime) -> Outcome:
    """Take a form that was sent to the address of the code `typed`. Raises SQLAlchemyError, `NoQuestionnaire`."""
    sent = fields.get(TOKEN_FIELD, "")
    try:
        token = desk.door.tokens.read(sent, now)
        form = _form(desk, token, fields)
    except TokenExpired:
        return _under_fresh_token(desk, typed, language, fields, "expired", now)
    except (TokenForged, NoQuestionnaire):
        return _under_fresh_token(desk, typed, language, fields, "unreadable", now)
    if not form.validate():
        thanked = _thanked_before(desk, token)
        return thanked or _again(desk.edition_of(token, typed, now.date()), form, None, sent, 422)
    try:
        return _record(desk, token, form, now)
    except SQLAlchemyError as error:
        log_failure(current_app, desk.clock, error)
        return _again(desk.edition_of(token, typed, now.date()), form, "store", sent, 503)


def _form(desk: Desk, token: SurveyToken, fields: Fields) -> SurveyForm:
    questionnaire = desk.questionnaire(token.questionnaire_hash).questionnaire
    return build_form_class(questionnaire, token.language)(fields)


def _record(desk: Desk, token: SurveyToken, form: SurveyForm, now: datetime) -> Thanked:
    stored = desk.questionnaire(token.questionnaire_hash)
    submission = Submission(token, stored.id, answers_of(form), bool(form[HONEYPOT].data), now)
    with write_transaction() as connection:
        recorded = desk.door.record_response(connection, submission)
    # Only here is the answer durable, and only now is anybody thanked.
    return Thanked(recorded.receipt, token.language)


def _thanked_before(desk: Desk, token: SurveyToken) -> Thanked | None:
    """Whatever a used token is sent with, an empty form too, it leads to the thank-you page of its first sending."""
    with read_connection() as connection:
        receipt = desk.door.receipt_of(connection, token)
    return None if receipt is None else Thanked(receipt, token.language)


def _under_fresh_token(
    desk: Desk, typed: str, language: str, fields: Fields, reason: Reason, now: datetime
) -> AskedAgain | ClosedCode | UnknownCode:
    """Show what was chosen once more under a new token, for the counter whose code stands in the address."""
    found = desk.page_at(typed, language, now)
    if not isinstance(found, KeptPage):
        return found
    form = build_form_class(found.edition.questionnaire, language)(fields)
    form.validate()
    return _again(found.edition, form, reason, desk.door.tokens.mint(found.edition.form_key, now), 422)


def _again(edition: Edition, form: SurveyForm, reason: Reason | None, token: str, status: int) -> AskedAgain:
    """The page to show again: first why the form was not taken, then what is wrong with single answers."""
    of_form = tuple(problems_of_form(form))
    if reason is None and any(field.errors for field in form):
        reason = "answers"
    problems = of_form if reason is None else (_refusal(edition.language, reason, of_form), *of_form)
    return AskedAgain(edition, form, problems, token, status)


def _refusal(language: str, reason: Reason, of_form: tuple[Problem, ...]) -> Problem:
    """Why the form was not taken, and what to do."""
    words = catalogue(language)
    said = words.text(
        "citizen.survey.refused", reason=words.text(f"citizen.survey.refused_{reason}", days=LIFETIME.days)
    )
    if reason == "answers":
        return Problem(said, of_form[0].target)
    advice = words.text("citizen.survey.send_later" if reason == "store" else "citizen.survey.send_again")
    return Problem(f"{said} {advice}", SEND_BUTTON)
