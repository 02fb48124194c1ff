"""What a program asks for, read from the query: good values, or an answer that says which one is not and why.

`Refused` ends a request with problem+json (RFC 7807) in the language of the request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import Flask, Request, Response

from analytics.open_data.results import POPULATIONS, SPANS, Asked
from analytics.published.unions import Span
from analytics.statistics.periods import PeriodKind, period_of_day
from survey_app.error_pages import error_page

LARGEST_LIMIT, USUAL_LIMIT, LARGEST_OFFSET = 500, 100, 1_000_000
RETRY_SECONDS = "60"
T = TypeVar("T")
FIRST_YEAR, LAST_YEAR = 2024, 2100
LONGEST_SEARCH, LONGEST_SAID = 80, 40


class Refused(Exception):
    """The request cannot be answered. `key` names title and text in the catalogue."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        self.status, self.key, self.values = status, key, values
        super().__init__(key)

    def response(self, app: Flask) -> Response:
        """The problem as the program gets it."""
        response = error_page(app, self.status, f"open_data.problem.{self.key}", **self.values)
        if self.status == 429:
            response.headers["Retry-After"] = RETRY_SECONDS
        return response


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    limit: int
    offset: int

    def of(self, everything: Sequence[T]) -> Sequence[T]:
        """That part."""
        return everything[self.offset : self.offset + self.limit]

    def document(self, total: int) -> dict[str, Any]:
        """What is said of it beside the list."""
        return {"total": total, "limit": self.limit, "offset": self.offset}


def asked_page(request: Request) -> Page:
    """`limit` and `offset`. Raises `Refused`."""
    return Page(
        _number(request, "limit", 1, LARGEST_LIMIT, USUAL_LIMIT), _number(request, "offset", 0, LARGEST_OFFSET, 0)
    )


def asked_search(request: Request) -> str:
    """`q`: a name, with or without diacritics, or the beginning of a code; empty: all. Raises `Refused`."""
    typed = request.args.get("q", "")
    if len(typed) > LONGEST_SEARCH:
        raise Refused(422, "long", name="q", most=LONGEST_SEARCH)
    return "".join(character for character in typed if character.isprintable()).strip()


def asked_day(request: Request, name: str) -> date | None:
    """A day, YYYY-MM-DD; None where it is not asked for. Raises `Refused`."""
    typed = request.args.get(name)
    if typed is None:
        return None
    try:
        if len(typed) == len("2026-11-24"):
            return date.fromisoformat(typed)
    except ValueError:
        pass
    raise Refused(422, "day", name=name, typed=_said(typed))


def asked_results(request: Request) -> Asked:
    """`period`, `population`, `from`, `to`. Raises `Refused`."""
    span = asked_span(request)
    population = _one_of(request, "population", list(POPULATIONS))
    first_day, last_day = asked_day(request, "from"), asked_day(request, "to")
    if first_day is not None and last_day is not None and first_day > last_day:
        raise Refused(422, "order")
    return Asked(span, population, first_day, last_day)


def asked_span(request: Request) -> Span:
    """`period`: week, unless said otherwise. Raises `Refused`."""
    return Span(_one_of(request, "period", [span.value for span in SPANS]))


def asked_days(request: Request, newest: date) -> tuple[date, date]:
    """`year` (that of the newest day, unless said otherwise) and `quarter` as days. Raises `Refused`."""
    year = _number(request, "year", FIRST_YEAR, LAST_YEAR, newest.year)
    if "quarter" not in request.args:
        return date(year, 1, 1), date(year, 12, 31)
    month = 3 * _number(request, "quarter", 1, 4, 1)
    period = period_of_day(date(year, month, 1), PeriodKind.QUARTER)
    return period.first_day, period.last_day


def _number(request: Request, name: str, least: int, most: int, usual: int) -> int:
    typed = request.args.get(name)
    if typed is None:
        return usual
    if typed.isascii() and typed.isdigit() and len(typed) <= len(str(most)) and least <= int(typed) <= most:
        return int(typed)
    raise Refused(422, "number", name=name, typed=_said(typed), least=least, most=most)


def _one_of(request: Request, name: str, choices: Sequence[str]) -> str:
    typed = request.args.get(name, choices[0])
    if typed not in choices:
        raise Refused(422, "choice", name=name, typed=_said(typed), choices=", ".join(choices))
    return typed


def _said(typed: str) -> str:
    return "".join(character for character in typed if character.isprintable())[:LONGEST_SAID]
