"""What everybody may do with their own account: password, second factor, codes on paper, sessions in other browsers."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from survey_app.audit_log.log import record_event
from survey_app.clock import Clock
from survey_app.database import write_transaction
from survey_app.languages import translate
from survey_app.staff import authentication
from survey_app.staff.access import allow, current_staff, needs_second_factor
from survey_app.staff.account_changes import change_own_password
from survey_app.staff.accounts import AccountError
from survey_app.staff.audit_events import SESSIONS_ENDED
from survey_app.staff.forms import (
    ChangePasswordForm,
    FormPage,
    FormProblem,
    OwnPasswordForm,
    SecondFactorForm,
    TokenForm,
    problems_with,
)
from survey_app.staff.own_words import OwnAccountPage, own_account_page
from survey_app.staff.passwords import SHORTEST
from survey_app.staff.qr import qr_image
from survey_app.staff.refusals import SignInRefused
from survey_app.staff.roles import ALL_ROLES
from survey_app.staff.second_factor import (
    WrongCode,
    propose,
    renew_codes,
    second_factor_of,
    switch_off,
    switch_on,
)
from survey_app.staff.sessions import end_sessions, sessions_of

blueprint = Blueprint("own_account", __name__, url_prefix="/staff/account")
PROPOSED = "proposed_secret"
LONGEST_REFERENCE = 64


@dataclass(frozen=True, slots=True)
class Setup:
    """What the page shows for a phone to take the secret: a picture of a QR, and the same to type in."""

    image: str
    typed: str


@blueprint.get("/")
@allow(*ALL_ROLES)
def page() -> ResponseReturnValue:
    """The account at a glance, and where each thing is changed."""
    return render_template("staff/own_account.html", page=_page())


@blueprint.route("/password", methods=["GET", "POST"])
@allow(*ALL_ROLES)
def password() -> ResponseReturnValue:
    """Change the password; sessions in other browsers end."""
    form = ChangePasswordForm()
    if request.method != "POST":
        return _password_page()
    if not form.validate():
        return _password_page(form.problems()), form.status()
    try:
        authentication.check_own_password(form.current.data or "")
        change_own_password(
            authentication.own_account_id(), form.password.data or "", authentication.own_session(), _clock().now()
        )
    except SignInRefused as refused:
        return _password_page((FormProblem("current", translate(refused.key, **refused.values)),)), refused.status
    except AccountError as error:
        return _password_page(problems_with("password", error.problems)), 422
    return _done("staff.own.password_done")


@blueprint.route("/second-factor", methods=["GET", "POST"])
@allow(*ALL_ROLES)
def second_factor() -> ResponseReturnValue:
    """Take a second factor: scan the code with a phone, type what it shows."""
    form = SecondFactorForm()
    if request.method != "POST":
        return _second_factor_page()
    if not form.validate():
        return _second_factor_page(form.problems()), form.status()
    try:
        authentication.check_own_password(form.current.data or "")
        codes = switch_on(
            authentication.own_account_id(),
            current_staff().email,
            session.get(PROPOSED, ""),
            form.code.data or "",
            _clock().now(),
        )
    except SignInRefused as refused:
        problem = FormProblem("current", translate(refused.key, **refused.values))
        return _second_factor_page((problem,)), refused.status
    except WrongCode:
        return _second_factor_page((FormProblem("code", translate("staff.second_factor.wrong")),)), 422
    session.pop(PROPOSED, None)
    authentication.note_second_factor(is_on=True)
    return _codes_page(codes, is_new=True)


@blueprint.post("/second-factor/off")
@allow(*ALL_ROLES)
def second_factor_off() -> ResponseReturnValue:
    """Do without a second factor, where the role allows it."""
    if needs_second_factor(current_staff()):
        flash("staff.second_factor.needed")
        return redirect(url_for("own_account.page"), 303)
    if refusal := _refusal_of_own_password():
        return refusal
    email, now = current_staff().email, _clock().now()
    with write_transaction() as connection:
        switch_off(connection, authentication.own_account_id(), email, email, now)
    authentication.note_second_factor(is_on=False)
    return _done("staff.second_factor.off_done")


@blueprint.post("/recovery-codes")
@allow(*ALL_ROLES)
def recovery_codes() -> ResponseReturnValue:
    """New codes for paper, shown once; the old ones are void."""
    if not second_factor_of(authentication.own_account_id()).is_on:
        return redirect(url_for("own_account.second_factor"), 303)
    if refusal := _refusal_of_own_password():
        return refusal
    codes = renew_codes(authentication.own_account_id(), current_staff().email, _clock().now())
    return _codes_page(codes, is_new=False)


@blueprint.post("/sessions/end")
@allow(*ALL_ROLES)
def end_session() -> ResponseReturnValue:
    """End the session of one other browser, or of all others."""
    if not TokenForm().validate():
        return redirect(url_for("own_account.page"), 303)
    reference = request.form.get("reference", "")[:LONGEST_REFERENCE] or None
    with write_transaction() as connection:
        account_id, this = authentication.own_account_id(), authentication.own_session()
        count = end_sessions(connection, account_id, reference=reference, but=this)
        if count:
            record_event(connection, SESSIONS_ENDED, actor=current_staff().email, at=_clock().now(), count=count)
    return _done("staff.own.sessions_done")


def _refusal_of_own_password() -> ResponseReturnValue | None:
    """The page again, where whoever asks does not know the account's password."""
    form = OwnPasswordForm()
    if not form.validate():
        return render_template("staff/own_account.html", page=_page(form.problems())), form.status()
    try:
        authentication.check_own_password(form.current.data or "")
    except SignInRefused as refused:
        problem = FormProblem("current", translate(refused.key, **refused.values))
        return render_template("staff/own_account.html", page=_page((problem,))), refused.status
    return None


def _page(problems: tuple[FormProblem, ...] = ()) -> OwnAccountPage:
    account_id = authentication.own_account_id()
    since = _clock().today() - timedelta(days=1)
    return own_account_page(
        current_staff(),
        second_factor_of(account_id),
        sessions_of(account_id, authentication.own_session(), since),
        FormPage(problems),
        is_needed=needs_second_factor(current_staff()),
        has_password=authentication.has_own_password(),
    )


def _password_page(problems: tuple[FormProblem, ...] = ()) -> str:
    return render_template(
        "staff/own_password.html",
        page=FormPage(problems),
        email=current_staff().email,
        shortest=SHORTEST,
        has_password=authentication.has_own_password(),
    )


def _second_factor_page(problems: tuple[FormProblem, ...] = ()) -> str:
    email = current_staff().email
    proposal = propose(email, session.get(PROPOSED))
    session[PROPOSED] = proposal.sealed
    return render_template(
        "staff/second_factor.html",
        page=FormPage(problems),
        setup=Setup(qr_image(proposal.address), proposal.typed),
        has_password=authentication.has_own_password(),
        is_needed=needs_second_factor(current_staff()),
        is_on=second_factor_of(authentication.own_account_id()).is_on,
    )


def _codes_page(codes: tuple[str, ...], *, is_new: bool) -> ResponseReturnValue:
    return render_template("staff/recovery_codes.html", codes=codes, is_new=is_new, email=current_staff().email)


def _done(key: str) -> ResponseReturnValue:
    flash(key)
    return redirect(url_for("own_account.page"), 303)


def _clock() -> Clock:
    clock: Clock = current_app.extensions["clock"]
    return clock
