"""What an auditor asks for, read from an address or a command line, with everything wrong said at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from survey_app.audit.export_rows import ExportFilter
from survey_app.languages import format_day, translate
from survey_app.ledger.manifest import ExportedRange, SealedLog
from survey_app.ledger.sealed_log import sealed_log
from survey_app.responses.reader import CHANNELS, Selection
from survey_app.territory.history import units_within, with_predecessors
from survey_app.territory.units import codes_by_id

SHORTEST_REASON = 5
LONGEST_REASON = 300
MOST_UNITS = 200
"""More units than anybody ticks one by one; whoever wants all says none."""
LONGEST_FIELD = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields as typed. No unit, or no channel: all of them."""

    units: tuple[str, ...] = ()
    predecessors: bool = False
    first_day: str = ""
    last_day: str = ""
    channels: tuple[str, ...] = ()
    reason: str = ""
    comments: bool = False
    comments_reason: str = ""

    @classmethod
    def of(cls, values: MultiDict[str, str]) -> "Asked":
        """Read the fields of an address: unit and channel may come several times."""
        return cls(
            _several(values, "unit"),
            values.get("predecessors", "") == "1",
            _printable(values.get("from", ""))[:LONGEST_FIELD],
            _printable(values.get("to", ""))[:LONGEST_FIELD],
            _several(values, "channel"),
            _printable(values.get("reason", ""))[: LONGEST_REASON + 1],
            values.get("comments", "") == "1",
            _printable(values.get("comments_reason", ""))[: LONGEST_REASON + 1],
        )

    @property
    def address_fields(self) -> dict[str, Any]:
        """What `of` reads again, without what is empty."""
        fields: dict[str, Any] = {
            "unit": list(self.units),
            "predecessors": "1" if self.predecessors else "",
            "from": self.first_day,
            "to": self.last_day,
            "channel": list(self.channels),
            "reason": self.reason,
            "comments": "1" if self.comments else "",
            "comments_reason": self.comments_reason if self.comments else "",
        }
        return {name: value for name, value in fields.items() if value}

    @property
    def event_fields(self) -> dict[str, Any]:
        """The same as the audit log holds it."""
        return {
            "units": list(self.units),
            "with_predecessors": self.predecessors,
            "from": self.first_day or None,
            "to": self.last_day or None,
            "channels": list(self.channels),
            "reason": self.reason,
            "comments_reason": self.comments_reason if self.comments else None,
        }


@dataclass(frozen=True, slots=True)
class Understood:
    """What was asked, and what is wrong with it: sentences by field id.

    `sealed`: what of it is in the sealed log, for the manifest; None where nothing is.
    """

    wanted: ExportFilter = field(default_factory=lambda: ExportFilter(Selection()))
    problems: Mapping[str, str] = field(default_factory=dict)
    sealed: ExportedRange | None = None


def understand(
    connection: Connection, asked: Asked, *, with_reasons: bool = True, sealed_only: bool = True
) -> Understood:
    """Check the fields. Units are known by their code, ended ones too: their answers are still in the book.

    Days outside the sealed log are left out, so that what is asked without a last day ends with the newest sealed one.
    """
    problems: dict[str, str] = {}
    first = _day(asked.first_day, "from", problems)
    last = _day(asked.last_day, "to", problems)
    if first and last and first > last:
        problems["to"] = translate("audit.problem.order")
    log = sealed_log(connection)
    within = None if problems or log is None else _sealed_days(log, first, last)
    if within is None and sealed_only and not problems:
        problems["from"] = _not_sealed(log)
    days = within or (first or date.min, last or date.max)
    unit_ids, codes = _units(connection, asked, days, problems)
    channels = _channels(asked, problems)
    if with_reasons:
        problems |= _reason_problems(asked)
    selection = Selection(*(days if sealed_only else (first, last)), unit_ids, channels)
    rows = {} if channels is None else {"channel": sorted(channels)}
    sealed = None if within is None or problems else ExportedRange(*within, codes, rows, asked.comments)
    return Understood(ExportFilter(selection, asked.comments, sealed_only), problems, sealed)


def _sealed_days(log: SealedLog, first: date | None, last: date | None) -> tuple[date, date] | None:
    """The first and last of these days that are sealed; None when none is."""
    within = max(first or log.first_day, log.first_day), min(last or _last_day(log), _last_day(log))
    return within if within[0] <= within[1] else None


def _last_day(log: SealedLog) -> date:
    return log.first_day + timedelta(days=log.tree.size - 1)


def _not_sealed(log: SealedLog | None) -> str:
    if log is None:
        return translate("audit.problem.nothing_sealed")
    return translate("audit.problem.not_sealed", first=format_day(log.first_day), last=format_day(_last_day(log)))


def _units(
    connection: Connection, asked: Asked, days: tuple[date, date], problems: dict[str, str]
) -> tuple[frozenset[int] | None, frozenset[str] | None]:
    """The units asked for by id and by code: with all below them, and with whose place they took if that was asked."""
    if not asked.units:
        return None, None
    codes = codes_by_id(connection)
    ids = {code: unit_id for unit_id, code in codes.items()}
    unknown = [code for code in asked.units if code not in ids]
    if unknown:
        problems["unit"] = translate("audit.problem.unit", code=unknown[0][:20])
        return None, None
    chosen = units_within(connection, {ids[code] for code in asked.units}, *days)
    if asked.predecessors:
        chosen = units_within(connection, with_predecessors(connection, chosen), *days)
    return chosen, frozenset(codes[unit_id] for unit_id in chosen)


def _channels(asked: Asked, problems: dict[str, str]) -> frozenset[str] | None:
    unknown = sorted(set(asked.channels) - set(CHANNELS))
    if unknown:
        problems["channel"] = translate("audit.problem.channel", channel=unknown[0][:20], known=", ".join(CHANNELS))
    chosen = frozenset(asked.channels)
    return None if not chosen or chosen == set(CHANNELS) else chosen


def _several(values: MultiDict[str, str], name: str) -> tuple[str, ...]:
    typed = (_printable(value)[:LONGEST_FIELD] for value in values.getlist(name)[:MOST_UNITS])
    return tuple(dict.fromkeys(filter(None, typed)))


def _printable(typed: str) -> str:
    """What was typed without control characters, which no field needs and no page may hold."""
    return "".join(character for character in typed if character.isprintable()).strip()


def _reason_problems(asked: Asked) -> dict[str, str]:
    problems: dict[str, str] = {}
    for name, reason, needed in (
        ("reason", asked.reason, True),
        ("comments_reason", asked.comments_reason, asked.comments),
    ):
        if needed and not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            problems[name] = translate(f"audit.problem.{name}", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    return problems


def _day(typed: str, name: str, problems: dict[str, str]) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        problems[name] = translate("audit.problem.day", typed=typed[:20])
        return None
