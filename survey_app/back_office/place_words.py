"""How the pages of the back office speak of periods."""

from datetime import date

from survey_app.languages import format_day, translate


def period_words(valid_from: date, valid_to: date | None) -> str:
    """From a day; or from a day until the day before another."""
    if valid_to is None:
        return translate("back_office.period.since", day=format_day(valid_from))
    return translate("back_office.period.until", first=format_day(valid_from), end=format_day(valid_to))


def state_of(valid_from: date, valid_to: date | None, day: date) -> str:
    """open, later, or closed on the day."""
    if day < valid_from:
        return "later"
    return "closed" if valid_to is not None and valid_to <= day else "open"
