"""An event's details in the words of the page's language: labels instead of keys, words instead of stored values."""

import json
from collections.abc import Mapping
from datetime import date

from survey_app.audit_log.log import AuditEvent
from survey_app.languages import Catalogue, catalogue, format_day

_ROLES, _BODIES, _CHANNELS = "staff.role", "back_office.body", "audit.channel"
_VALUES: Mapping[str, str] = {
    "roles": _ROLES,
    "old_roles": _ROLES,
    "body": _BODIES,
    "channel": _CHANNELS,
    "channels": _CHANNELS,
    "category": "listening.category",
    "note": "listening.note_kind",
    "measure": "back_office.measure",
    "threshold": "back_office.threshold",
    "purpose": "audit_log.purpose",
}
"""Where the catalogue has the words for the values of a detail."""
_VALUES_OF_KIND: Mapping[tuple[str, str], str] = {
    ("cases.step", "state"): "cases.state",
    ("listening.action", "state"): "listening.action_state",
    ("visits.recorded", "source"): "visits.source",
    ("staff.sign_in_failed", "reason"): "audit_log.reason",
}
_LABELS_OF_KIND: Mapping[tuple[str, str], str] = {
    ("premises.hours_set", "before"): "back_office.weekday",
    ("premises.hours_set", "after"): "back_office.weekday",
}
"""Tables whose keys are no names of details."""


def details_in_words(event: AuditEvent, language: str) -> tuple[tuple[str, str], ...]:
    """Label and value of each detail that says something.

    What the catalogue has no words for is shown as it was written: events of other versions must stay readable.
    """
    words = _Words(event.kind, catalogue(language))
    told = {key: value for key, value in event.details.items() if value not in (None, [], {})}
    return tuple((words.label(key), words.value(key, value)) for key, value in sorted(told.items(), key=_place))


def _place(detail: tuple[str, object]) -> str:
    """By key, as the log stores them; but what was stands before what is."""
    return "before_after" if detail[0] == "after" else detail[0]


class _Words:
    """The words of one kind of event."""

    def __init__(self, kind: str, texts: Catalogue) -> None:
        self._kind = kind
        self._texts = texts

    def label(self, key: str) -> str:
        return self._texts.texts.get(f"audit_log.detail.{key}", key)

    def value(self, key: str, value: object) -> str:
        """Days as the language writes them, lists and tables without brackets."""
        if value in (None, "", [], {}):
            return "–"
        if isinstance(value, dict):
            table = _LABELS_OF_KIND.get((self._kind, key))
            return "; ".join(f"{self._name(table, name)}: {self.value(name, one)}" for name, one in value.items())
        if isinstance(value, list):
            return ", ".join(self.value(key, one) for one in value)
        if isinstance(value, bool):
            return self._texts.text("audit_log.shown.yes" if value else "audit_log.shown.no")
        return self._text(key, value) if isinstance(value, str) else json.dumps(value)

    def _text(self, key: str, value: str) -> str:
        prefix = _VALUES_OF_KIND.get((self._kind, key)) or _VALUES.get(key)
        if prefix is not None:
            return self._texts.texts.get(f"{prefix}.{value}", value)
        return _day(value, self._texts.language)

    def _name(self, table: str | None, name: str) -> str:
        return self.label(name) if table is None else self._texts.texts.get(f"{table}.{name}", name)


def _day(value: str, language: str) -> str:
    try:
        # Only the extended form: fromisoformat takes 20261124 for a day too, which may be a number.
        return format_day(date.fromisoformat(value), language) if value[4:5] == value[7:8] == "-" else value
    except ValueError:
        return value
