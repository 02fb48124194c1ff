"""Pages of paper forms: batches to print, where their sheets stand, and what ends a batch."""

from collections.abc import Mapping

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from config import Settings
from survey_app.clock import Clock
from survey_app.counter_desk.unit_choice import UnitChoice, choose_unit
from survey_app.database import read_connection, write_transaction
from survey_app.languages import current_language
from survey_app.paper.batch_pages import BatchPage, batch_line, paper_page, work_of
from survey_app.paper.batches import Batch, BatchOrder, batch_by_id, drop_batch, make_batch, tallies_of
from survey_app.paper.counting import count_settled
from survey_app.paper.entries import sheet_state
from survey_app.paper.problems import RefusedPaper
from survey_app.responses.registration import door_of
from survey_app.staff.access import allow, current_staff, require_unit
from survey_app.staff.roles import Role
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.service_points import service_point_by_id
from survey_app.territory.units import last_known, unit_by_id

blueprint = Blueprint("paper_desk", __name__, url_prefix="/staff/paper")
PRINTERS = (Role.LEADER, Role.DATA_ENTRY, Role.ADMINISTRATOR)
TYPISTS = (Role.DATA_ENTRY, Role.ADMINISTRATOR)
"""Who types, settles, voids and counts: never the leader, who is judged by what the sheets say."""
LONGEST_FIELD = 300
DONE = ("made", "entered", "settled", "differing", "counted", "voided", "dropped")


@blueprint.get("")
@allow(*PRINTERS)
def page() -> ResponseReturnValue:
    """The batches of a unit, and a form to make one."""
    with read_connection() as connection:
        choice = _choice(connection, request.args)
        shown = paper_page(connection, choice, _typed(request.args), {}, clock().today())
    return render_template("paper/batches.html", page=shown)


@blueprint.post("")
@allow(*PRINTERS)
def make() -> ResponseReturnValue:
    """Make a batch and go to its page, where it is printed; or the page again with what was typed."""
    now = clock().now()
    with write_transaction() as connection:
        choice = _choice(connection, request.form)
        try:
            batch = make_batch(connection, _order(choice), actor=current_staff().email, at=now)
        except RefusedPaper as error:
            problems = {error.field: error.words(current_language())}
            shown = paper_page(connection, choice, _typed(request.form), problems, now.date())
            return render_template("paper/batches.html", page=shown), 422
    return redirect(url_for("paper_desk.batch", batch_id=batch.id, done="made"), 303)


@blueprint.get("/<int:batch_id>")
@allow(*PRINTERS)
def batch(batch_id: int) -> ResponseReturnValue:
    """Where the sheets of a batch stand; `?serial=` leads to one of them."""
    found = batch_or_404(batch_id)
    typed = request.args.get("serial", "").strip()
    problems = {}
    if typed and may_type():
        serial = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 4 else 0
        with read_connection() as connection:
            if sheet_state(connection, batch_id, serial) is not None:
                return redirect(url_for("paper_desk.sheet", batch_id=batch_id, serial=serial), 303)
        refused = RefusedPaper("serial", "no_sheet", sheets=found.sheets)
        problems = {refused.field: refused.words(current_language())}
    return batch_page(found, problems, status=404 if problems else 200)


@blueprint.get("/<int:batch_id>/sheets.pdf")
@allow(*PRINTERS)
def print_sheets(batch_id: int) -> ResponseReturnValue:
    """The sheets to print; printed twice, each still counts once."""
    from survey_app.paper.form_pdf import forms_pdf
    from survey_app.paper.form_words import printed_form

    found, settings = batch_or_404(batch_id), current_app.extensions["settings"]
    assert isinstance(settings, Settings)
    with read_connection() as connection:
        point = service_point_by_id(connection, found.service_point_id, None)
        assert point is not None, "a foreign key of the batch"
    pdf = forms_pdf(
        printed_form(found, point, settings, contacts_in_force()), range(1, found.sheets + 1), found.made_on
    )
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="phieu-giay_{point.unit.code}_lo-{found.id}.pdf"'
    return response


@blueprint.post("/<int:batch_id>/count")
@allow(*TYPISTS)
def count(batch_id: int) -> ResponseReturnValue:
    """Count what is settled now, few as it may be."""
    found = batch_or_404(batch_id)
    try:
        with write_transaction() as connection:
            see_that_the_unit_stands(connection, found)
            number = count_settled(connection, door_of(current_app), found, clock().now())
    except RefusedPaper as error:
        return batch_page(found, {error.field: error.words(current_language())}, status=409)
    return redirect(url_for("paper_desk.batch", batch_id=batch_id, done="counted", number=number), 303)


@blueprint.post("/<int:batch_id>/drop")
@allow(*TYPISTS)
def drop(batch_id: int) -> ResponseReturnValue:
    """Void what is not counted and forget its drafts."""
    found, reason = batch_or_404(batch_id), request.form.get("reason", "")[:LONGEST_FIELD]
    try:
        with write_transaction() as connection:
            code = unit_code(connection, found)
            at, actor = clock().now(), current_staff().email
            number = drop_batch(connection, found, code, reason, actor=actor, at=at)
    except RefusedPaper as error:
        problems = {error.field: error.words(current_language())}
        return batch_page(found, problems, reason=reason, status=409 if error.conflict else 422)
    return redirect(url_for("paper_desk.batch", batch_id=batch_id, done="dropped", number=number), 303)


def batch_page(
    found: Batch, problems: Mapping[str, str], *, reason: str = "", status: int = 200
) -> ResponseReturnValue:
    """The page of a batch as it stands now."""
    done, number = request.args.get("done", ""), request.args.get("number", "")
    with read_connection() as connection:
        tally = tallies_of(connection, [found.id], clock().today())[found.id]
        shown = BatchPage(
            batch_line(connection, found, tally),
            work_of(connection, found, current_staff().email) if may_type() else None,
            {"serial": request.args.get("serial", "")[:LONGEST_FIELD], "reason": reason},
            problems,
            done if done in DONE and not problems else "",
            number if number.isdecimal() and len(number) < 5 else "",
        )
    return render_template("paper/batch.html", page=shown), status


def batch_or_404(batch_id: int) -> Batch:
    """The batch, if the account may see its unit: 404 if there is none, 403 if not."""
    with read_connection() as connection:
        found = batch_by_id(connection, batch_id) if batch_id < 2**31 else None
    if found is None:
        abort(404)
    require_unit(found.unit_id)
    return found


def may_type() -> bool:
    """Whether the account may type sheets."""
    return bool(current_staff().roles.intersection(TYPISTS))


def see_that_the_unit_stands(connection: Connection, found: Batch) -> None:
    """Refuse what is to be counted for a unit that has ended. Raises `RefusedPaper`."""
    if unit_by_id(connection, found.unit_id, clock().today()) is None:
        raise RefusedPaper("sheet", "unit_ended", conflict=True)


def unit_code(connection: Connection, found: Batch) -> str:
    """The code of the batch's unit, ended or not."""
    unit = last_known(connection, found.unit_id)
    assert unit is not None, "a foreign key of the batch"
    return unit.code


def clock() -> Clock:
    """The application's clock."""
    found: Clock = current_app.extensions["clock"]
    return found


def _choice(connection: Connection, given: Mapping[str, str]) -> UnitChoice:
    return choose_unit(connection, current_staff(), given.get("unit", ""), clock().today())


def _typed(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given.get(name, "")[:LONGEST_FIELD] for name in ("service_point", "sheets", "language")}


def _order(choice: UnitChoice) -> BatchOrder:
    if choice.unit is None:
        raise RefusedPaper("unit", "which_unit")
    typed = _typed(request.form)
    return BatchOrder(
        choice.unit, _whole(typed["service_point"]), _whole(typed["sheets"]), typed["language"] or "vi", "page"
    )


def _whole(typed: str) -> int:
    plain = typed.strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= 9 else 0
