"""The page on which a commune's usual level is set anew: what it would change first, then the reason, kept for good."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from analytics.findings.bases import SHORTEST_REASON, Base, BaseRefused, read_history, rebase
from analytics.findings.models import LONGEST_REASON
from analytics.findings.rebasing import Rebasing, try_rebasing
from analytics.findings.signals import PointSignal
from analytics.statistics.periods import WEEK, monday_of
from survey_app.clock import Clock
from survey_app.counter_desk.unit_choice import UnitChoice, choose_unit
from survey_app.database import read_connection, write_transaction
from survey_app.languages import format_day, format_days, format_number, translate
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role

blueprint = Blueprint("rebase", __name__, url_prefix="/staff/findings/rebase", template_folder="templates")
WEEKS_OFFERED = 104
LONGEST_FIELD = 20
FIELD_OF_KEY = {"findings.rebase.reason": "reason"}


@dataclass(frozen=True, slots=True)
class WeekOption:
    """A week to pick: its Monday, and how it is called."""

    monday: str
    words: str


@dataclass(frozen=True, slots=True)
class BaseLine:
    """A base that was set: from which day on, who said so and when, and why."""

    from_day: str
    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """The newest point by one of the two bases, in words."""

    base: str
    usual: str
    verdict: str


@dataclass(frozen=True, slots=True)
class RebasePage:
    """What the page shows. `before` and `after` stand only once a week was picked; `newest` says which point it is."""

    choice: UnitChoice
    weeks: tuple[WeekOption, ...] = ()
    week: str = ""
    history: tuple[BaseLine, ...] = ()
    newest: str = ""
    before: Judged | None = None
    after: Judged | None = None
    waiting: str = ""
    reason: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    saved: bool = False
    shortest_reason: int = SHORTEST_REASON
    longest_reason: int = LONGEST_REASON


@blueprint.get("")
@allow(Role.ADMINISTRATOR, Role.PROVINCE)
def page() -> ResponseReturnValue:
    """Which commune, which week, and what it would change. Nothing is written."""
    today = _clock().today()
    with read_connection() as connection:
        choice = choose_unit(connection, current_staff(), request.args.get("unit", ""), today)
        week = request.args.get("week", "")[:LONGEST_FIELD]
        shown = _page(connection, choice, week, today, saved="saved" in request.args)
    return render_template("dashboards/rebase.html", page=shown)


@blueprint.post("")
@allow(Role.ADMINISTRATOR, Role.PROVINCE)
def record() -> ResponseReturnValue:
    """Set the base anew, with its event; or the page again with what was typed and what is wrong."""
    now = _clock().now()
    week, reason = request.form.get("week", "")[:LONGEST_FIELD], request.form.get("reason", "")
    with write_transaction() as connection:
        choice = choose_unit(connection, current_staff(), request.form.get("unit", ""), now.date())
        try:
            _rebase(connection, choice, week, reason, now)
        except BaseRefused as refused:
            problems = {FIELD_OF_KEY.get(refused.key, "week"): translate(refused.key)}
            shown = _page(connection, choice, week, now.date(), reason=reason, problems=problems)
            return render_template("dashboards/rebase.html", page=shown), 422
    return redirect(url_for("rebase.page", unit=choice.code, saved=1), 303)


def _rebase(connection: Connection, choice: UnitChoice, week: str, reason: str, now: datetime) -> None:
    monday = _day(week)
    if choice.unit is None:
        raise BaseRefused("findings.rebase.no_unit")
    if monday is None:
        raise BaseRefused("findings.rebase.not_monday")
    rebase(connection, choice.unit, monday, reason, actor=current_staff().email, at=now)


def _page(
    connection: Connection,
    choice: UnitChoice,
    week: str,
    today: date,
    *,
    reason: str = "",
    problems: dict[str, str] | None = None,
    saved: bool = False,
) -> RebasePage:
    if choice.unit is None:
        return RebasePage(choice, problems=problems or {})
    running = monday_of(today)
    mondays = [running - number * WEEK for number in range(WEEKS_OFFERED)]
    offered = [monday for monday in mondays if monday + timedelta(days=6) >= choice.unit.valid_from]
    picked = next((monday for monday in offered if monday.isoformat() == week), None)
    tried = None if picked is None else try_rebasing(connection, choice.unit, picked, today)
    return RebasePage(
        choice,
        weeks=tuple(WeekOption(monday.isoformat(), _week_words(monday)) for monday in offered),
        week="" if picked is None else week,
        history=tuple(_line(base) for base in read_history(connection, choice.unit.id)),
        newest=_newest(tried.before) if tried else "",
        before=_judged(tried.before) if tried else None,
        after=_judged(tried.after) if tried else None,
        waiting=_waiting(tried, picked),
        reason=reason,
        problems=problems or {},
        saved=saved,
    )


def _line(base: Base) -> BaseLine:
    recorded = format_day(datetime.fromisoformat(base.recorded_at).date())
    origin = translate("findings.rebase.origin", who=base.recorded_by, day=recorded)
    return BaseLine(format_day(base.monday), origin, base.reason)


def _newest(signal: PointSignal) -> str:
    return translate(
        "findings.rebase.newest",
        days=format_days(signal.first_day, signal.last_day),
        percent=format_number(signal.percent),
        n=format_number(signal.n),
    )


def _judged(signal: PointSignal) -> Judged:
    base = "–"
    if signal.base_first_day is not None and signal.base_last_day is not None:
        days = f"{format_day(signal.base_first_day)}–{format_day(signal.base_last_day)}"
        base = translate("findings.rebase.base", days=days, count=signal.base_points)
    usual = "–"
    if signal.usual_low is not None and signal.usual_high is not None:
        low, high = (format_number(end) for end in (signal.usual_low, signal.usual_high))
        usual = f"{low}–{high}%"
    return Judged(base, usual, translate(f"findings.rebase.verdict.{signal.verdict.value}"))


def _waiting(tried: Rebasing | None, picked: date | None) -> str:
    if picked is None:
        return ""
    if tried is None:
        return translate("findings.rebase.nothing_published")
    if tried.is_judged_after:
        return ""
    return translate("findings.rebase.waiting", points=tried.points, needed=tried.needed)


def _week_words(monday: date) -> str:
    sunday = monday + timedelta(days=6)
    return translate("findings.rebase.week_words", days=format_days(monday, sunday), year=sunday.year)


def _day(week: str) -> date | None:
    try:
        return date.fromisoformat(week)
    except ValueError:
        return None


def _clock() -> Clock:
    clock: Clock = current_app.extensions["clock"]
    return clock
