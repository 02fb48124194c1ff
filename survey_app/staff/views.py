"""Pages of the back office itself: signing in and out, and where each role starts."""

from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.clock import Clock
from survey_app.languages import translate
from survey_app.staff import authentication
from survey_app.staff.access import allow, current_staff, safe_next, signed_in_staff
from survey_app.staff.accounts import StaffMember
from survey_app.staff.communes import list_communes, unit_code_of
from survey_app.staff.forms import FormProblem, SignInForm
from survey_app.staff.notices import notices_for
from survey_app.staff.roles import ALL_ROLES, OVERVIEW_ROLES, Role

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


@dataclass(frozen=True, slots=True)
class SignInPage:
    """What the sign-in page shows: the e-mail typed before, and what was wrong (none on first sight)."""

    email: str
    problems: tuple[FormProblem, ...]

    def problem_of(self, field_id: str) -> str | None:
        """What is wrong with one field."""
        return next((problem.words for problem in self.problems if problem.field_id == field_id), None)

    def error_attributes(self, field_id: str) -> dict[str, str]:
        """What ties a wrong field to its message for a screen reader."""
        if self.problem_of(field_id) is None:
            return {}
        return {"aria-invalid": "true", "aria-describedby": f"{field_id}-error"}


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Show the form; or check it, and go on to the page that was asked for."""
    if signed_in_staff() is not None:
        return redirect(_after_sign_in(), 303)
    form = SignInForm()
    if request.method != "POST":
        return _sign_in_page(form, (), 200)
    if not form.validate():
        return _sign_in_page(form, form.problems(), 400 if form.csrf_token.errors else 422)
    try:
        authentication.sign_in(form.email.data or "", form.password.data or "")
    except authentication.SignInRefused as refused:
        problem = FormProblem("email", translate(refused.key, **refused.values))
        return _sign_in_page(form, (problem,), refused.status)
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
    """Where each role starts: all communes, the leader's own unit, or the exports."""
    member = current_staff()
    if member.roles & OVERVIEW_ROLES:
        clock: Clock = current_app.extensions["clock"]
        page = list_communes(request.args.get("q", ""), clock.today(), member.roles)
        return render_template("staff/home.html", page=page, notices=notices_for(member))
    if Role.LEADER in member.roles and member.unit_id is not None:
        return redirect(url_for("staff_dashboard.unit", code=unit_code_of(member.unit_id)), 303)
    return redirect(url_for(_first_page(member)), 303)


def _first_page(member: StaffMember) -> str:
    """The endpoint where those start who look neither across communes nor at their own."""
    for role, endpoint in _FIELD_PAGES.items():
        if role in member.roles:
            return endpoint
    return "exports.page"


_FIELD_PAGES = {
    Role.VOLUNTEER: "assisted_desk.page",
    Role.DATA_ENTRY: "paper_desk.page",
    Role.CALLER: "callback_desk.page",
}


def _after_sign_in() -> str:
    return safe_next(request.args.get("next")) or url_for("staff.home")


def _sign_in_page(form: SignInForm, problems: tuple[FormProblem, ...], status: int) -> ResponseReturnValue:
    page = SignInPage(form.email.data or "", problems)
    return render_template("staff/sign_in.html", page=page, csrf=form.csrf_token.current_token), status
