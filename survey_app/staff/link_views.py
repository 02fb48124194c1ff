"""Pages without an account: "I forgot my password", and the page behind a link that sets one."""

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.clock import Clock
from survey_app.languages import translate
from survey_app.mail.mailer import mailer_of
from survey_app.staff.account_links import LinkedAccount, LinkGone, account_of_link, set_password_by_link
from survey_app.staff.accounts import AccountError
from survey_app.staff.attempts import ATTEMPTS_KEY, FailedAttempts
from survey_app.staff.forms import EmailForm, FormPage, FormProblem, NewPasswordForm, problems_with
from survey_app.staff.invitations import ask_for_reset
from survey_app.staff.known_devices import network_of
from survey_app.staff.passwords import SHORTEST

blueprint = Blueprint("account_links", __name__, url_prefix="/staff")
LONGEST_TOKEN = 80


@blueprint.route("/sign-in/forgotten", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    """Ask for a link by mail. The answer never tells whether there is such an account."""
    form = EmailForm()
    if request.method != "POST":
        return _forgotten_page(form)
    if not mailer_of(current_app).delivers:
        return _forgotten_page(form), 409
    if not form.validate():
        return _forgotten_page(form, form.problems()), form.status()
    if seconds := _seconds_to_wait():
        problem = FormProblem("email", translate("staff.forgotten.wait", seconds=seconds))
        return _forgotten_page(form, (problem,)), 429
    ask_for_reset(form.email.data or "")
    return render_template("staff/forgotten_sent.html", email=form.email.data or "")


@blueprint.route("/link/<token>", methods=["GET", "POST"])
def open_link(token: str) -> ResponseReturnValue:
    """The form behind a link; sending it sets the password and uses the link up."""
    clock: Clock = current_app.extensions["clock"]
    form = NewPasswordForm()
    try:
        linked = account_of_link(token[:LONGEST_TOKEN], clock.now())
        if request.method != "POST":
            return _link_page(linked, form, ())
        if not form.validate():
            return _link_page(linked, form, form.problems(), form.status())
        try:
            set_password_by_link(token, form.password.data or "", clock.now())
        except AccountError as error:
            return _link_page(linked, form, problems_with("password", error.problems), 422)
    except LinkGone:
        return render_template("staff/link_gone.html", by_mail=mailer_of(current_app).delivers), 410
    flash("staff.link.done")
    return redirect(url_for("staff.sign_in"), 303)


def _seconds_to_wait() -> int:
    """Each letter asked for counts like a wrong password: a network that asks for many has to wait."""
    clock: Clock = current_app.extensions["clock"]
    attempts: FailedAttempts = current_app.extensions[ATTEMPTS_KEY]
    now, source = clock.now().timestamp(), network_of(request.remote_addr or "")
    seconds = attempts.seconds_to_wait("letters", source, now)
    if not seconds:
        attempts.failed("letters", source, now)
    return seconds


def _forgotten_page(form: EmailForm, problems: tuple[FormProblem, ...] = ()) -> str:
    page = FormPage(problems, {"email": form.email.data or ""})
    by_mail = mailer_of(current_app).delivers
    return render_template("staff/forgotten.html", page=page, csrf=form.csrf_token.current_token, by_mail=by_mail)


def _link_page(
    linked: LinkedAccount, form: NewPasswordForm, problems: tuple[FormProblem, ...], status: int = 200
) -> ResponseReturnValue:
    html = render_template(
        "staff/link.html",
        page=FormPage(problems),
        linked=linked,
        shortest=SHORTEST,
        csrf=form.csrf_token.current_token,
    )
    response = make_response(html, status)
    response.headers["Referrer-Policy"] = "no-referrer"  # The address is a key.
    return response
