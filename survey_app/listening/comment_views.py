"""`/staff/units/<code>/comments`: what people wrote, for the commune's leader and nobody else."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from config import Settings
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.keys import derive_key, secret_of
from survey_app.languages import current_language
from survey_app.ledger.retention import due_through
from survey_app.listening.cards import days_with_year
from survey_app.listening.comment_weeks import read_comments
from survey_app.listening.figures import ShownWeeks, figures_of
from survey_app.listening.units import ShownUnit, shown_unit
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role

blueprint = Blueprint("comments", __name__, url_prefix="/staff/units/<code>/comments")

WEEKS_SHOWN = 26
KEY_PURPOSE = "order of comments"


@dataclass(frozen=True, slots=True)
class WeeksOption:
    """Weeks to pick, by their last day."""

    last_day: str
    words: str


@dataclass(frozen=True, slots=True)
class CommentsPage:
    """The comments of the weeks picked (None: there are none yet), and what can be picked."""

    shown: ShownUnit
    options: tuple[WeeksOption, ...]
    picked: str
    days: str
    comments: tuple[str, ...] | None
    minimum_n: int
    monday: str
    """The first Monday of the weeks picked, to open an action from."""


@blueprint.get("")
@allow(Role.LEADER)
def page(code: str) -> ResponseReturnValue:
    """The comments of the newest weeks, or of those that the address names by their last day."""
    clock: Clock = current_app.extensions["clock"]
    settings: Settings = current_app.extensions["settings"]
    asked = request.args.get("week", "")
    with read_connection() as connection:
        shown = shown_unit(connection, code, clock.today())
        weeks = _readable_weeks(connection, shown, clock.today(), settings)
    options = tuple(WeeksOption(one.last_day.isoformat(), _days(one)) for one in weeks)
    if not weeks:
        return _show(CommentsPage(shown, (), "", "", None, settings.minimum_n, ""))
    picked = next((one for one in weeks if one.last_day.isoformat() == asked), None if asked else weeks[0])
    if picked is None:
        abort(404)
    key = derive_key(secret_of(settings), KEY_PURPOSE)
    with write_transaction() as connection:
        found = read_comments(connection, shown.unit, picked, key, actor=current_staff().email, at=clock.now())
    last_day, monday = picked.last_day.isoformat(), picked.first_day.isoformat()
    return _show(CommentsPage(shown, options, last_day, _days(picked), found.comments, settings.minimum_n, monday))


def _readable_weeks(connection: Connection, shown: ShownUnit, today: date, settings: Settings) -> list[ShownWeeks]:
    """The weeks whose comments are not past their time yet, newest first; 403 for whoever does not lead the commune."""
    if not shown.reads_comments:
        abort(403)
    kept_from = due_through(today, settings.comments_kept_months)
    found = figures_of(current_app).shown_weeks(connection, shown.unit.id, kept_from)
    return [*reversed(found)][:WEEKS_SHOWN]


def _days(weeks: ShownWeeks) -> str:
    return days_with_year(weeks.first_day, weeks.last_day, current_language())


def _show(made: CommentsPage) -> ResponseReturnValue:
    return render_template("listening/comments.html", page=made)
