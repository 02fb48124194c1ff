"""`/staff/audit-log`: who did what, in words, with its chain; as a file that can be checked without us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config import Settings
from survey_app.audit.audit_log_events import LOG_EXPORTED
from survey_app.audit.csv_export import harmless
from survey_app.audit.download import make_file
from survey_app.audit.event_words import details_in_words
from survey_app.audit_log.files import csv_lines, json_lines
from survey_app.audit_log.log import AuditEvent, AuditHead, BrokenChain, every_event, head, record_event, verify_chain
from survey_app.audit_log.reading import EventFilter, newest_events, recorded_kinds
from survey_app.clock import Clock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import catalogue, current_language, format_day, translate
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role

blueprint = Blueprint("audit_log", __name__, url_prefix="/staff")

READERS = (Role.AUDITOR, Role.INSPECTOR, Role.ADMINISTRATOR)
EVENTS_A_PAGE = 50
LONGEST_FIELD = 80
LARGEST_NUMBER = 2**31 - 1
MIMETYPES = {"csv": "text/csv", "jsonl": "application/jsonl"}
_FIELDS = ("kind", "actor", "unit", "from", "to")


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of event in the list to choose from."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event in words."""

    number: int
    when: str
    words: str
    actor: str
    unit_code: str | None
    details: tuple[tuple[str, str], ...]
    hash: str


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """The end of the chain, and what checking it found: `checked` None: nobody asked; `broken_at`: the first misfit."""

    size: int
    hash: str
    checked: bool | None
    broken_at: int | None


@dataclass(frozen=True, slots=True)
class AuditLogPage:
    """What the page shows: the fields as typed, what is wrong with them, events, and where older ones are."""

    typed: Mapping[str, str]
    problems: Mapping[str, str]
    kinds: tuple[Choice, ...]
    events: tuple[EventLine, ...]
    older: str | None
    newest: str | None
    chain: ChainStatus


@blueprint.get("/audit-log")
@allow(*READERS)
def page() -> ResponseReturnValue:
    """The newest events, or those of the filter; with `verify=1` the chain is recomputed too."""
    typed = {name: _printable(request.args.get(name, "")) for name in _FIELDS}
    wanted, problems = _understood(typed)
    before = request.args.get("before", type=int)
    if before is not None:
        before = max(0, min(before, LARGEST_NUMBER))
    with read_connection() as connection:
        end, kinds = head(connection), recorded_kinds(connection)
        events = [] if problems else newest_events(connection, wanted, EVENTS_A_PAGE + 1, before)
        broken_at = None
        if request.args.get("verify") == "1":
            try:
                verify_chain(connection)
            except BrokenChain as broken:
                broken_at = broken.seq
    if typed["kind"] and typed["kind"] not in kinds:
        kinds = sorted([*kinds, typed["kind"]])
    kept: dict[str, str | int] = {name: value for name, value in typed.items() if value}
    shown = AuditLogPage(
        typed,
        problems,
        tuple(Choice(kind, words_of_kind(kind)) for kind in kinds),
        tuple(_line(event) for event in events[:EVENTS_A_PAGE]),
        _address(kept | {"before": events[EVENTS_A_PAGE - 1].seq}) if len(events) > EVENTS_A_PAGE else None,
        _address(kept) if before is not None else None,
        _chain_status(end, "verify" in request.args, broken_at),
    )
    return render_template("audit/audit_log.html", page=shown), 422 if problems else 200


@blueprint.get("/audit-log.<any(csv, jsonl):file_format>")
@allow(*READERS)
def export(file_format: str) -> Response:
    """The whole log, oldest first, with all its hashes; taking it along is recorded, after what the file holds."""
    settings: Settings = current_app.extensions["settings"]
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:
        end = head(connection)
        events = every_event(connection)
        pieces = json_lines(events) if file_format == "jsonl" else csv_lines(events, harmless)
        made = make_file(lambda file: file.writelines(pieces), settings.instance_dir)
    with made.thrown_away_unless_sent(), write_transaction() as connection:
        record_event(
            connection,
            LOG_EXPORTED,
            actor=current_staff().email,
            at=clock.now(),
            format=file_format,
            size=end.size,
        )
    return made.as_download(f"nhat-ky_{end.size}.{file_format}", MIMETYPES[file_format])


def words_of_kind(kind: str) -> str:
    """What a kind of event is called; its technical name where the catalogue has none (an event of another version)."""
    return catalogue(current_language()).texts.get(f"audit_log.kind.{kind}", kind)


def _line(event: AuditEvent) -> EventLine:
    at = datetime.fromisoformat(event.at)
    return EventLine(
        event.seq,
        f"{format_day(at.date())} {at:%H:%M:%S}",
        words_of_kind(event.kind),
        event.actor,
        event.unit_code,
        details_in_words(event, current_language()),
        event.hash.hex(),
    )


def _address(kept: Mapping[str, str | int]) -> str:
    """The page under the same filter."""
    values: dict[str, Any] = dict(kept)
    return url_for("audit_log.page", **values)


def _chain_status(end: AuditHead, was_checked: bool, broken_at: int | None) -> ChainStatus:
    return ChainStatus(end.size, end.hash.hex(), broken_at is None if was_checked else None, broken_at)


def _understood(typed: Mapping[str, str]) -> tuple[EventFilter, dict[str, str]]:
    problems: dict[str, str] = {}
    first, last = _day(typed, "from", problems), _day(typed, "to", problems)
    if first and last and first > last:
        problems["to"] = translate("audit_log.problem.order")
    kind, actor, unit = (typed[name] or None for name in ("kind", "actor", "unit"))
    return EventFilter(kind, actor, unit, first, last), problems


def _day(typed: Mapping[str, str], name: str, problems: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(typed[name]) if typed[name] else None
    except ValueError:
        problems[name] = translate("audit_log.problem.day", typed=typed[name][:20])
        return None


def _printable(typed: str) -> str:
    return "".join(character for character in typed[:LONGEST_FIELD] if character.isprintable()).strip()
