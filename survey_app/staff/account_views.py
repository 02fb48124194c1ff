"""Accounts, for administrators: who is there, inviting, roles, letting in no more, a lost phone.

Leaders see who acts for their unit, and change nothing.
"""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.mail.mailer import mailer_of
from survey_app.staff.access import allow, current_staff
from survey_app.staff.account_changes import reset_second_factor
from survey_app.staff.account_list import account_page, accounts_page
from survey_app.staff.accounts import (
    AccountError,
    ListedAccount,
    account_by_id,
    change_roles,
    disable_account,
    enable_account,
)
from survey_app.staff.forms import FormPage, FormProblem, InvitationForm, RolesForm, problems_with
from survey_app.staff.invitations import Invitation, invite, send_link
from survey_app.staff.roles import Role

blueprint = Blueprint("accounts", __name__, url_prefix="/staff/accounts")
AccountId = "<int(max=2147483647):account_id>"


@blueprint.get("/")
@allow(Role.ADMINISTRATOR, Role.LEADER)
def page() -> ResponseReturnValue:
    """All accounts, and the form to invite; for a leader those of the own unit and below."""
    return _accounts_page(FormPage(), request.args.get("q", ""))


@blueprint.post("/")
@allow(Role.ADMINISTRATOR)
def add() -> ResponseReturnValue:
    """Invite somebody: the account exists from now on, and its password is set behind the link."""
    form = InvitationForm()
    if not form.validate():
        return _accounts_page(_typed(form, form.problems()), chosen=_chosen(form)), form.status()
    try:
        invitation = invite(form.email.data or "", _chosen(form), form.unit.data, current_staff().email)
    except AccountError as error:
        return _accounts_page(_typed(form, _placed(error)), chosen=_chosen(form)), 422
    return _invited(invitation)


@blueprint.get(f"/{AccountId}")
@allow(Role.ADMINISTRATOR)
def account(account_id: int) -> ResponseReturnValue:
    """One account, and what may be done with it."""
    found = _found(account_id)
    return _account_page(found, FormPage(typed={"unit": found.unit_code or ""}), list(found.roles))


@blueprint.post(f"/{AccountId}/roles")
@allow(Role.ADMINISTRATOR)
def roles(account_id: int) -> ResponseReturnValue:
    """Other roles, or another unit."""
    found, form = _found(account_id), RolesForm()
    if not form.validate():
        return _account_page(found, _typed(form, form.problems()), _chosen(form)), form.status()
    try:
        change_roles(found.email, _chosen(form), form.unit.data or None, current_staff().email)
    except AccountError as error:
        return _account_page(found, _typed(form, _placed(error)), _chosen(form)), 422
    return _done(account_id, "staff.accounts.roles_done")


@blueprint.post(f"/{AccountId}/disable")
@allow(Role.ADMINISTRATOR)
def disable(account_id: int) -> ResponseReturnValue:
    """Let the account sign in no more, and end its sessions."""
    found = _found(account_id)
    try:
        disable_account(found.email, current_staff().email)
    except AccountError as error:
        return _refused(found, error)
    return _done(account_id, "staff.accounts.disabled_done")


@blueprint.post(f"/{AccountId}/enable")
@allow(Role.ADMINISTRATOR)
def enable(account_id: int) -> ResponseReturnValue:
    """Let a disabled account sign in again."""
    enable_account(_found(account_id).email, current_staff().email)
    return _done(account_id, "staff.accounts.enabled_done")


@blueprint.post(f"/{AccountId}/link")
@allow(Role.ADMINISTRATOR)
def link(account_id: int) -> ResponseReturnValue:
    """A new invitation, for a lost one or a forgotten password."""
    found = _found(account_id)
    try:
        return _invited(send_link(found.email, current_staff().email))
    except AccountError as error:
        return _refused(found, error)


@blueprint.post(f"/{AccountId}/second-factor-off")
@allow(Role.ADMINISTRATOR)
def second_factor_off(account_id: int) -> ResponseReturnValue:
    """For a lost phone without codes on paper: see who asks before you press. The account's sessions end."""
    reset_second_factor(account_id, current_staff().email)
    return _done(account_id, "staff.accounts.second_factor_done")


def _found(account_id: int) -> ListedAccount:
    return account_by_id(account_id) or abort(404)


def _chosen(form: RolesForm) -> list[str]:
    return form.roles.data or []


def _typed(form: RolesForm, problems: tuple[FormProblem, ...]) -> FormPage:
    email = form.email.data if isinstance(form, InvitationForm) else ""
    return FormPage(problems, {"email": email or "", "unit": form.unit.data or ""})


def _placed(error: AccountError) -> tuple[FormProblem, ...]:
    """Each fault at the field that mends it."""
    at_email, at_unit = {"staff.account.bad_email", "staff.account.exists"}, "unit"
    placed: list[FormProblem] = []
    for fault in error.problems:
        field_id = "email" if fault.key in at_email else "unit" if at_unit in fault.key else "roles"
        placed += problems_with(field_id, [fault])
    return tuple(placed)


def _accounts_page(form: FormPage, typed: str = "", chosen: list[str] | None = None) -> str:
    shown = accounts_page(current_staff(), form, typed, chosen or [])
    by_mail = mailer_of(current_app).delivers
    return render_template("staff/accounts.html", page=shown, by_mail=by_mail)


def _account_page(found: ListedAccount, form: FormPage, chosen: list[str]) -> str:
    return render_template(
        "staff/account.html", page=account_page(found, form, chosen), by_mail=mailer_of(current_app).delivers
    )


def _refused(found: ListedAccount, error: AccountError) -> ResponseReturnValue:
    form = FormPage(problems_with("main", error.problems), {"unit": found.unit_code or ""})
    return _account_page(found, form, list(found.roles)), 409


def _invited(invitation: Invitation) -> ResponseReturnValue:
    return render_template("staff/invited.html", invitation=invitation)


def _done(account_id: int, key: str) -> ResponseReturnValue:
    flash(key)
    return redirect(url_for("accounts.account", account_id=account_id), 303)
