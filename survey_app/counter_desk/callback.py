"""A control sample by telephone: an independent caller notes one person's answers, as the channel `callback`.

Nobody's name, number or day of visit is asked, and neither the caller nor the time of the call is kept with an answer,
in the audit log or among requests: an answer carries commune, counter and half-day, as every other.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from survey_app.citizen.edition import Edition, edition_for
from survey_app.citizen.survey_page import Problem, problems_of_form
from survey_app.database import read_connection, write_transaction
from survey_app.languages import catalogue
from survey_app.metrics import metrics_of
from survey_app.questionnaires.definition import callback_questionnaire
from survey_app.questionnaires.form import SurveyForm, answers_of, build_form_class
from survey_app.questionnaires.register import NoQuestionnaire, StoredQuestionnaire, by_hash, newest
from survey_app.request_logging import log_failure
from survey_app.responses.door import Submission
from survey_app.responses.registration import door_of
from survey_app.responses.tokens import LIFETIME, SurveyToken, TokenExpired, TokenForged
from survey_app.territory.service_points import ServicePoint

CALLBACK = "callback"
"""The channel of answers given to an independent caller."""
TOKEN_FIELD = "token"
SEND_BUTTON = "send"


@dataclass(frozen=True, slots=True)
class Asked:
    """The form to show and the token to send it under; with `problems`, what was chosen and why it was not taken."""

    edition: Edition
    form: SurveyForm
    token: str
    problems: tuple[Problem, ...] = ()
    status: int = 422


def edition_at(connection: Connection, point: ServicePoint, language: str) -> Edition:
    """What a caller asks about a service point. Raises `NoQuestionnaire` when the call-back form was never stored."""
    return edition_for(point, CALLBACK, language, newest(connection, callback_questionnaire().key))


def blank(app: Flask, edition: Edition, now: datetime) -> Asked:
    """An empty form with a token of its own."""
    form = build_form_class(edition.questionnaire, edition.language)()
    return Asked(edition, form, door_of(app).tokens.mint(edition.form_key, now))


def take(app: Flask, edition: Edition, fields: MultiDict[str, str], now: datetime) -> str | Asked:
    """Take a form: its check code once the answer is durable, the same for a repeated sending; or the form again.

    Under a token that is not good for this service point nothing is taken, and the form comes back with a good one.
    """
    try:
        token = _token(app, edition, fields.get(TOKEN_FIELD, ""), now)
        with read_connection() as connection:
            first = door_of(app).receipt_of(connection, token)
            asked = by_hash(connection, token.questionnaire_hash)
    except TokenExpired:
        return _again(app, edition, fields, "expired", now)
    except (TokenForged, NoQuestionnaire):
        return _again(app, edition, fields, "unreadable", now)
    if first is not None:
        return first
    form = build_form_class(asked.questionnaire, token.language)(fields)
    if not form.validate():
        return Asked(edition, form, fields[TOKEN_FIELD], tuple(problems_of_form(form)))
    try:
        return _record(app, token, asked, form, now)
    except SQLAlchemyError as error:
        log_failure(app, app.extensions["clock"], error)
        return Asked(edition, form, fields[TOKEN_FIELD], (_refusal(edition.language, "store", "send_later"),), 503)


def _token(app: Flask, edition: Edition, sent: str, now: datetime) -> SurveyToken:
    """The token, if it was minted for a call-back about this service point. Raises `TokenForged`, `TokenExpired`."""
    token = door_of(app).tokens.read(sent, now)
    if (token.channel, token.unit_id, token.service_point_id) != (CALLBACK, edition.unit_id, edition.service_point_id):
        raise TokenForged("minted for another form")
    return token


def _record(app: Flask, token: SurveyToken, asked: StoredQuestionnaire, form: SurveyForm, now: datetime) -> str:
    submission = Submission(token, asked.id, answers_of(form), honeypot_filled=False, received_at=now)
    with write_transaction() as connection:
        recorded = door_of(app).record_response(connection, submission)
    if not recorded.repeated:
        metrics_of(app).count("answers_total", set_aside="no")
    return recorded.receipt


def _again(app: Flask, edition: Edition, fields: MultiDict[str, str], why: str, now: datetime) -> Asked:
    form = build_form_class(edition.questionnaire, edition.language)(fields)
    form.validate()
    refusal = _refusal(edition.language, why, "send_again")
    fresh = door_of(app).tokens.mint(edition.form_key, now)
    return Asked(edition, form, fresh, (refusal, *problems_of_form(form)))


def _refusal(language: str, why: str, advice: str) -> Problem:
    words = catalogue(language)
    said = words.text("citizen.survey.refused", reason=words.text(f"citizen.survey.refused_{why}", days=LIFETIME.days))
    return Problem(f"{said} {words.text(f'citizen.survey.{advice}')}", SEND_BUTTON)
