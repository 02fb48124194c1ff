"""Scan codes of a counter: issued, renewed, revoked, and seen to lead where they should."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from survey_app.back_office.acting import attempt, iso, record, today, unit_of_page
from survey_app.back_office.counter_pages import counter_page
from survey_app.back_office.counter_views import EDITORS, answer, found_counter
from survey_app.back_office.form_fields import Wrong, see_that_day_is
from survey_app.back_office.place_forms import RevokeForm, RotateForm, first_day_of
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.staff.access import allow, current_staff
from survey_app.territory.audit_events import CODE_ISSUED, CODE_REVOKED, CODE_SEEN
from survey_app.territory.rotation_record import record_rotation
from survey_app.territory.scan_checks import note_seen
from survey_app.territory.scan_code_register import codes_of, current_code, issue, revoke, rotate
from survey_app.territory.scan_codes import grouped
from survey_app.territory.service_points import service_points_of

blueprint = Blueprint("setup_codes", __name__, url_prefix="/staff/setup")
LONGEST_GRACE = timedelta(days=92)


@blueprint.post("/units/<code>/codes")
@allow(*EDITORS)
def issue_missing(code: str) -> ResponseReturnValue:
    """Give every open counter of the unit that has no open code its first one."""
    now = today()
    with read_connection() as connection:
        unit = unit_of_page(connection, code)

    def act(connection: Connection) -> None:
        for point in service_points_of(connection, unit.id, now):
            if current_code(connection, point.id, now) is None:
                record(connection, CODE_ISSUED, code, code=issue(connection, point.id, now), service_point=point.id)

    refused = attempt(act)
    if refused:
        abort(422)
    flash("back_office.code.issued_all")
    return redirect(url_for("setup.unit", code=code), 303)


@blueprint.post("/counters/<int(max=2147483647):counter_id>/codes")
@allow(*EDITORS)
def issue_one(counter_id: int) -> ResponseReturnValue:
    """Give the counter a code; earlier ones go on until they are revoked."""
    counter, now = found_counter(counter_id), today()

    def act(connection: Connection) -> None:
        code = issue(connection, counter_id, now)
        record(connection, CODE_ISSUED, counter.unit.code, code=code, service_point=counter_id)

    refused = attempt(act)
    if refused:
        wrong = tuple(Wrong("", words) for words in refused)
        return render_template("back_office/counter.html", page=counter_page(counter, wrong)), 422
    flash("back_office.code.issued_one")
    return redirect(url_for("setup_counters.one", counter_id=counter_id), 303)


@blueprint.post("/counters/<int(max=2147483647):counter_id>/codes/rotate")
@allow(*EDITORS)
def renew(counter_id: int) -> ResponseReturnValue:
    """A new code for the earlier ones, which lead nowhere from a day on."""
    counter, form, now = found_counter(counter_id), RotateForm(request.form), today()
    clock: Clock = current_app.extensions["clock"]
    if form.validate() and not see_that_day_is(form.closes, now, now + LONGEST_GRACE):
        page = counter_page(counter, form.wrong(), rotate=form)
        return render_template("back_office/counter.html", page=page), 422

    def act(connection: Connection) -> None:
        made = rotate(connection, counter_id, now, first_day_of(form.closes.data))
        record_rotation(connection, made, counter, actor=current_staff().email, at=clock.now())

    return answer(counter, form, act, lambda wrong: counter_page(counter, wrong, rotate=form))


@blueprint.post("/counters/<int(max=2147483647):counter_id>/codes/revoke")
@allow(*EDITORS)
def take_back(counter_id: int) -> ResponseReturnValue:
    """Let one code lead nowhere from a day on."""
    counter, now = found_counter(counter_id), today()
    with read_connection() as connection:
        codes = {each.code: grouped(each.code) for each in codes_of(connection, counter_id) if each.revoked_on is None}
    form = RevokeForm(request.form, codes=codes)
    if form.validate() and not see_that_day_is(form.revoked_on, now, now + LONGEST_GRACE):
        page = counter_page(counter, form.wrong(), revoke=form)
        return render_template("back_office/counter.html", page=page), 422

    def act(connection: Connection) -> None:
        code, day = str(form.code.data), first_day_of(form.revoked_on.data)
        if revoke(connection, code, day):
            record(connection, CODE_REVOKED, counter.unit.code, code=code, from_day=iso(day))

    return answer(counter, form, act, lambda wrong: counter_page(counter, wrong, revoke=form))


@blueprint.post("/counters/<int(max=2147483647):counter_id>/codes/seen")
@allow(*EDITORS)
def seen(counter_id: int) -> ResponseReturnValue:
    """Keep that somebody scanned the counter's newest code and saw the right counter."""
    counter, now = found_counter(counter_id), today()
    with read_connection() as connection:
        code = current_code(connection, counter_id, now)
    if code is None:
        abort(404)

    def act(connection: Connection) -> None:
        if note_seen(connection, code, now, seen_by=current_staff().email):
            record(connection, CODE_SEEN, counter.unit.code, code=code, service_point=counter_id)

    if attempt(act):
        abort(404)
    flash("back_office.code.noted")
    return redirect(url_for("setup.unit", code=counter.unit.code), 303)
