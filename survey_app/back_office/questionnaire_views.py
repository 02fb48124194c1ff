"""What a unit asks: in force, before and to come; a new version with its own questions, previewed and published."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from survey_app.back_office.acting import attempt, name_of, record, today, unit_of_page
from survey_app.back_office.form_fields import Wrong, see_that_day_is
from survey_app.back_office.place_forms import first_day_of
from survey_app.back_office.preview import preview
from survey_app.back_office.questionnaire_form import NUMBERS, QuestionnaireForm, typed_drafts
from survey_app.database import read_connection
from survey_app.http_security import framing_policy
from survey_app.languages import format_day, translate
from survey_app.questionnaires.audit_events import QUESTIONNAIRE_PUBLISHED
from survey_app.questionnaires.definition import default_questionnaire, without_own_questions
from survey_app.questionnaires.items import Questionnaire
from survey_app.questionnaires.own_drafts import drafts_of
from survey_app.questionnaires.publishing import Use, bases, first_day, in_force, publish, uses_of
from survey_app.staff.access import allow
from survey_app.staff.roles import Role
from survey_app.static_assets import citizen_style
from survey_app.territory.service_points import service_points_of

blueprint = Blueprint("setup_questionnaire", __name__, url_prefix="/staff/setup")
EDITORS = (Role.LEADER, Role.ADMINISTRATOR)
LATEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class UseLine:
    """From when the unit asks a version, how many questions it has, and what the unit's own ones are."""

    day: str
    label: str
    content_hash: str
    questions: int
    own: tuple[str, ...]
    state: str
    """now, later, or before."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A phone on the page: its document and the language in it."""

    language: str
    title: str
    document: str


@dataclass(frozen=True, slots=True)
class QuestionnairePage:
    """The unit's questionnaires, the form, and two phones showing one of them."""

    code: str
    unit: str
    label: str | None
    is_inherited: bool
    lines: tuple[UseLine, ...]
    form: QuestionnaireForm
    numbers: tuple[int, ...]
    first_day: str
    frames: tuple[Frame, ...]
    shows_draft: bool
    wrong: tuple[Wrong, ...]


@blueprint.get("/units/<code>/questionnaire")
@allow(*EDITORS)
def questionnaire(code: str) -> ResponseReturnValue:
    """What the unit asks today, in two phones, and the form for something else."""
    return _shown(_page(code))


@blueprint.post("/units/<code>/questionnaire")
@allow(*EDITORS)
def change(code: str) -> ResponseReturnValue:
    """Show what the form describes; or, with the button for it, publish that from the day chosen."""
    now = today()
    with read_connection() as connection:
        unit = unit_of_page(connection, code)
        form = QuestionnaireForm(request.form, bases=bases(connection))
        first = first_day(connection, unit.id, unit.parent_id, now)
    publishes = request.form.get("action") == "publish"
    if not form.validate():
        return _shown(_page(code, form, form.wrong()), 422)
    composed, wrong = form.composed()
    if composed is None:
        return _shown(_page(code, form, wrong), 422)
    if not publishes:
        return _shown(_page(code, form, draft=composed))
    if form.valid_from.data is None:
        form.valid_from.errors = [translate("back_office.problem.needed")]
    if form.valid_from.errors or not see_that_day_is(form.valid_from, first, now + LATEST):
        return _shown(_page(code, form, form.wrong(), composed), 422)
    day = first_day_of(form.valid_from.data)

    def act(connection: Connection) -> None:
        made = publish(connection, unit.id, unit.parent_id, composed, day, now)
        record(
            connection,
            QUESTIONNAIRE_PUBLISHED,
            code,
            before=made.before,
            after=made.after,
            hash=made.content_hash,
            from_day=day.isoformat(),
        )

    refused = attempt(act)
    if refused:
        return _shown(_page(code, form, tuple(Wrong("valid_from", words) for words in refused), composed), 422)
    flash("back_office.questionnaire.published")
    return redirect(url_for("setup_questionnaire.questionnaire", code=code), 303)


def _shown(page: QuestionnairePage, status: int = 200) -> ResponseReturnValue:
    """The page, allowed to hold frames in the citizens' style."""
    response = make_response(render_template("back_office/questionnaire.html", page=page), status)
    response.headers["Content-Security-Policy"] = framing_policy(citizen_style())
    return response


def _page(
    code: str,
    form: QuestionnaireForm | None = None,
    wrong: tuple[Wrong, ...] = (),
    draft: Questionnaire | None = None,
) -> QuestionnairePage:
    now = today()
    with read_connection() as connection:
        unit = unit_of_page(connection, code)
        stored = in_force(connection, unit.id, unit.parent_id, now)
        uses = uses_of(connection, unit.id)
        newest = uses[0].stored.questionnaire if uses else stored.questionnaire if stored else default_questionnaire()
        first = first_day(connection, unit.id, unit.parent_id, now)
        if form is None:
            chosen, typed = without_own_questions(newest).content_hash, typed_drafts(drafts_of(newest))
            form = QuestionnaireForm(data={"base": chosen, "valid_from": first, **typed}, bases=bases(connection))
        points = service_points_of(connection, unit.id, now)
    shown = draft or (stored.questionnaire if stored else default_questionnaire())
    frames = tuple(
        Frame(language, translate(f"back_office.questionnaire.frame_{language}"), document)
        for language in ("vi", "en")
        for document in [preview(shown, unit, points[0] if points else None, language, now)]
    )
    in_use = next((use for use in uses if use.valid_from <= now), None)
    return QuestionnairePage(
        code=unit.code,
        unit=name_of(unit),
        label=stored.questionnaire.label if stored else None,
        is_inherited=stored is not None and in_use is None,
        lines=tuple(_line(use, in_use) for use in uses),
        form=form,
        numbers=NUMBERS,
        first_day=format_day(first),
        frames=frames,
        shows_draft=draft is not None,
        wrong=wrong,
    )


def _line(use: Use, in_use: Use | None) -> UseLine:
    asked = use.stored.questionnaire
    own = tuple(draft.text for draft in drafts_of(asked))
    state = "now" if use is in_use else "later" if in_use is None or use.valid_from > in_use.valid_from else "before"
    return UseLine(format_day(use.valid_from), asked.label, asked.content_hash[:12], len(asked.items), own, state)
