"""What every column of a raw export means, with the full question texts of every questionnaire in every language."""

from collections.abc import Sequence
from typing import Any

from survey_app.audit.columns import Columns
from survey_app.languages import catalogues
from survey_app.questionnaires.items import Item, Questionnaire
from survey_app.questionnaires.register import StoredQuestionnaire

Json = dict[str, Any]


def dictionary_of(columns: Columns, stored: Sequence[StoredQuestionnaire]) -> list[Json]:
    """One object for each column: `column`, `type`, `meaning` by language; for items, `questions` by questionnaire."""
    return [_entry(columns, name, stored) for name in columns.names]


def _entry(columns: Columns, name: str, stored: Sequence[StoredQuestionnaire]) -> Json:
    entry: Json = {"column": name, "type": "integer" if columns.is_number(name) else "text"}
    if name in columns.ratings or name in columns.choices:
        kind = "rating" if name in columns.ratings else "choice"
        return entry | {"meaning": _words(f"audit.column.{kind}"), "questions": _questions(name, stored)}
    entry["meaning"] = _words(f"audit.column.{name}")
    if name in {"service_domain", "respondent_group", "comment"}:
        entry["questions"] = _questions(name, stored)
    return entry


def _questions(name: str, stored: Sequence[StoredQuestionnaire]) -> list[Json]:
    asked = (one.questionnaire for one in stored)
    return [_question(one, item) for one in asked for item in one.items if item.name == name]


def _question(questionnaire: Questionnaire, item: Item) -> Json:
    """The very words in which an item was asked; beside them what it was adapted from."""
    question: Json = {
        "questionnaire": f"{questionnaire.key}-{questionnaire.version}",
        "text": {language: questionnaire.full_text(item, language) for language in item.text},
    }
    if item.kind == "rating":
        question["values"] = [
            {"value": score, "text": dict(level)} for score, level in enumerate(questionnaire.scale.levels, start=1)
        ]
    elif item.options:
        question["values"] = [{"value": option.value, "text": dict(option.text)} for option in item.options]
    if item.sipas is not None:
        question |= {"sipas": dict(item.sipas), "note": _words("audit.column.sipas")}
    return question


def _words(key: str) -> dict[str, str]:
    return {language: catalogue.text(key) for language, catalogue in catalogues().items()}
