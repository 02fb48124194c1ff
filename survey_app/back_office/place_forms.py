"""Forms about places of service: premises and their hours, counters, scan codes."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any, cast

from survey_app.back_office.form_fields import AtMost, Boxes, Day, Needed, OfficeForm, OneOf, Text, Time
from survey_app.languages import translate
from survey_app.territory.opening_hours import WEEKDAYS, Span, Week
from survey_app.territory.service_points import BODIES

_PARTS = ("opens", "closes", "reopens", "recloses")


class PremisesForm(OfficeForm):
    """New premises."""

    name = Text("back_office.premises.name", [Needed(), AtMost(120)])
    address = Text("back_office.premises.address", [AtMost(200)], description="back_office.premises.address_hint")
    valid_from = Day("back_office.field.opens_on", [Needed()])


class PremisesWordsForm(OfficeForm):
    """The words of premises, to be mended."""

    name = Text("back_office.premises.name", [Needed(), AtMost(120)])
    address = Text("back_office.premises.address", [AtMost(200)], description="back_office.premises.address_hint")


class CloseForm(OfficeForm):
    """The day from which something is no more."""

    day = Day("back_office.field.closes_on", [Needed()])


class CounterWordsForm(OfficeForm):
    """The names of a counter."""

    name = Text("back_office.counter.name", [Needed(), AtMost(80)], description="back_office.counter.name_hint")
    name_en = Text("back_office.counter.name_en", [AtMost(80)], description="back_office.counter.name_en_hint")

    @property
    def english(self) -> str:
        """The English name; where none was typed, Quầy 2 is Counter 2."""
        typed, name = self.name_en.data or "", self.name.data or ""
        return typed or (f"Counter {name[5:]}" if name.startswith("Quầy ") else "")

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; an English name must be there or follow from the Vietnamese one."""
        is_right = super().validate(extra_validators)
        if self.name.data and not self.english:
            self.name_en.errors = [translate("back_office.counter.name_en_needed")]
            return False
        return is_right


class BodyForm(OfficeForm):
    """Whose staff sit at a counter from a day on."""

    body = OneOf("back_office.counter.body", description="back_office.counter.body_hint")
    since = Day("back_office.field.from_day", [Needed()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body.offer(body_words())


class DomainsForm(OfficeForm):
    """What people come for at a counter."""

    domains = Boxes("back_office.counter.domains", description="back_office.counter.domains_hint")

    def __init__(self, *args: Any, choices: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.domains.offer(choices)


class CounterForm(CounterWordsForm):
    """A new counter."""

    premises = OneOf("back_office.counter.premises", coerce=int)
    body = OneOf("back_office.counter.body", description="back_office.counter.body_hint", default="commune")
    domains = Boxes("back_office.counter.domains", description="back_office.counter.domains_hint")
    valid_from = Day("back_office.field.opens_on", [Needed()])

    def __init__(self, *args: Any, premises: Mapping[int, str], domains: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.premises.offer(premises)
        self.body.offer(body_words())
        self.domains.offer(domains)


class RotateForm(OfficeForm):
    """The day from which the sheets that hang lead nowhere."""

    closes = Day("back_office.code.closes", [Needed()], description="back_office.code.closes_hint")


class RevokeForm(OfficeForm):
    """A code that leads nowhere from a day on, without another in its place."""

    code = OneOf("back_office.code.code")
    revoked_on = Day("back_office.code.revoked_on", [Needed()])

    def __init__(self, *args: Any, codes: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.offer(codes)


def body_words() -> dict[str, str]:
    """Whose staff may sit at a counter."""
    return {body: translate(f"back_office.body.{body}") for body in BODIES}


class WeekForm(OfficeForm):
    """What every form of a week can do; `HoursForm` adds its fields."""

    valid_from = Day("back_office.field.from_day", [Needed()])

    def of_weekday(self, weekday: int) -> list[Any]:
        """The four fields of a weekday: opens, closes, opens again, closes again."""
        return [self[f"{part}_{weekday}"] for part in _PARTS]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; a span has both ends, and each end comes after the one before."""
        is_right = super().validate(extra_validators)
        for weekday in WEEKDAYS:
            fields = self.of_weekday(weekday)
            minutes = [_minute(field.data) for field in fields]
            if any(field.errors for field in fields):
                continue
            key = _broken_rule(minutes)
            if key is not None:
                fields[0].errors = [translate(key)]
                is_right = False
        return is_right

    @property
    def week(self) -> Week:
        """What a form that `validate` found right says."""
        return {weekday: _spans([_minute(field.data) for field in self.of_weekday(weekday)]) for weekday in WEEKDAYS}


HoursForm = cast(
    type[WeekForm],
    type(
        "HoursForm",
        (WeekForm,),
        {f"{part}_{weekday}": Time(f"back_office.weekday.{weekday}") for weekday in WEEKDAYS for part in _PARTS},
    ),
)
"""The week of premises: four times a day, all may be empty."""


def typed_hours(week: Week) -> dict[str, time]:
    """The week as the form's first values."""
    return {
        f"{part}_{weekday}": time(*divmod(minute, 60))
        for weekday, spans in week.items()
        for part, minute in zip(_PARTS, [one for span in spans for one in span], strict=False)
        if minute < 1440
    }


USUAL_WEEK: Week = {weekday: ((450, 690), (810, 1020)) if weekday < 6 else () for weekday in WEEKDAYS}
"""Offered where nobody has entered hours yet: Monday to Friday 7:30–11:30 and 13:30–17:00."""


def _minute(at: time | None) -> int | None:
    return at.hour * 60 + at.minute if at is not None else None


def _broken_rule(minutes: list[int | None]) -> str | None:
    for start, end in (minutes[:2], minutes[2:]):
        if (start is None) != (end is None):
            return "back_office.hours.half"
    if minutes[0] is None and minutes[2] is not None:
        return "back_office.hours.morning_first"
    there = [minute for minute in minutes if minute is not None]
    return None if there == sorted(set(there)) else "back_office.hours.order"


def _spans(minutes: list[int | None]) -> tuple[Span, ...]:
    pairs = ((minutes[0], minutes[1]), (minutes[2], minutes[3]))
    return tuple((start, end) for start, end in pairs if start is not None and end is not None)


def first_day_of(chosen: date | None) -> date:
    """The day of a field that was found filled."""
    assert chosen is not None, "the field is needed"
    return chosen
