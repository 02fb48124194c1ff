"""To the identity provider and back."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from config import Settings
from survey_app.staff.access import safe_next
from survey_app.staff.identity_provider import go_to_provider, is_set_up, sign_in_from_provider
from survey_app.staff.refusals import SignInRefused

blueprint = Blueprint("identity_provider", __name__, url_prefix="/staff/sign-in/provider")
NEXT = "after_provider"
BACK = "/staff/sign-in/provider/back"


@blueprint.get("/")
def go() -> ResponseReturnValue:
    """Off to the provider; the page that was asked for waits in the session."""
    if not is_set_up():
        abort(404)
    settings: Settings = current_app.extensions["settings"]
    session[NEXT] = safe_next(request.args.get("next"))
    try:
        return go_to_provider(f"{settings.public_url}{BACK}")
    except SignInRefused as refused:
        return _refusal(refused)


@blueprint.get("/back")
def back() -> ResponseReturnValue:
    """Back from the provider: in, to the second step, or a page that says why not."""
    if not is_set_up():
        abort(404)
    asked_for = session.pop(NEXT, None)
    try:
        is_in = sign_in_from_provider()
    except SignInRefused as refused:
        return _refusal(refused)
    if not is_in:
        return redirect(url_for("staff.code", next=asked_for), 303)
    return redirect(asked_for or url_for("staff.home"), 303)


def _refusal(refused: SignInRefused) -> ResponseReturnValue:
    return render_template("staff/provider_refused.html", refused=refused), refused.status
