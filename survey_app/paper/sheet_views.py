"""The pages of one sheet: typed a first and a second time, settled, or void."""

from collections.abc import Mapping
from dataclasses import replace

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.database import read_connection, write_transaction
from survey_app.languages import current_language, translate
from survey_app.paper.batch_pages import batch_line
from survey_app.paper.batches import Batch, tallies_of
from survey_app.paper.counting import count_when_enough
from survey_app.paper.entries import (
    Actor,
    Difference,
    difference_of,
    enter,
    has_entered,
    settle,
    sheet_state,
    void_sheet,
)
from survey_app.paper.problems import RefusedPaper
from survey_app.paper.sheet_pages import (
    Question,
    SheetPage,
    entry_form,
    problems_of,
    questions_of,
    settled_form,
    undecided,
)
from survey_app.paper.views import (
    LONGEST_FIELD,
    TYPISTS,
    batch_or_404,
    blueprint,
    clock,
    see_that_the_unit_stands,
    unit_code,
)
from survey_app.questionnaires.form import answers_of
from survey_app.responses.registration import door_of
from survey_app.staff.access import allow, current_staff


@blueprint.get("/<int:batch_id>/<int:serial>")
@allow(*TYPISTS)
def sheet(batch_id: int, serial: int) -> ResponseReturnValue:
    """What is to be done with a sheet now."""
    return _sheet_page(_batch_of_sheet(batch_id, serial), serial, {})


@blueprint.post("/<int:batch_id>/<int:serial>")
@allow(*TYPISTS)
def type_sheet(batch_id: int, serial: int) -> ResponseReturnValue:
    """Take an entry; or the page again with everything that was typed."""
    batch = _batch_of_sheet(batch_id, serial)
    form = entry_form(batch, request.form)
    if not form.validate():
        return _sheet_page(batch, serial, problems_of(form), status=422)
    try:
        with write_transaction() as connection:
            see_that_the_unit_stands(connection, batch)
            who = Actor(current_staff().email, unit_code(connection, batch), clock().now())
            state = enter(connection, batch, serial, answers_of(form), who)
            counted = count_when_enough(connection, door_of(current_app), batch, who.at) if state == "settled" else 0
    except RefusedPaper as error:
        return _refused(batch, serial, error)
    return _next(batch, "counted" if counted else state, counted or serial)


@blueprint.post("/<int:batch_id>/<int:serial>/settle")
@allow(*TYPISTS)
def settle_sheet(batch_id: int, serial: int) -> ResponseReturnValue:
    """Take what the sheet itself says where two entries differ."""
    batch = _batch_of_sheet(batch_id, serial)
    try:
        with write_transaction() as connection:
            see_that_the_unit_stands(connection, batch)
            found = difference_of(connection, batch, serial)
            form = settled_form(batch, found, request.form)
            problems = undecided(found, request.form)
            if not form.validate():
                problems = problems_of(form) | problems
            if problems:
                return _sheet_page(batch, serial, problems, status=422)
            who = Actor(current_staff().email, unit_code(connection, batch), clock().now())
            settle(connection, batch, serial, answers_of(form), who)
            counted = count_when_enough(connection, door_of(current_app), batch, who.at)
    except RefusedPaper as error:
        return _refused(batch, serial, error)
    return _next(batch, "counted" if counted else "settled", counted or serial)


@blueprint.post("/<int:batch_id>/<int:serial>/void")
@allow(*TYPISTS)
def void(batch_id: int, serial: int) -> ResponseReturnValue:
    """Let a blank or spoilt sheet never count."""
    batch, reason = _batch_of_sheet(batch_id, serial), request.form.get("reason", "")[:LONGEST_FIELD]
    try:
        with write_transaction() as connection:
            who = Actor(current_staff().email, unit_code(connection, batch), clock().now())
            void_sheet(connection, batch, serial, reason, who)
    except RefusedPaper as error:
        return _refused(batch, serial, error, reason)
    return _next(batch, "voided", serial)


def _batch_of_sheet(batch_id: int, serial: int) -> Batch:
    batch = batch_or_404(batch_id)
    if not 1 <= serial <= batch.sheets:
        abort(404)
    return batch


def _next(batch: Batch, done: str, number: int) -> ResponseReturnValue:
    return redirect(url_for("paper_desk.batch", batch_id=batch.id, done=done, number=number), 303)


def _refused(batch: Batch, serial: int, error: RefusedPaper, reason: str = "") -> ResponseReturnValue:
    problems = {error.field: error.words(current_language())}
    return _sheet_page(batch, serial, problems, reason=reason, status=409 if error.conflict else 422)


def _sheet_page(
    batch: Batch, serial: int, problems: Mapping[str, str], *, reason: str = "", status: int = 200
) -> ResponseReturnValue:
    """The page of a sheet as it stands now, with what this request brought."""
    account = current_staff().email
    with read_connection() as connection:
        state = sheet_state(connection, batch.id, serial)
        assert state is not None, "a batch has a row for each of its sheets"
        line = batch_line(connection, batch, tallies_of(connection, [batch.id], clock().today())[batch.id])
        shown = SheetPage(line, serial, state, "none", batch.language, "", (), problems, reason)
        if state == "differing":
            found = difference_of(connection, batch, serial)
            shown = replace(shown, mode="settle", questions=_to_settle(batch, found, problems))
        elif state == "printed" or (state == "entered" and not has_entered(connection, batch.id, serial, account)):
            shown = replace(shown, mode="enter", questions=_to_enter(batch, problems))
        else:
            key = "same_person" if state == "entered" else f"is_{state}"
            shown = replace(shown, why=translate(f"paper.refused.{key}"))
    if shown.why in problems.values():
        shown = replace(shown, why="")
    return render_template("paper/sheet.html", page=shown), status


def _to_enter(batch: Batch, problems: Mapping[str, str]) -> tuple[Question, ...]:
    return questions_of(batch, entry_form(batch, request.form or None), problems)


def _to_settle(batch: Batch, found: Difference, problems: Mapping[str, str]) -> tuple[Question, ...]:
    typed: Mapping[str, str] = request.form
    if not typed:  # A comment is mended, not typed a third time.
        typed = {item.name: found.first.comment or "" for item in found.items if item.kind == "comment"}
    return questions_of(batch, entry_form(batch, typed or None), problems, found)
