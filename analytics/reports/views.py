"""The weekly sheet of a commune as a file, and the page with which an account leaves the digest."""

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from analytics.dashboards.answers import file_answer, unit_or_404
from analytics.reports import deliveries
from analytics.reports.opting_out import account_in
from analytics.reports.weekly_sheet import SheetKind, draw_sheet, read_sheet
from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.error_pages import error_page
from survey_app.languages import current_language
from survey_app.staff.access import allow, require_unit
from survey_app.staff.roles import READER_ROLES

blueprint = Blueprint("reports", __name__, url_prefix="/staff", template_folder="templates")
MIMETYPES = {SheetKind.PDF: "application/pdf", SheetKind.PNG: "image/png"}


@blueprint.get("/units/<code>/sheet.<any(pdf, png):kind>")
@allow(*READER_ROLES)
def sheet(code: str, kind: str) -> Response:
    """The sheet to hang on the wall or to forward."""
    clock: Clock = current_app.extensions["clock"]
    settings: Settings = current_app.extensions["settings"]
    unit = unit_or_404(code, clock.today())
    require_unit(unit.id)
    with read_connection() as connection:
        content = read_sheet(connection, settings, unit, clock.today(), current_language())
    shown = SheetKind(kind)
    return file_answer(draw_sheet(content, shown), MIMETYPES[shown], f"to-tuan-{code}.{kind}")


@blueprint.get("/digest/leave/<token>")
def leave(token: str) -> ResponseReturnValue:
    """Asks before anything happens: mail programs open links by themselves."""
    return _page(token, left=False)


@blueprint.post("/digest/leave/<token>")
def left(token: str) -> ResponseReturnValue:
    """No digest any more, or (`again`) the digest again; a mail program's own button comes here too (RFC 8058)."""
    account_id = _account(token)
    if account_id is not None:
        with write_transaction() as connection:
            if request.form.get("again"):
                deliveries.opt_in(connection, account_id)
            else:
                deliveries.opt_out(connection, account_id)
    return _page(token, left=True)


def _page(token: str, *, left: bool) -> ResponseReturnValue:
    account_id = _account(token)
    if account_id is None:
        return error_page(current_app, 404, "reports.leave.unknown")
    with read_connection() as connection:
        is_out = account_id in deliveries.opted_out(connection)
    return render_template("reports/leave.html", is_out=is_out, left=left)


def _account(token: str) -> int | None:
    settings: Settings = current_app.extensions["settings"]
    return account_in(settings, token)
