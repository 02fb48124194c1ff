"""Counters of a unit: added, and each with everything that can be changed of it but its codes (see `code_views`)."""

from collections.abc import Callable, Mapping
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from survey_app.back_office.acting import attempt, iso, known_unit, record, today, unit_of_page
from survey_app.back_office.counter_pages import (
    CounterPage,
    counter_list,
    counter_page,
    domain_words,
    premises_choices,
)
from survey_app.back_office.form_fields import OfficeForm, Wrong
from survey_app.back_office.place_forms import (
    BodyForm,
    CloseForm,
    CounterForm,
    CounterWordsForm,
    DomainsForm,
    first_day_of,
)
from survey_app.database import read_connection
from survey_app.languages import translate
from survey_app.staff.access import allow
from survey_app.staff.roles import Role
from survey_app.territory.audit_events import SERVICE_POINT_ADDED, SERVICE_POINT_CHANGED, SERVICE_POINT_CLOSED
from survey_app.territory.place_changes import correct_service_point, set_domains
from survey_app.territory.service_points import (
    ServicePoint,
    add_service_point,
    as_body,
    change_body,
    close_service_point,
    service_point_by_id,
)

blueprint = Blueprint("setup_counters", __name__, url_prefix="/staff/setup")
EDITORS = (Role.LEADER, Role.ADMINISTRATOR)


@blueprint.get("/units/<code>/counters")
@allow(*EDITORS)
def counters(code: str) -> ResponseReturnValue:
    """All counters of the unit, and the form for more."""
    return render_template("back_office/counters.html", page=counter_list(code))


@blueprint.post("/units/<code>/counters")
@allow(*EDITORS)
def add(code: str) -> ResponseReturnValue:
    """Add a counter."""
    with read_connection() as connection:
        unit = unit_of_page(connection, code)
        form = CounterForm(
            request.form, premises=premises_choices(connection, unit.id), domains=domain_words(connection, unit)
        )
    refused: tuple[str, ...] = ()
    if form.validate():
        name, name_en, domains = form.name.data or "", form.english, tuple(form.domains.data or ())
        body, day, premises_id = as_body(form.body.data), first_day_of(form.valid_from.data), form.premises.data

        def act(connection: Connection) -> None:
            number = add_service_point(connection, premises_id, name, name_en, body, domains, day)
            after = {"name": name, "name_en": name_en, "body": body, "domains": sorted(domains)}
            record(connection, SERVICE_POINT_ADDED, code, id=number, before=None, after=after, from_day=iso(day))

        refused = attempt(act)
    wrong = (*form.wrong(), *(Wrong("", words) for words in refused))
    if wrong:
        return render_template("back_office/counters.html", page=counter_list(code, form, wrong)), 422
    flash("back_office.counter.added")
    return redirect(url_for("setup_counters.counters", code=code), 303)


@blueprint.get("/counters/<int(max=2147483647):counter_id>")
@allow(*EDITORS)
def one(counter_id: int) -> ResponseReturnValue:
    """One counter with everything that can be changed of it."""
    return render_template("back_office/counter.html", page=counter_page(found_counter(counter_id)))


@blueprint.post("/counters/<int(max=2147483647):counter_id>/words")
@allow(*EDITORS)
def mend(counter_id: int) -> ResponseReturnValue:
    """Mend the names."""
    counter, form = found_counter(counter_id), CounterWordsForm(request.form)

    def act(connection: Connection) -> None:
        if correct_service_point(connection, counter_id, form.name.data or "", form.english):
            before = {"name": counter.name, "name_en": counter.name_en}
            _record_change(connection, counter, before, {"name": form.name.data, "name_en": form.english}, None)

    return answer(counter, form, act, lambda wrong: counter_page(counter, wrong, words=form))


@blueprint.post("/counters/<int(max=2147483647):counter_id>/body")
@allow(*EDITORS)
def body(counter_id: int) -> ResponseReturnValue:
    """Let staff of another body sit there from a day on."""
    counter, form = found_counter(counter_id), BodyForm(request.form)

    def act(connection: Connection) -> None:
        sending, day = as_body(form.body.data), first_day_of(form.since.data)
        if change_body(connection, counter_id, sending, day):
            _record_change(connection, counter, {"body": counter.body}, {"body": sending}, day)

    return answer(counter, form, act, lambda wrong: counter_page(counter, wrong, body=form))


@blueprint.post("/counters/<int(max=2147483647):counter_id>/domains")
@allow(*EDITORS)
def domains(counter_id: int) -> ResponseReturnValue:
    """Let the counter serve other domains."""
    counter = found_counter(counter_id)
    with read_connection() as connection:
        choices = domain_words(connection, counter.unit)
    form = DomainsForm(request.form, choices=choices)

    def act(connection: Connection) -> None:
        chosen = sorted(form.domains.data or ())
        if set_domains(connection, counter_id, chosen):
            _record_change(connection, counter, {"domains": list(counter.domains)}, {"domains": chosen}, None)

    return answer(counter, form, act, lambda wrong: counter_page(counter, wrong, domains=form))


@blueprint.post("/counters/<int(max=2147483647):counter_id>/close")
@allow(*EDITORS)
def close(counter_id: int) -> ResponseReturnValue:
    """End the counter from a day on."""
    counter, form = found_counter(counter_id), CloseForm(request.form)
    if form.day.data and form.day.data < today():
        form.day.errors = [translate("back_office.problem.past")]
        page = counter_page(counter, form.wrong(), close=form)
        return render_template("back_office/counter.html", page=page), 422

    def act(connection: Connection) -> None:
        day = first_day_of(form.day.data)
        if close_service_point(connection, counter_id, day):
            record(
                connection,
                SERVICE_POINT_CLOSED,
                counter.unit.code,
                id=counter_id,
                before=None,
                after=None,
                from_day=iso(day),
            )

    return answer(counter, form, act, lambda wrong: counter_page(counter, wrong, close=form))


def found_counter(counter_id: int) -> ServicePoint:
    """The counter, open or not, if the account may act for its unit: 404, or 403."""
    with read_connection() as connection:
        found = service_point_by_id(connection, counter_id, today()) or service_point_by_id(
            connection, counter_id, None
        )
        if found is None:
            abort(404)
        known_unit(connection, found.unit.id)
    return found


def answer(
    counter: ServicePoint,
    form: OfficeForm,
    act: Callable[[Connection], None],
    shown_again: Callable[[tuple[Wrong, ...]], CounterPage],
) -> ResponseReturnValue:
    """Check the form and act; back to the counter's page, or the page again with what is wrong (422)."""
    wrong = form.wrong() if not form.validate() else tuple(Wrong("", words) for words in attempt(act))
    if wrong:
        return render_template("back_office/counter.html", page=shown_again(wrong)), 422
    flash("back_office.saved")
    return redirect(url_for("setup_counters.one", counter_id=counter.id), 303)


def _record_change(
    connection: Connection,
    counter: ServicePoint,
    before: Mapping[str, object],
    after: Mapping[str, object],
    day: date | None,
) -> None:
    record(
        connection,
        SERVICE_POINT_CHANGED,
        counter.unit.code,
        id=counter.id,
        before=dict(before),
        after=dict(after),
        from_day=iso(day),
    )
