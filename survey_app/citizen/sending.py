"""A form that was sent: it is taken and thanked for, or shown again with everything that was chosen. Nothing is lost.

The token decides what the form is about, and counts once. The scan code in the address matters only to whom has no good
token: an answer that waited on a phone may outlive its code.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flask import current_app, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from survey_app.citizen.desk import Desk
from survey_app.citizen.edition import ASSISTED, POSTER, Edition
from survey_app.citizen.page_cache import KeptPage
from survey_app.citizen.survey_page import SEND_BUTTON, Problem, problems_of_form
from survey_app.database import read_connection, write_transaction
from survey_app.languages import catalogue
from survey_app.metrics import metrics_of
from survey_app.questionnaires.form import HONEYPOT, SurveyForm, answers_of, build_form_class
from survey_app.questionnaires.register import NoQuestionnaire
from survey_app.request_logging import log_failure
from survey_app.responses.door import Recorded, Submission
from survey_app.responses.guard import SETS_ASIDE, Flag
from survey_app.responses.guard_post import Visitor, guard_of
from survey_app.responses.tokens import LIFETIME, SurveyToken, TokenExpired, TokenForged
from survey_app.territory.scan_code_register import ClosedCode, UnknownCode, presentable

TOKEN_FIELD = "token"
FILLED_IN_BEFORE = timedelta(minutes=1)
Fields = MultiDict[str, str]
Reason = Literal["answers", "expired", "unreadable", "store"]


@dataclass(frozen=True, slots=True)
class Thanked:
    """The answer is saved for good, now or by an earlier sending of the same form. `coded`: `Recorded.coded`."""

    receipt: str
    language: str
    coded: bool | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """The ticket whose address the form was sent to: its code as typed, and the counter its holder was at, if known."""

    code: str
    service_point_id: int | None


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """The answer is not saved; the page is to be shown again, with the token to send it under."""

    edition: Edition
    form: SurveyForm
    problems: tuple[Problem, ...]
    token: str
    status: int


Outcome = Thanked | AskedAgain | ClosedCode | UnknownCode


def receive(
    desk: Desk,
    typed: str,
    language: str,
    fields: Fields,
    now: datetime,
    channel: str = POSTER,
    slip: Slip | None = None,
) -> Outcome:
    """Take a form that was sent to the address of the code `typed`. Raises SQLAlchemyError, `NoQuestionnaire`.

    `channel` is for a form without a good token, which is asked again as one of this channel; `typed` is the code of a
    volunteer's link, if that is `assisted`. `slip` is the ticket
    to whose address it was sent.
    """
    sent = fields.get(TOKEN_FIELD, "")
    try:
        token = desk.door.tokens.read(sent, now)
        form = _form(desk, token, fields)
    except TokenExpired:
        return _under_fresh_token(desk, typed, language, fields, "expired", now, channel, slip)
    except (TokenForged, NoQuestionnaire):
        return _under_fresh_token(desk, typed, language, fields, "unreadable", now, channel, slip)
    if not form.validate():
        thanked = _thanked_before(desk, token, slip)
        return thanked or _again(desk.edition_of(token, typed, now.date()), form, None, sent, 422)
    try:
        return _record(desk, token, form, now, slip)
    except SQLAlchemyError as error:
        log_failure(current_app, desk.clock, error)
        return _again(desk.edition_of(token, typed, now.date()), form, "store", sent, 503)


def _form(desk: Desk, token: SurveyToken, fields: Fields) -> SurveyForm:
    questionnaire = desk.questionnaire(token.questionnaire_hash).questionnaire
    return build_form_class(questionnaire, token.language)(fields)


def _record(desk: Desk, token: SurveyToken, form: SurveyForm, now: datetime, slip: Slip | None) -> Thanked:
    stored = desk.questionnaire(token.questionnaire_hash)
    answers = answers_of(form)
    repeated = guard_of(current_app).has_repeated(_visitor(), token, answers, now)
    submission = Submission(token, stored.id, answers, bool(form[HONEYPOT].data), now, _code_of(slip), repeated)
    with write_transaction() as connection:
        recorded = desk.door.record_response(connection, submission)
    # Only here is the answer durable, and only now is anybody thanked.
    _count(recorded)
    return Thanked(recorded.receipt, token.language, recorded.coded)


def _code_of(slip: Slip | None) -> str | None:
    return None if slip is None else slip.code


def _visitor() -> Visitor:
    """Who sends this request: for the guard, and for nobody else."""
    headers = request.headers
    return Visitor(request.remote_addr or "", headers.get("User-Agent", ""), headers.get("Accept-Language", ""))


def _count(recorded: Recorded) -> None:
    if recorded.repeated:
        return
    flags = Flag(recorded.flags)
    metrics = metrics_of(current_app)
    metrics.count("answers_total", set_aside="yes" if flags & SETS_ASIDE else "no")
    for flag in flags:
        metrics.count("guard_signs_total", sign=str(flag.name).lower())


def _thanked_before(desk: Desk, token: SurveyToken, slip: Slip | None) -> Thanked | None:
    """Whatever a used token is sent with, an empty form too, it leads to the thank-you page of its first sending."""
    with read_connection() as connection:
        receipt = desk.door.receipt_of(connection, token)
        coded = desk.door.was_coded(connection, token, _code_of(slip))
    return None if receipt is None else Thanked(receipt, token.language, coded)


def _under_fresh_token(
    desk: Desk,
    typed: str,
    language: str,
    fields: Fields,
    reason: Reason,
    now: datetime,
    channel: str,
    slip: Slip | None,
) -> AskedAgain | ClosedCode | UnknownCode:
    """Show what was chosen once more under a new token, for the counter whose code stands in the address."""
    found = _page(desk, typed, language, now, channel, slip)
    if not isinstance(found, KeptPage):
        return found
    form = build_form_class(found.edition.questionnaire, language)(fields)
    form.validate()
    # What is shown is filled in already: it would be unjust to call the person who just presses the button too fast.
    token = desk.door.tokens.mint(found.edition.form_key, now - FILLED_IN_BEFORE)
    return _again(found.edition, form, reason, token, 422)


def _page(
    desk: Desk, typed: str, language: str, now: datetime, channel: str, slip: Slip | None
) -> KeptPage | ClosedCode | UnknownCode:
    """The page of the counter that the form was sent to."""
    if channel == ASSISTED:
        return desk.page_of_link(typed, language, now) or UnknownCode(presentable(typed))
    if slip is None:
        return desk.page_at(typed, language, now, channel)
    kept = desk.page_of_counter(slip.service_point_id, language, now) if slip.service_point_id is not None else None
    return kept or UnknownCode(presentable(slip.code))


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
