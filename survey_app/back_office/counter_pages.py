"""What the pages about counters show."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from survey_app.back_office.acting import name_of, today, unit_of_page
from survey_app.back_office.form_fields import Wrong
from survey_app.back_office.place_forms import (
    BodyForm,
    CloseForm,
    CounterForm,
    CounterWordsForm,
    DomainsForm,
    RevokeForm,
    RotateForm,
)
from survey_app.back_office.place_words import period_words, state_of
from survey_app.database import read_connection
from survey_app.languages import DEFAULT_LANGUAGE, current_language, format_day, translate
from survey_app.questionnaires.definition import default_questionnaire
from survey_app.questionnaires.publishing import in_force
from survey_app.territory.place_changes import places_of, premises_of
from survey_app.territory.scan_checks import ScanCheck, checks_of
from survey_app.territory.scan_code_register import IssuedCode, codes_of
from survey_app.territory.scan_codes import grouped
from survey_app.territory.service_points import ServicePoint
from survey_app.territory.units import Unit

USUAL_GRACE = timedelta(days=7)
"""For hanging new sheets before the old ones lead nowhere."""


@dataclass(frozen=True, slots=True)
class CounterLine:
    """One line of the list."""

    id: int
    name: str
    name_en: str
    premises: str
    body: str
    domains: str
    state: str
    period: str
    code: str | None


@dataclass(frozen=True, slots=True)
class CounterList:
    """A unit's counters, and the form for more; no form without premises to put a counter in."""

    code: str
    unit: str
    lines: tuple[CounterLine, ...]
    form: CounterForm | None
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A scan code of a counter, with what became of it in words."""

    code: str
    printed: str
    issued: str
    state: str
    """open, closing (revoked from a later day), or closed."""
    words: str
    seen: str | None
    """When and by whom a test scan was seen."""


@dataclass(frozen=True, slots=True)
class CounterPage:
    """One counter and all its forms."""

    id: int
    code: str
    unit: str
    name: str
    counter: ServicePoint
    body_words: str
    period: str
    state: str
    codes: tuple[CodeLine, ...]
    words: CounterWordsForm
    body: BodyForm
    domains: DomainsForm
    close: CloseForm
    rotate: RotateForm
    revoke: RevokeForm
    wrong: tuple[Wrong, ...]

    @property
    def is_ending(self) -> bool:
        """Whether its last day is known."""
        return self.counter.valid_to is not None

    @property
    def open_code(self) -> str | None:
        """The newest code that leads to the survey."""
        return next((line.code for line in self.codes if line.state == "open"), None)


def domain_words(connection: Connection, unit: Unit) -> dict[str, str]:
    """What people may come for: the answers of the questionnaire in force, in the language of the page."""
    stored = in_force(connection, unit.id, unit.parent_id, today())
    questionnaire = stored.questionnaire if stored else default_questionnaire()
    item = questionnaire.item_in("service_domain")
    return {option.value: option.text[current_language()] for option in item.options} if item else {}


def premises_choices(connection: Connection, unit_id: int) -> dict[int, str]:
    """The premises that are open or will be."""
    return {
        each.id: each.name
        for each in premises_of(connection, unit_id)
        if state_of(each.valid_from, each.valid_to, today()) != "closed"
    }


def counter_list(code: str, form: CounterForm | None = None, wrong: tuple[Wrong, ...] = ()) -> CounterList:
    """The page of a unit's counters."""
    now = today()
    with read_connection() as connection:
        unit = unit_of_page(connection, code)
        domains, premises = domain_words(connection, unit), premises_choices(connection, unit.id)
        points = places_of(connection, unit.id, now)
        codes = {point.id: codes_of(connection, point.id) for point in points}
    if form is None and premises:
        name = translate("back_office.counter.usual", number=len(points) + 1)
        form = CounterForm(name=name, premises=premises, domains=domains, valid_from=now)
    lines = tuple(_line(point, domains, _open_code(codes[point.id], now), now) for point in points)
    return CounterList(unit.code, name_of(unit), lines, form if premises else None, wrong)


def counter_page(
    counter: ServicePoint,
    wrong: tuple[Wrong, ...] = (),
    *,
    words: CounterWordsForm | None = None,
    body: BodyForm | None = None,
    domains: DomainsForm | None = None,
    close: CloseForm | None = None,
    rotate: RotateForm | None = None,
    revoke: RevokeForm | None = None,
) -> CounterPage:
    """The page of a counter; a form that was sent stands in the place of a blank one."""
    now = today()
    with read_connection() as connection:
        choices = domain_words(connection, counter.unit)
        codes = codes_of(connection, counter.id)
        checks = checks_of(connection, [each.code for each in codes])
    tomorrow = max(now, counter.valid_from) + timedelta(days=1)
    lines = tuple(_code_line(each, checks.get(each.code), now) for each in codes)
    open_codes = {line.code: line.printed for line in lines if line.state == "open"}
    return CounterPage(
        id=counter.id,
        code=counter.unit.code,
        unit=name_of(counter.unit),
        name=counter.name if current_language() == DEFAULT_LANGUAGE else counter.name_en,
        counter=counter,
        body_words=translate(f"back_office.body.{counter.body}"),
        period=period_words(counter.valid_from, counter.valid_to),
        state=state_of(counter.valid_from, counter.valid_to, now),
        codes=lines,
        words=words or CounterWordsForm(name=counter.name, name_en=counter.name_en),
        body=body or BodyForm(body=counter.body, since=tomorrow),
        domains=domains or DomainsForm(choices=choices, domains=counter.domains),
        close=close or CloseForm(day=tomorrow),
        rotate=rotate or RotateForm(closes=now + USUAL_GRACE),
        revoke=revoke or RevokeForm(codes=open_codes, revoked_on=now),
        wrong=wrong,
    )


def _line(point: ServicePoint, domains: dict[str, str], code: str | None, now: date) -> CounterLine:
    return CounterLine(
        id=point.id,
        name=point.name,
        name_en=point.name_en,
        premises=point.premises.name,
        body=translate(f"back_office.body.{point.body}"),
        domains=", ".join(domains.get(one, one) for one in point.domains)
        or translate("back_office.counter.any_domain"),
        state=state_of(point.valid_from, point.valid_to, now),
        period=period_words(point.valid_from, point.valid_to),
        code=grouped(code) if code else None,
    )


def _open_code(codes: list[IssuedCode], now: date) -> str | None:
    return next((each.code for each in codes if _state(each, now) == "open"), None)


def _code_line(each: IssuedCode, check: ScanCheck | None, now: date) -> CodeLine:
    state = _state(each, now)
    day = format_day(each.revoked_on) if each.revoked_on else ""
    return CodeLine(
        code=each.code,
        printed=grouped(each.code),
        issued=format_day(each.issued_on),
        state=state,
        words=translate(f"back_office.code.state_{state}", day=day),
        seen=translate("back_office.code.seen", day=format_day(check.seen_on), by=check.seen_by) if check else None,
    )


def _state(each: IssuedCode, now: date) -> str:
    if each.revoked_on is None:
        return "open"
    return "closed" if each.revoked_on <= now else "closing"
