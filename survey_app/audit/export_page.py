"""What the auditor's page shows: the fields as typed, units to choose, what the file will hold, how to take it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from survey_app.audit.export_rows import count_rows
from survey_app.audit.formats import FORMATS, FileFormat
from survey_app.audit.requests import Asked, Understood, understand
from survey_app.languages import current_language, format_day, format_number, translate
from survey_app.ledger.manifest import ExportedRange
from survey_app.responses.reader import CHANNELS
from survey_app.territory.names import unit_names
from survey_app.territory.search import matching
from survey_app.territory.units import Unit

MOST_FOUND = 30
"""More units than anybody reads through; a longer word finds fewer."""
_UNITS_OF_SIZE = ("B", "KB", "MB", "GB")
_PROBLEMS_OF_ROWS = frozenset({"unit", "from", "to", "channel"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick."""

    value: str
    words: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class FormatLinks:
    """Where a file and its manifest are, and about how large the file is."""

    name: str
    words: str
    size: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the file will hold."""

    rows: int
    first_day: date
    last_day: date
    units: int | None
    """How many, with those below them and before them; None: all there are."""


@dataclass(frozen=True, slots=True)
class ExportPage:
    """The whole page. `formats` is empty until everything that a download needs is there."""

    asked: Asked
    search: str
    problems: Mapping[str, str]
    chosen: tuple[Choice, ...]
    found: tuple[Choice, ...]
    more_found: int
    channels: tuple[Choice, ...]
    preview: Preview | None
    formats: tuple[FormatLinks, ...]


def page_of(connection: Connection, asked: Asked, search: str, *, was_asked: bool) -> ExportPage:
    """The page for what was typed. Before anything was asked, nothing is wrong yet and nothing is counted."""
    understood = understand(connection, asked) if was_asked else Understood()
    return page_for(connection, asked, understood, search, was_asked=was_asked)


def page_for(
    connection: Connection, asked: Asked, understood: Understood, search: str = "", *, was_asked: bool = True
) -> ExportPage:
    """The page when it is known what is wrong."""
    units = [unit for versions in unit_names(connection).versions.values() for unit in versions]
    preview = _preview(connection, asked) if was_asked else None
    found = [unit for unit in _latest(matching(units, search)) if unit.code not in asked.units]
    return ExportPage(
        asked,
        search,
        understood.problems,
        tuple(_chosen(units, asked.units)),
        tuple(Choice(unit.code, _words(unit), is_ticked=False) for unit in found[:MOST_FOUND]),
        max(0, len(found) - MOST_FOUND),
        tuple(Choice(one, translate(f"audit.channel.{one}"), one in asked.channels) for one in CHANNELS),
        preview,
        _formats(asked, understood.sealed, preview) if not understood.problems else (),
    )


def file_name(asked: Asked, sealed: ExportedRange, file_format: FileFormat) -> str:
    """What the file is called: which units, from when to when."""
    units = "_".join(asked.units[:3]) + ("_" if len(asked.units) > 3 else "") if asked.units else "tat-ca"
    return f"phieu_{units}_{sealed.first_day}_{sealed.last_day}.{file_format.name}"


def _preview(connection: Connection, asked: Asked) -> Preview | None:
    """What the file would hold, if the units and days are right; a reason may still be missing."""
    understood = understand(connection, asked, with_reasons=False)
    sealed = understood.sealed
    if sealed is None or understood.problems.keys() & _PROBLEMS_OF_ROWS:
        return None
    rows = count_rows(connection, understood.wanted)
    return Preview(rows, sealed.first_day, sealed.last_day, None if sealed.units is None else len(sealed.units))


def _formats(asked: Asked, sealed: ExportedRange | None, preview: Preview | None) -> tuple[FormatLinks, ...]:
    if sealed is None or preview is None:
        return ()
    return tuple(
        FormatLinks(
            one.name,
            translate(f"audit.format.{one.name}"),
            _size(preview.rows * one.bytes_a_row),
            file_name(asked, sealed, one),
        )
        for one in FORMATS.values()
    )


def _size(size: float) -> str:
    """A size as people read it: 1,2 MB."""
    unit = 0
    while size >= 1000 and unit < len(_UNITS_OF_SIZE) - 1:
        size, unit = size / 1000, unit + 1
    return f"{format_number(size, 1 if size < 10 and unit else 0)} {_UNITS_OF_SIZE[unit]}"


def _latest(units: Iterable[Unit]) -> list[Unit]:
    """Each unit once, in its latest version among those given, in their order."""
    latest: dict[int, Unit] = {}
    for unit in units:
        known = latest.get(unit.id)
        if known is None or known.valid_from < unit.valid_from:
            latest[unit.id] = unit
    return list(latest.values())


def _chosen(units: Iterable[Unit], codes: Iterable[str]) -> Iterable[Choice]:
    by_code = {unit.code: unit for unit in _latest(units)}
    for code in codes:
        yield Choice(code, _words(by_code[code]) if code in by_code else code, is_ticked=True)


def _words(unit: Unit) -> str:
    name = unit.full_name if current_language() == "vi" else unit.english_name
    if unit.valid_to is None:
        return f"{name} ({unit.code})"
    return translate("audit.unit.ended", name=name, code=unit.code, day=format_day(unit.valid_to))
