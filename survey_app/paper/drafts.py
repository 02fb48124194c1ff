"""The answers of a sheet as a draft: kept as JSON, compared item by item. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from survey_app.questionnaires.answers import Answers
from survey_app.questionnaires.items import Item, Questionnaire


def to_json(answers: Answers) -> str:
    """A draft as text."""
    return json.dumps(asdict(answers), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Answers:
    """The answers that `to_json` wrote."""
    return Answers(**json.loads(text))


def values_of(questionnaire: Questionnaire, answers: Answers) -> dict[str, str]:
    """The answers as a form sends them: a value by item name, empty where an item was left out."""
    return {item.name: _value(item, answers) for item in questionnaire.items}


def differing_items(questionnaire: Questionnaire, one: Answers, other: Answers) -> tuple[Item, ...]:
    """The items that two entries do not have alike; in comments neither blanks nor capitals make a difference."""
    ours, theirs = values_of(questionnaire, one), values_of(questionnaire, other)
    return tuple(item for item in questionnaire.items if _plain(item, ours) != _plain(item, theirs))


def words_of(questionnaire: Questionnaire, item: Item, value: str, language: str) -> str:
    """What a value says, empty where nothing was ticked or written."""
    if item.kind == "comment" or not value:
        return value
    if item.kind == "rating":
        return questionnaire.scale.label(int(value), language)
    option = item.option_of(value)
    return option.text[language] if option is not None else value


def _value(item: Item, answers: Answers) -> str:
    if item.kind == "rating":
        return str(answers.ratings.get(item.slot, ""))
    if item.kind == "choice":
        code = answers.choices.get(item.slot)
        option = item.option_coded(code) if code is not None else None
        return option.value if option is not None else ""
    held: Mapping[str, Any] = asdict(answers)
    return held[item.slot] or ""


def _plain(item: Item, values: Mapping[str, str]) -> str:
    value = values[item.name]
    return " ".join(value.split()).casefold() if item.kind == "comment" else value
