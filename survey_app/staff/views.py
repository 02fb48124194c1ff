"""Pages of the back office itself: signing in and out, and where each role starts."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.clock import Clock
from survey_app.languages import translate
from survey_app.mail.mailer import mailer_of
from survey_app.staff import authentication, second_step
from survey_app.staff.access import allow, current_staff, safe_next, signed_in_staff
from survey_app.staff.communes import list_communes, unit_code_of
from survey_app.staff.field_tasks import tasks_of
from survey_app.staff.forms import CodeForm, FormPage, FormProblem, SignInForm
from survey_app.staff.identity_provider import is_set_up
from survey_app.staff.notices import notices_for
from survey_app.staff.refusals import SignInRefused
from survey_app.staff.roles import ALL_ROLES, FIELD_ROLES, OVERVIEW_ROLES, Role

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Show the form; or check it, and go on to the page that was asked for."""
    if signed_in_staff() is not None:
        return redirect(_after_sign_in(), 303)
    form = SignInForm()
    if request.method != "POST":
        return _sign_in_page(form, (), 200)
    if not form.validate():
        return _sign_in_page(form, form.problems(), form.status())
    try:
        member = authentication.sign_in(form.email.data or "", form.password.data or "")
    except SignInRefused as refused:
        problem = FormProblem("email", translate(refused.key, **refused.values))
        return _sign_in_page(form, (problem,), refused.status)
    if member is None:
        return redirect(url_for("staff.code", next=safe_next(request.args.get("next"))), 303)
    return redirect(_after_sign_in(), 303)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """The second step: a code of the phone, or one on paper. Without a first step it leads back to that."""
    form = CodeForm()
    if signed_in_staff() is not None or not second_step.is_waiting():
        return redirect(url_for("staff.sign_in", next=safe_next(request.args.get("next"))), 303)
    if request.method != "POST":
        return _code_page(form, (), 200)
    if not form.validate():
        return _code_page(form, form.problems(), form.status())
    try:
        second_step.sign_in_with_code(form.code.data or "")
    except SignInRefused as refused:
        problem = FormProblem("code", translate(refused.key, **refused.values))
        return _code_page(form, (problem,), refused.status)
    return redirect(_after_sign_in(), 303)


@blueprint.post("/sign-out")
@allow(*ALL_ROLES)
def sign_out() -> ResponseReturnValue:
    """End the session in this browser and say so."""
    authentication.sign_out()
    flash("staff.sign_in.signed_out")
    return redirect(url_for("staff.sign_in"), 303)


@blueprint.get("/")
@allow(*ALL_ROLES)
def home() -> ResponseReturnValue:
    """Where each role starts: all communes, the leader's own unit, what there is to do, or the exports."""
    member = current_staff()
    if member.roles & OVERVIEW_ROLES:
        clock: Clock = current_app.extensions["clock"]
        page = list_communes(request.args.get("q", ""), clock.today(), member.roles)
        return render_template("staff/home.html", page=page, notices=notices_for(member))
    if Role.LEADER in member.roles and member.unit_id is not None:
        return redirect(url_for("staff_dashboard.unit", code=unit_code_of(member.unit_id)), 303)
    if member.roles & FIELD_ROLES:
        return render_template("staff/tasks.html", tasks=tasks_of(member))
    return redirect(url_for("exports.page"), 303)


def _after_sign_in() -> str:
    return safe_next(request.args.get("next")) or url_for("staff.home")


def _sign_in_page(form: SignInForm, problems: tuple[FormProblem, ...], status: int) -> ResponseReturnValue:
    page = FormPage(problems, {"email": form.email.data or ""})
    html = render_template(
        "staff/sign_in.html",
        page=page,
        csrf=form.csrf_token.current_token,
        by_mail=mailer_of(current_app).delivers,
        has_provider=is_set_up(),
        asked_for=safe_next(request.args.get("next")),
    )
    return html, status


def _code_page(form: CodeForm, problems: tuple[FormProblem, ...], status: int) -> ResponseReturnValue:
    return render_template("staff/code.html", page=FormPage(problems), csrf=form.csrf_token.current_token), status
