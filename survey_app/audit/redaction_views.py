"""`/staff/redactions`: an inspector finds a comment, reads it, and takes it out of the book, saying why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.languages import current_language, format_day, translate
from survey_app.ledger.redaction import (
    LONGEST_REASON,
    SHORTEST_REASON,
    NoSuchComment,
    ShownComment,
    open_comment,
    open_comments,
    redact_comment,
)
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role
from survey_app.territory.units import Unit, codes_by_id, last_known

blueprint = Blueprint("redactions", __name__, url_prefix="/staff/redactions")

LONGEST_FIELD = 80
_RESPONSE_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment of the list."""

    response_id: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class RedactionsPage:
    """What the page shows: the fields as typed, what is wrong, and the comments found (None: nobody asked yet)."""

    typed: Mapping[str, str]
    problems: Mapping[str, str]
    comments: tuple[CommentLine, ...] | None


@dataclass(frozen=True, slots=True)
class RedactionPage:
    """One comment, about to be redacted: its words, the reason as typed, and what is wrong with it."""

    comment: CommentLine
    reason: str
    problem: str | None
    shortest: int = SHORTEST_REASON
    longest: int = LONGEST_REASON


@blueprint.get("")
@allow(Role.INSPECTOR)
def page() -> ResponseReturnValue:
    """The form; once a day and unit are named, that commune-day's comments. A response id leads to its comment."""
    typed = {name: _printable(request.args.get(name, ""), LONGEST_FIELD) for name in ("response", "unit", "day")}
    if typed["response"]:
        response_id = typed["response"].lower().replace("-", "")
        if _RESPONSE_ID.fullmatch(response_id):
            return redirect(url_for("redactions.comment", response_id=response_id), 303)
        problems = {"response": translate("audit_log.redaction.bad_response")}
        return _list(RedactionsPage(typed, problems, None))
    if not typed["unit"] and not typed["day"]:
        return _list(RedactionsPage(typed, {}, None))
    unit, day, problems = _place(typed)
    if unit is None or day is None:
        return _list(RedactionsPage(typed, problems, None))
    found = open_comments(day, unit.id, current_staff().email, _clock())
    return _list(RedactionsPage(typed, {}, _lines(found)))


@blueprint.get("/<response_id>")
@allow(Role.INSPECTOR)
def comment(response_id: str) -> ResponseReturnValue:
    """One comment with the form that redacts it."""
    if not _RESPONSE_ID.fullmatch(response_id):
        return _gone(response_id)
    try:
        found = open_comment(response_id, current_staff().email, _clock())
    except NoSuchComment:
        return _gone(response_id)
    return render_template("audit/redaction.html", page=RedactionPage(_lines([found])[0], "", None))


@blueprint.post("/<response_id>")
@allow(Role.INSPECTOR)
def redact(response_id: str) -> ResponseReturnValue:
    """Take the comment out; without a reason, the form again."""
    if not _RESPONSE_ID.fullmatch(response_id):
        return _gone(response_id)
    reason, by = _printable(request.form.get("reason", ""), LONGEST_REASON + 1), current_staff().email
    try:
        if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            words = translate("audit_log.redaction.bad_reason", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
            found = open_comment(response_id, by, _clock())
            return render_template("audit/redaction.html", page=RedactionPage(_lines([found])[0], reason, words)), 422
        redact_comment(response_id, reason, by, _clock())
    except NoSuchComment:
        return _gone(response_id)
    flash("audit_log.redaction.done")
    return redirect(url_for("redactions.page"), 303)


def _list(shown: RedactionsPage) -> ResponseReturnValue:
    return render_template("audit/redactions.html", page=shown), 422 if shown.problems else 200


def _gone(response_id: str) -> ResponseReturnValue:
    typed = {"response": _printable(response_id, LONGEST_FIELD), "unit": "", "day": ""}
    problems = {"response": translate("audit_log.redaction.gone")}
    return render_template("audit/redactions.html", page=RedactionsPage(typed, problems, None)), 404


def _place(typed: Mapping[str, str]) -> tuple[Unit | None, date | None, dict[str, str]]:
    problems: dict[str, str] = {}
    unit, day = _unit(typed["unit"]), None
    if unit is None:
        problems["unit"] = translate("audit_log.redaction.bad_unit", code=typed["unit"][:20])
    try:
        day = date.fromisoformat(typed["day"])
    except ValueError:
        problems["day"] = translate("audit_log.problem.day", typed=typed["day"][:20])
    return unit, day, problems


def _unit(code: str) -> Unit | None:
    """Units that are no more have comments too."""
    with read_connection() as connection:
        ids = {of: unit_id for unit_id, of in codes_by_id(connection).items()}
        return last_known(connection, ids[code]) if code in ids else None


def _lines(found: Sequence[ShownComment]) -> tuple[CommentLine, ...]:
    with read_connection() as connection:
        units = {unit_id: last_known(connection, unit_id) for unit_id in {one.unit_id for one in found}}
    return tuple(CommentLine(one.response_id, _place_words(units[one.unit_id], one), one.text) for one in found)


def _place_words(unit: Unit | None, found: ShownComment) -> str:
    assert unit is not None, "the book's foreign key points at a unit"
    name = unit.full_name if current_language() == "vi" else unit.english_name
    return f"{name} ({found.unit_code}), {format_day(found.day)}"


def _printable(typed: str, longest: int) -> str:
    return "".join(character for character in typed if character.isprintable()).strip()[:longest]


def _clock() -> Clock:
    clock: Clock = current_app.extensions["clock"]
    return clock
