"""A commune's public notes to weeks: written, changed and taken back here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import current_language, translate
from survey_app.listening.cards import NoteLine, note_lines, week_words
from survey_app.listening.models import LONGEST_NOTE, NOTE_KINDS
from survey_app.listening.notes import notes_of, write_note
from survey_app.listening.public_words import personal_data_in, tidy
from survey_app.listening.units import READERS, ShownUnit, shown_unit
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role

blueprint = Blueprint("week_notes", __name__, url_prefix="/staff/units/<code>/notes")

WEEKS_SHOWN = 26
SHORTEST_NOTE = 5


@dataclass(frozen=True, slots=True)
class WeekOption:
    """A week to pick: its Monday, and how it is called."""

    monday: str
    words: str


@dataclass(frozen=True, slots=True)
class NotesPage:
    """A commune's notes, and the form: as typed, with what is wrong by field."""

    shown: ShownUnit
    notes: tuple[NoteLine, ...]
    weeks: tuple[WeekOption, ...]
    typed: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)
    personal: tuple[str, ...] = ()
    kinds: tuple[str, ...] = NOTE_KINDS
    longest: int = LONGEST_NOTE


@blueprint.get("")
@allow(*READERS)
def page(code: str) -> ResponseReturnValue:
    """The notes, and a form for one; the address may name week and kind, whose words then stand in it."""
    with read_connection() as connection:
        shown = shown_unit(connection, code, _today())
        made = _page(connection, shown, None)
    return render_template("listening/notes.html", page=made)


@blueprint.post("")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def write(code: str) -> ResponseReturnValue:
    """Write the note, or take it back when its words are empty; or the form again with what was typed."""
    clock: Clock = current_app.extensions["clock"]
    typed = {name: tidy(request.form.get(name, ""), longest) for name, longest in _FIELDS.items()}
    typed["confirmed"] = "1" if request.form.get("confirmed") else ""
    personal = () if typed["confirmed"] else personal_data_in([typed["text"]])
    try:
        with write_transaction() as connection:
            shown = shown_unit(connection, code, clock.today())
            problems = _problems(typed, personal)
            if problems:
                made = _page(connection, shown, typed, problems, personal)
                return render_template("listening/notes.html", page=made), 422
            monday, text, by = date.fromisoformat(typed["week"]), typed["text"] or None, current_staff().email
            new = write_note(connection, shown.unit, monday, typed["kind"], text, actor=by, at=clock.now())
            if text is None and not new:
                problems = {"text": translate("listening.problem.nothing_to_withdraw")}
                return render_template("listening/notes.html", page=_page(connection, shown, typed, problems)), 422
    except IntegrityError:
        return _clash(code, typed)
    flash("listening.note.written" if typed["text"] else "listening.note.withdrawn")
    return redirect(url_for("week_notes.page", code=shown.code), 303)


_FIELDS = {"week": 10, "kind": 12, "text": LONGEST_NOTE}


def _clash(code: str, typed: Mapping[str, str]) -> ResponseReturnValue:
    """Somebody else wrote the same note at the same time."""
    with read_connection() as connection:
        shown = shown_unit(connection, code, _today())
        made = _page(connection, shown, typed, {"text": translate("listening.problem.clash")})
    return render_template("listening/notes.html", page=made), 409


def _problems(typed: Mapping[str, str], personal: tuple[str, ...]) -> dict[str, str]:
    problems: dict[str, str] = {}
    if typed["week"] not in {monday.isoformat() for monday in _mondays()}:
        problems["week"] = translate("listening.problem.week")
    if typed["kind"] not in NOTE_KINDS:
        problems["kind"] = translate("listening.problem.kind")
    if typed["text"] and not SHORTEST_NOTE <= len(typed["text"]) <= LONGEST_NOTE:
        problems["text"] = translate("listening.problem.text", shortest=SHORTEST_NOTE, longest=LONGEST_NOTE)
    if personal:
        problems["confirmed"] = translate("listening.personal.problem")
    return problems


def _page(
    connection: Connection,
    shown: ShownUnit,
    typed: Mapping[str, str] | None,
    problems: Mapping[str, str] | None = None,
    personal: tuple[str, ...] = (),
) -> NotesPage:
    notes, mondays = notes_of(connection, shown.unit.id), _mondays()
    if typed is None:
        week, kind = request.args.get("week", ""), request.args.get("kind", "")
        known = {(note.monday.isoformat(), note.kind): note.text for note in notes}
        week = week if week in {monday.isoformat() for monday in mondays} else mondays[0].isoformat()
        typed = {"week": week, "kind": kind, "text": known.get((week, kind), ""), "confirmed": ""}
    language = current_language()
    options = tuple(WeekOption(monday.isoformat(), week_words(monday, language)) for monday in mondays)
    return NotesPage(shown, note_lines(notes, language), options, typed, problems or {}, personal)


def _mondays() -> list[date]:
    """The weeks that may be noted to, the running one first."""
    today = _today()
    running = today - timedelta(days=today.weekday())
    return [running - timedelta(weeks=number) for number in range(WEEKS_SHOWN)]


def _today() -> date:
    clock: Clock = current_app.extensions["clock"]
    return clock.today()
