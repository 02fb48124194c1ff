"""`/staff/cases`: the inspector's queue of comments that go above the commune, and each of them with its steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import format_day, translate
from survey_app.listening.cases import (
    ASSIGNED,
    RECEIVED,
    Case,
    CaseCounts,
    CaseFilter,
    DueTimes,
    Step,
    StepRefused,
    case_of,
    count_cases,
    due_times,
    list_cases,
    read_words,
    steps_of,
    take_step,
)
from survey_app.listening.models import CASE_STATES, LONGEST_REASON
from survey_app.listening.public_words import personal_data_in, tidy
from survey_app.listening.units import name_of
from survey_app.staff.access import allow, current_staff
from survey_app.staff.accounts import StaffMember, all_accounts
from survey_app.staff.notices import Notice
from survey_app.staff.roles import Role
from survey_app.territory.units import codes_by_id, last_known

blueprint = Blueprint("cases", __name__, url_prefix="/staff/cases")

CASES_A_PAGE = 50
LARGEST_PAGE = 1_000_000
SHORTEST_REASON = 5
STATES = ("open", *CASE_STATES, "all")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in words, without its comment."""

    id: int
    place: str
    day: str
    why: str
    state: str
    assignee: str | None
    due: str | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class CasesPage:
    """The queue: its numbers, what was asked for, and the cases of one page of it."""

    counts: CaseCounts
    state: str
    unit: str
    mine: bool
    problem: str | None
    lines: tuple[CaseLine, ...]
    total: int
    older: str | None
    due: DueTimes
    states: tuple[str, ...] = STATES


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step in words."""

    state: str
    assignee: str | None
    reason: str
    who: str
    day: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case: its comment (None: removed), its steps, and the form of the next."""

    line: CaseLine
    words: str | None
    response_id: str
    steps: tuple[StepLine, ...]
    number: int
    next_states: tuple[str, ...]
    inspectors: tuple[str, ...]
    typed: Mapping[str, str]
    problems: Mapping[str, str]
    personal: tuple[str, ...] = ()
    longest: int = LONGEST_REASON


@blueprint.get("")
@allow(Role.INSPECTOR)
def page() -> ResponseReturnValue:
    """The queue, by state, commune, and whose."""
    state = request.args.get("state", "open")
    unit, mine = tidy(request.args.get("unit", ""), 10), "mine" in request.args
    number = max(1, min(request.args.get("page", 1, type=int), LARGEST_PAGE))
    offset, today = (number - 1) * CASES_A_PAGE, _clock().today()
    with read_connection() as connection:
        due = due_times(connection, today)
        counts = count_cases(connection, due, today)
        ids = {code: unit_id for unit_id, code in codes_by_id(connection).items()}
        problem = translate("cases.problem.unit", code=unit) if unit and unit not in ids else None
        chosen = CaseFilter(
            state if state in STATES else "open", ids.get(unit), current_staff().email if mine else None
        )
        found, total = ([], 0) if problem else list_cases(connection, chosen, CASES_A_PAGE, offset)
        lines = _lines(connection, found, today)
    older = None
    if offset + len(found) < total:
        older = url_for("cases.page", state=chosen.state, unit=unit or None, mine=1 if mine else None, page=number + 1)
    shown = CasesPage(counts, chosen.state, unit, mine, problem, lines, total, older, due)
    return render_template("listening/cases.html", page=shown), 422 if problem else 200


@blueprint.get("/<int(max=2147483647):case_id>")
@allow(Role.INSPECTOR)
def case(case_id: int) -> ResponseReturnValue:
    """A case with its comment as it was written; that it was read is recorded."""
    return _show(case_id, {}, {}, ())


@blueprint.post("/<int(max=2147483647):case_id>")
@allow(Role.INSPECTOR)
def step(case_id: int) -> ResponseReturnValue:
    """Take the next step; or the form again with what was typed."""
    names = {"state": 12, "assignee": 255, "reason": LONGEST_REASON}
    typed = {name: tidy(request.form.get(name, ""), longest) for name, longest in names.items()}
    personal = () if request.form.get("confirmed") else personal_data_in([typed["reason"]])
    problems = _problems(typed, personal)
    if problems:
        return _show(case_id, typed, problems, personal, 422)
    assignee = typed["assignee"] if typed["state"] == ASSIGNED else None
    try:
        with write_transaction() as connection:
            known = case_of(connection, case_id) or abort(404)
            by, at = current_staff().email, _clock().now()
            state, reason, seen = typed["state"], typed["reason"], request.form.get("number", -1, type=int)
            take_step(connection, known, state, assignee, reason, seen=seen, actor=by, at=at)
    except StepRefused:
        return _show(case_id, typed, {"state": translate("cases.problem.changed")}, (), 409)
    flash("cases.step_taken")
    return redirect(url_for("cases.case", case_id=case_id), 303)


def notice_of_cases(member: StaffMember) -> Notice | None:
    """What an inspector is told on their first page while cases wait for somebody, or are past their time."""
    if Role.INSPECTOR not in member.roles:
        return None
    with read_connection() as connection:
        today = _clock().today()
        counts = count_cases(connection, due_times(connection, today), today)
    if not counts.received and not counts.late:
        return None
    words = translate("cases.notice", received=counts.received, late=counts.late)
    return Notice(words, url_for("cases.page"))


def _show(
    case_id: int,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    personal: tuple[str, ...],
    status: int = 200,
) -> ResponseReturnValue:
    with write_transaction() as connection:
        known = case_of(connection, case_id) or abort(404)
        words = read_words(connection, known, actor=current_staff().email, at=_clock().now())
        steps = tuple(_step_line(one) for one in steps_of(connection, case_id))
        (line,) = _lines(connection, [known], _clock().today())
    shown = CasePage(
        line=line,
        words=words,
        response_id=known.response_id,
        steps=steps,
        number=known.number,
        next_states=known.next_states,
        inspectors=_inspectors(),
        typed={"state": "", "assignee": current_staff().email, "reason": ""} | dict(typed),
        problems=problems,
        personal=personal,
    )
    return render_template("listening/case.html", page=shown), status


def _problems(typed: Mapping[str, str], personal: tuple[str, ...]) -> dict[str, str]:
    problems: dict[str, str] = {}
    if typed["state"] not in CASE_STATES[1:]:
        problems["state"] = translate("cases.problem.state")
    if typed["state"] == ASSIGNED and typed["assignee"] not in _inspectors():
        problems["assignee"] = translate("cases.problem.assignee")
    if not SHORTEST_REASON <= len(typed["reason"]) <= LONGEST_REASON:
        problems["reason"] = translate("cases.problem.reason", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    if personal:
        problems["confirmed"] = translate("cases.problem.personal")
    return problems


def _inspectors() -> tuple[str, ...]:
    """Who may be given a case."""
    return tuple(one.email for one in all_accounts() if one.active and Role.INSPECTOR.value in one.roles)


def _lines(connection: Connection, cases: Sequence[Case], today: date) -> tuple[CaseLine, ...]:
    units = {unit_id: last_known(connection, unit_id) for unit_id in {one.unit_id for one in cases}}
    due = due_times(connection, today)
    lines = []
    for one in cases:
        unit, due_on = units[one.unit_id], one.due_on(due)
        assert unit is not None, "the case's foreign key points at a unit"
        reasons = [f"cases.answered.{one.answered}"] if one.answered else []
        reasons += [f"cases.allegation.{kind}" for kind in one.allegations]
        lines.append(
            CaseLine(
                id=one.id,
                place=f"{name_of(unit)} ({unit.code})",
                day=format_day(one.day),
                why=" · ".join(translate(key) for key in reasons),
                state=translate(f"cases.state.{one.state}"),
                assignee=one.assignee if one.state != RECEIVED else None,
                due=format_day(due_on) if due_on else None,
                is_late=due_on is not None and due_on < today,
            )
        )
    return tuple(lines)


def _step_line(step: Step) -> StepLine:
    day = format_day(date.fromisoformat(step.taken_at[:10]))
    return StepLine(translate(f"cases.state.{step.state}"), step.assignee, step.reason, step.taken_by, day)


def _clock() -> Clock:
    clock: Clock = current_app.extensions["clock"]
    return clock
