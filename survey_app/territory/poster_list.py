"""Which posters there are to print: service points that are open on a day, with their codes and words."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import Connection

from survey_app.languages import catalogue, format_day
from survey_app.territory.posters import printed_address, scan_address
from survey_app.territory.scan_code_register import current_code
from survey_app.territory.scan_codes import grouped
from survey_app.territory.service_points import ServicePoint, service_points_of
from survey_app.territory.units import Unit, subtree_ids, units_on

_MOTTO = Path(__file__).parent / "data" / "motto.toml"


@dataclass(frozen=True, slots=True)
class CodedPoint:
    """A service point that is open on the day, with the code that its poster shows; None: it has none."""

    point: ServicePoint
    code: str | None


@dataclass(frozen=True, slots=True)
class PosterWords:
    """What a poster says in one language."""

    office: str
    counter: str
    question: str
    call: str
    promise: str
    footer: str


@dataclass(frozen=True, slots=True)
class Poster:
    """Everything on a poster. `address` is in the QR, `printed` is the same for people to compare and to type."""

    address: str
    printed: str
    vietnamese: PosterWords
    english: PosterWords
    motto: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What a list of pages calls it."""
        return f"{self.vietnamese.counter} · {self.vietnamese.office}"


def coded_points(connection: Connection, units: Sequence[Unit], day: date) -> list[CodedPoint]:
    """The service points of these units that are open on the day, unit by unit in their order."""
    return [
        CodedPoint(point, current_code(connection, point.id, day))
        for unit in units
        for point in service_points_of(connection, unit.id, day)
    ]


def units_to_print(connection: Connection, unit: Unit | None, day: date) -> list[Unit]:
    """The unit and all below it on the day, by code; every unit when none is given."""
    below = None if unit is None else subtree_ids(connection, unit.id, day)
    return [one for one in units_on(connection, day) if below is None or one.id in below]


def poster_of(point: ServicePoint, code: str, public_url: str, printed_on: date, *, motto: bool = False) -> Poster:
    """The poster of a service point with this code."""
    printed = printed_address(public_url, code)
    return Poster(
        scan_address(public_url, code),
        printed,
        _words("vi", point.unit.in_sentence, point.name, printed, printed_on),
        _words("en", point.unit.english_name, point.name_en, printed, printed_on),
        motto_lines() if motto else (),
    )


@cache
def motto_lines() -> tuple[str, ...]:
    """The motto in full, a line each."""
    with _MOTTO.open("rb") as file:
        return tuple(tomllib.load(file)["lines"])


def shown_code(code: str) -> str:
    """A code as sheets print it."""
    return grouped(code)


def _words(language: str, unit: str, counter: str, printed: str, printed_on: date) -> PosterWords:
    text = catalogue(language).text
    day = format_day(printed_on, language)
    return PosterWords(
        office=text("poster.office", unit=unit),
        counter=counter,
        question=text("poster.question"),
        call=text("poster.call"),
        promise=text("poster.promise"),
        footer=text("poster.footer", address=printed, service_point=counter, day=day),
    )
