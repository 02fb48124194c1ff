"""What an auditor asks for, read from an address or a command line, with everything wrong said at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from survey_app.audit.export_rows import ExportFilter
from survey_app.languages import translate
from survey_app.request_logging import log
from survey_app.responses.reader import Selection
from survey_app.territory.units import codes_by_id

SHORTEST_REASON = 5
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields as typed."""

    unit: str = ""
    first_day: str = ""
    last_day: str = ""
    reason: str = ""
    comments: bool = False
    comments_reason: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Asked":
        """Read the fields of an address: unit, from, to, reason, comments, comments_reason."""
        typed = {name: _printable(values.get(name, "")) for name in ("unit", "from", "to", "reason", "comments_reason")}
        return cls(
            typed["unit"],
            typed["from"],
            typed["to"],
            typed["reason"][: LONGEST_REASON + 1],
            values.get("comments", "") == "1",
            typed["comments_reason"][: LONGEST_REASON + 1],
        )


@dataclass(frozen=True, slots=True)
class Understood:
    """What was asked, and what is wrong with it: sentences by field id."""

    wanted: ExportFilter
    problems: Mapping[str, str] = field(default_factory=dict)


def understand(
    connection: Connection, asked: Asked, *, with_reasons: bool = True, sealed_only: bool = True
) -> Understood:
    """Check the fields. Units are known by their code, ended ones too: their answers are still in the book."""
    problems: dict[str, str] = {}
    ids = {code: unit_id for unit_id, code in codes_by_id(connection).items()}
    unit_ids = None
    if asked.unit:
        if asked.unit in ids:
            unit_ids = frozenset({ids[asked.unit]})
        else:
            problems["unit"] = translate("audit.problem.unit", code=asked.unit[:20])
    first = _day(asked.first_day, "from", problems)
    last = _day(asked.last_day, "to", problems)
    if first and last and first > last:
        problems["to"] = translate("audit.problem.order")
    if with_reasons:
        problems |= _reason_problems(asked)
    return Understood(ExportFilter(Selection(first, last, unit_ids), asked.comments, sealed_only), problems)


def log_export(who: str, at: datetime, asked: Asked, rows: int, *, sealed_only: bool = True) -> None:
    """Record who took which answers, when and why. What cannot be recorded must not be given: call it first."""
    log.info(
        "raw_export",
        at=at.isoformat(timespec="seconds"),
        by=who,
        unit=asked.unit or None,
        first_day=asked.first_day or None,
        last_day=asked.last_day or None,
        comments=asked.comments,
        reason=asked.reason or None,
        comments_reason=asked.comments_reason or None,
        sealed_only=sealed_only,
        rows=rows,
    )


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
