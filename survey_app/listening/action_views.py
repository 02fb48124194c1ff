"""`/staff/listening` and a commune's actions: what people said, what was done, whether the index moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import current_language, format_day, translate
from survey_app.listening.action_form import ActionForm, empty_form, form_of, read_form
from survey_app.listening.actions import (
    Action,
    NewerVersion,
    Origin,
    Version,
    action_of,
    actions_of,
    change_action,
    open_action,
    versions_of,
)
from survey_app.listening.cards import ActionCard, action_cards, week_words
from survey_app.listening.figures import figures_of
from survey_app.listening.models import ACTION_STATES, CATEGORIES, LONGEST_OWNER, LONGEST_TEXT, LONGEST_TITLE, SOURCES
from survey_app.listening.public_words import day_typed
from survey_app.listening.units import READERS, ShownUnit, shown_unit
from survey_app.staff.access import allow, current_staff
from survey_app.staff.communes import list_communes, unit_code_of
from survey_app.staff.roles import Role

blueprint = Blueprint("listening", __name__, url_prefix="/staff")


@dataclass(frozen=True, slots=True)
class ActionsPage:
    """The actions of a commune."""

    shown: ShownUnit
    actions: tuple[ActionCard, ...]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of an action in the list of all: what it said of the state, by whom, on which day."""

    number: int
    title: str
    state: str
    published: bool
    who: str
    day: str


@dataclass(frozen=True, slots=True)
class ActionPage:
    """The form of an action, new or known, with what it was opened from and its versions."""

    shown: ShownUnit
    form: ActionForm
    origin: Origin
    origin_words: str
    action: Action | None = None
    versions: tuple[VersionLine, ...] = ()
    clash: bool = False
    categories: tuple[str, ...] = CATEGORIES
    states: tuple[str, ...] = ACTION_STATES
    longest_title: int = LONGEST_TITLE
    longest_text: int = LONGEST_TEXT
    longest_owner: int = LONGEST_OWNER

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong, by field."""
        return dict(self.form.problems)


@blueprint.get("/listening")
@allow(*READERS)
def home() -> ResponseReturnValue:
    """A leader's own commune; all communes, to choose from, for others."""
    member = current_staff()
    if member.roles == {Role.LEADER} and member.unit_id is not None:
        return redirect(url_for("listening.actions", code=unit_code_of(member.unit_id)), 303)
    page = list_communes(request.args.get("q", ""), _clock().today(), member.roles)
    return render_template("listening/home.html", page=page)


@blueprint.get("/units/<code>/actions")
@allow(*READERS)
def actions(code: str) -> ResponseReturnValue:
    """What the commune does about what people said."""
    today, figures = _clock().today(), figures_of(current_app)
    with read_connection() as connection:
        shown = shown_unit(connection, code, today)
        found = actions_of(connection, shown.unit.id, published_only=False)
        cards = action_cards(found, today, current_language(), figures.movements(connection))
    return render_template("listening/actions.html", page=ActionsPage(shown, cards))


@blueprint.get("/units/<code>/actions/new")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def new_action(code: str) -> ResponseReturnValue:
    """An empty form; the address says what the action is opened from (`source`, `item`, `week`)."""
    today = _clock().today()
    with read_connection() as connection:
        shown = shown_unit(connection, code, today)
    return render_template("listening/action.html", page=_new_page(shown, empty_form(today)))


@blueprint.post("/units/<code>/actions/new")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def open_new_action(code: str) -> ResponseReturnValue:
    """Open the action; or the form again with what was typed."""
    now = _clock().now()
    with write_transaction() as connection:
        shown = shown_unit(connection, code, now.date())
        form = read_form(request.form, now.date())
        if form.content is None:
            return render_template("listening/action.html", page=_new_page(shown, form)), 422
        open_action(connection, shown.unit, _origin(), form.content, actor=current_staff().email, at=now)
    flash("listening.action.opened")
    return redirect(url_for("listening.actions", code=shown.code), 303)


@blueprint.get("/units/<code>/actions/<int(max=2147483647):action_id>")
@allow(*READERS)
def action(code: str, action_id: int) -> ResponseReturnValue:
    """One action with all its versions, and its form for whoever may change it."""
    with read_connection() as connection:
        shown = shown_unit(connection, code, _clock().today())
        known = action_of(connection, action_id)
        if known is None or known.unit_id != shown.unit.id:
            abort(404)
        page = _known_page(shown, known, form_of(known.content), versions_of(connection, known.id))
    return render_template("listening/action.html", page=page)


@blueprint.post("/units/<code>/actions/<int(max=2147483647):action_id>")
@allow(Role.LEADER, Role.ADMINISTRATOR)
def change(code: str, action_id: int) -> ResponseReturnValue:
    """Write a version; or the form again with what was typed, also when somebody else wrote one meanwhile (409)."""
    now, seen = _clock().now(), request.form.get("number", 0, type=int)
    form = read_form(request.form, now.date())
    try:
        with write_transaction() as connection:
            shown = shown_unit(connection, code, now.date())
            known = action_of(connection, action_id)
            if known is None or known.unit_id != shown.unit.id:
                abort(404)
            if form.content is None:
                page = _known_page(shown, known, form, versions_of(connection, known.id))
                return render_template("listening/action.html", page=page), 422
            by = current_staff().email
            change_action(connection, shown.unit, known, form.content, seen=seen, actor=by, at=now)
    except NewerVersion:
        return _clash(code, action_id, form)
    flash("listening.action.changed")
    return redirect(url_for("listening.actions", code=shown.code), 303)


def _clash(code: str, action_id: int, form: ActionForm) -> ResponseReturnValue:
    with read_connection() as connection:
        shown = shown_unit(connection, code, _clock().today())
        known = action_of(connection, action_id) or abort(404)
        page = _known_page(shown, known, form, versions_of(connection, known.id), clash=True)
    return render_template("listening/action.html", page=page), 409


def _new_page(shown: ShownUnit, form: ActionForm) -> ActionPage:
    origin = _origin()
    return ActionPage(shown, form, origin, _origin_words(origin))


def _known_page(
    shown: ShownUnit, known: Action, form: ActionForm, versions: Sequence[Version], clash: bool = False
) -> ActionPage:
    lines = tuple(
        VersionLine(
            number=one.number,
            title=one.content.title,
            state=translate(f"listening.action_state.{one.content.state}"),
            published=one.content.published,
            who=one.written_by,
            day=format_day(date.fromisoformat(one.written_at[:10])),
        )
        for one in versions
    )
    return ActionPage(shown, form, known.origin, _origin_words(known.origin), known, lines, clash)


def _origin() -> Origin:
    """What the address or form says the action is opened from; anything odd is "other"."""
    source = request.values.get("source", "")
    item, monday = request.values.get("item", ""), day_typed(request.values.get("week", ""))
    if source not in SOURCES or (source == "item" and item not in CATEGORIES):
        return Origin("other")
    return Origin(source, item if source == "item" else None, monday if monday and monday.weekday() == 0 else None)


def _origin_words(origin: Origin) -> str:
    words = translate(f"listening.source.{origin.source}")
    if origin.item:
        words = f"{words}: {translate(f'listening.category.{origin.item}')}"
    return f"{words} ({week_words(origin.monday, current_language())})" if origin.monday else words


def _clock() -> Clock:
    clock: Clock = current_app.extensions["clock"]
    return clock
