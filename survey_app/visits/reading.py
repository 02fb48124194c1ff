"""From what somebody typed or a program sent to reports: one set of rules for file, API and page."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from sqlalchemy import Connection, select

from survey_app.languages import catalogue
from survey_app.questionnaires.definition import default_questionnaire
from survey_app.territory.models import PremisesRow, ServicePointRow
from survey_app.territory.units import Unit, units_on
from survey_app.visits.counts import Place
from survey_app.visits.models import KINDS, LARGEST_NUMBER
from survey_app.visits.register import WeekReport

LONGEST_SHOWN = 40
_WEEK = re.compile(r"[0-9]{4}-W[0-9]{2}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule: the field to mend, and the key of its words, `visits.rule.<rule>`, with what fills them."""

    where: str
    rule: str
    details: Mapping[str, str] = field(default_factory=dict)

    def words(self, language: str) -> str:
        """What is wrong and what to do, in the language."""
        return catalogue(language).text(f"visits.rule.{self.rule}", **self.details)


@dataclass(frozen=True, slots=True)
class Typed:
    """A report as it came in, as text. `numbers` holds what was given, by kind: an empty text takes a number back."""

    unit: str
    week: str
    numbers: Mapping[str, str]
    premises: str = ""
    service_point: str = ""
    service_domain: str = ""


class ReportReader:
    """Checks reports against the units of their week; reads each week's units once, whatever the number of reports.

    `today` is the present day; `allowed` the ids of the units that the reporter may speak for (None: all).
    """

    def __init__(self, connection: Connection, today: date, allowed: Collection[int] | None = None) -> None:
        self._connection = connection
        self._today = today
        self._allowed = allowed
        self._units: dict[date, dict[str, Unit]] = {}
        self._homes: dict[str, dict[int, tuple[int, int]]] = {}

    def read(self, typed: Typed) -> WeekReport | list[Broken]:
        """The report, or everything that is wrong with it."""
        broken: list[Broken] = []
        monday = self._monday(typed.week, broken)
        unit = self._unit(typed.unit, monday, broken) if monday is not None else None
        numbers = {kind: _number(kind, typed.numbers[kind], broken) for kind in KINDS if kind in typed.numbers}
        if not typed.numbers:
            broken.append(Broken("counter_visits", "no_numbers"))
        place = self._place(unit, typed, broken) if unit is not None else None
        if broken or place is None or monday is None:
            return broken
        return WeekReport(place, monday, numbers)

    def _monday(self, typed: str, broken: list[Broken]) -> date | None:
        monday = _week(typed)
        if monday is None:
            broken.append(Broken("week", "week", {"typed": shown(typed)}))
        elif monday.weekday() != 0:
            first = monday - timedelta(days=monday.weekday())
            broken.append(Broken("week", "not_monday", {"typed": shown(typed), "monday": first.isoformat()}))
        elif monday > self._today:
            broken.append(Broken("week", "future_week", {"typed": shown(typed)}))
        else:
            return monday
        return None

    def _unit(self, code: str, monday: date, broken: list[Broken]) -> Unit | None:
        unit = self._units_of(monday).get(code)
        if unit is None:
            broken.append(Broken("unit", "unknown_unit", {"code": shown(code), "week": monday.isoformat()}))
        elif not unit.is_commune:
            broken.append(Broken("unit", "not_a_commune", {"code": shown(code)}))
        elif self._allowed is not None and unit.id not in self._allowed:
            broken.append(Broken("unit", "not_yours", {"code": shown(code)}))
        else:
            return unit
        return None

    def _units_of(self, monday: date) -> dict[str, Unit]:
        """The units of the week by code: also those that ended or began within it."""
        if monday not in self._units:
            days = (monday, monday + timedelta(days=6))
            self._units[monday] = {unit.code: unit for day in days for unit in units_on(self._connection, day)}
        return self._units[monday]

    def _place(self, unit: Unit, typed: Typed, broken: list[Broken]) -> Place | None:
        if typed.premises and typed.service_point:
            broken.append(Broken("premises", "one_place"))
        elif typed.service_domain:
            return self._domain(unit, typed, broken)
        elif typed.premises:
            return self._part(unit, "premises", typed.premises, broken)
        elif typed.service_point:
            return self._part(unit, "service_point", typed.service_point, broken)
        else:
            return Place(unit.id)
        return None

    def _domain(self, unit: Unit, typed: Typed, broken: list[Broken]) -> Place | None:
        if typed.premises or typed.service_point:
            broken.append(Broken("service_domain", "domain_of_the_unit"))
        elif typed.service_domain not in service_domains():
            known = ", ".join(service_domains())
            broken.append(
                Broken("service_domain", "unknown_domain", {"typed": shown(typed.service_domain), "known": known})
            )
        else:
            return Place(unit.id, service_domain=typed.service_domain)
        return None

    def _part(self, unit: Unit, what: str, typed: str, broken: list[Broken]) -> Place | None:
        number = int(typed) if _WHOLE.fullmatch(typed) else None
        if number is None or number not in self._parts_of(what) or self._parts_of(what)[number][1] != unit.id:
            broken.append(Broken(what, f"unknown_{what}", {"typed": shown(typed), "code": unit.code}))
            return None
        return Place(unit.id, number, None) if what == "premises" else Place(unit.id, None, number)

    def _parts_of(self, what: str) -> dict[int, tuple[int, int]]:
        """Premises and unit of every place of the kind, by its id; one query, and only where places are named."""
        if what not in self._homes:
            statement = select(PremisesRow.id, PremisesRow.id.label("premises_id"), PremisesRow.unit_id)
            if what == "service_point":
                statement = select(ServicePointRow.id, ServicePointRow.premises_id, PremisesRow.unit_id).join(
                    PremisesRow, PremisesRow.id == ServicePointRow.premises_id
                )
            rows = self._connection.execute(statement)
            self._homes[what] = {row.id: (row.premises_id, row.unit_id) for row in rows}
        return self._homes[what]


def service_domains() -> tuple[str, ...]:
    """The names of service domains that visits can be told by: those that answers can name."""
    return tuple(_domain_words())


def domain_words(language: str) -> dict[str, str]:
    """What each service domain is called, in the order in which citizens are asked."""
    return {name: words[language] for name, words in _domain_words().items()}


@cache
def _domain_words() -> Mapping[str, Mapping[str, str]]:
    (item,) = (item for item in default_questionnaire().items if item.slot == "service_domain")
    return {option.value: option.text for option in item.options}


def shown(text: str) -> str:
    """What was typed, short and printable, for a message about it."""
    printable = "".join(character for character in text.strip() if character.isprintable())
    return printable if len(printable) <= LONGEST_SHOWN else printable[:LONGEST_SHOWN] + "…"


def _week(typed: str) -> date | None:
    """The day written 2026-11-16, or the Monday of the ISO week written 2026-W47."""
    try:
        if _WEEK.fullmatch(typed):
            return date.fromisoformat(f"{typed}-1")
        return date.fromisoformat(typed) if _DAY.fullmatch(typed) else None
    except ValueError:
        return None


def _number(kind: str, typed: str, broken: list[Broken]) -> int | None:
    text = typed.strip()
    if not text:
        return None
    number = int(text) if _WHOLE.fullmatch(text) else None
    if number is None or number > LARGEST_NUMBER:
        broken.append(Broken(kind, "number", {"typed": shown(typed)}))
    return number
