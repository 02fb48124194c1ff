"""The columns of the raw export (interfaces.md, "Raw export"): the same, in the same order, in every format.

Ratings and choices stand under their item's name. An item lives in one slot for good, and only rows whose questionnaire
has the item fill its column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.questionnaires.items import Item, Questionnaire

BEFORE_ITEMS = (
    "response_id",
    "day",
    "day_part",
    "unit_code",
    "unit_name",
    "service_point_id",
    "service_point",
    "channel",
    "verified",
    "respondent_group",
    "service_domain",
    "questionnaire",
    "questionnaire_hash",
    "language",
)
AFTER_ITEMS = (
    "flags",
    "set_aside",
    "comment",
    "comment_salt",
    "comment_digest",
    "leaf_salt",
    "leaf_hash",
    "sealed",
)
CODED_CHANNEL = "ticket"
"""The channel whose forms carry a transaction code ("verified" in the file, never so in words)."""
_NUMBERS = frozenset({"service_point_id", "verified", "set_aside", "sealed"})


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """A rating's or choice's column and the slot it reads."""

    name: str
    slot: str
    options: tuple[tuple[int, str], ...] | None
    """Codes of a choice with their values; None for a rating, whose score 1 … 5 is written as it is."""


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns of an export of answers to the given questionnaires."""

    ratings: tuple[str, ...]
    choices: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The header."""
        return (*BEFORE_ITEMS, *self.ratings, *self.choices, *AFTER_ITEMS)

    def is_number(self, name: str) -> bool:
        """Whether the column holds integers; all others hold text."""
        return name in _NUMBERS or name in self.ratings


def columns_of(questionnaires: Sequence[Questionnaire]) -> Columns:
    """The columns over all questionnaires, by slot and then by name, so that adding one moves no other."""
    ratings = {(_place(item), item.name) for one in questionnaires for item in one.ratings}
    choices = {(_place(item), item.name) for one in questionnaires for item in one.choices}
    return Columns(tuple(name for _, name in sorted(ratings)), tuple(name for _, name in sorted(choices)))


def item_columns(columns: Columns, questionnaire: Questionnaire) -> tuple[ItemColumn | None, ...]:
    """For each item column the item of this questionnaire that fills it, or None."""
    items = {item.name: item for item in (*questionnaire.ratings, *questionnaire.choices)}
    return tuple(_column(items[name]) if name in items else None for name in (*columns.ratings, *columns.choices))


def _column(item: Item) -> ItemColumn:
    options = None if item.kind == "rating" else tuple((option.code, option.value) for option in item.options)
    return ItemColumn(item.name, item.slot, options)


def _place(item: Item) -> int:
    return int(item.slot[1:])
