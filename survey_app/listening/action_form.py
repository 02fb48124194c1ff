"""The form of an action: what was typed, what is wrong with it, and the content that it makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from survey_app.languages import format_day, translate
from survey_app.listening.actions import Content
from survey_app.listening.models import (
    ACTION_STATES,
    CATEGORIES,
    LONGEST_OWNER,
    LONGEST_TEXT,
    LONGEST_TITLE,
)
from survey_app.listening.public_words import day_typed, personal_data_in, tidy

TEXTS = {"title": LONGEST_TITLE, "said": LONGEST_TEXT, "owner": LONGEST_OWNER, "done": LONGEST_TEXT}
CHOICES = {"category": CATEGORIES, "state": ACTION_STATES}
DAYS = ("due_on", "done_on")
TICKS = ("published", "confirmed")
SHORTEST = {"title": 5, "said": 5, "owner": 2, "done": 5}
REACH = timedelta(days=731)
"""How far from today a day may lie: further is a slip."""


@dataclass(frozen=True, slots=True)
class ActionForm:
    """What stands in the form, what is wrong by field, and the content when nothing is."""

    typed: Mapping[str, str]
    problems: Mapping[str, str]
    content: Content | None
    personal: tuple[str, ...] = ()
    """What looks like it would identify somebody, as long as nobody confirmed that it may stand there."""


def empty_form(today: date) -> ActionForm:
    """A form for a new action: public unless somebody says otherwise, due in two weeks."""
    names = (*TEXTS, *CHOICES, *DAYS, *TICKS)
    due_on = (today + timedelta(days=14)).isoformat()
    return ActionForm(dict.fromkeys(names, "") | {"state": "planned", "published": "1", "due_on": due_on}, {}, None)


def form_of(content: Content) -> ActionForm:
    """The form of an action as it is."""
    typed = {
        "title": content.title,
        "category": content.category,
        "said": content.said,
        "owner": content.owner,
        "due_on": content.due_on.isoformat(),
        "state": content.state,
        "done": content.done or "",
        "done_on": content.done_on.isoformat() if content.done_on else "",
        "published": "1" if content.published else "",
        "confirmed": "",
    }
    return ActionForm(typed, {}, content)


def read_form(sent: Mapping[str, str], today: date) -> ActionForm:
    """Read what was sent. Whatever is wrong is said in the language of the page."""
    typed = {name: tidy(sent.get(name, ""), longest) for name, longest in TEXTS.items()}
    typed |= {name: tidy(sent.get(name, ""), 20) for name in (*CHOICES, *DAYS)}
    typed |= {name: "1" if sent.get(name) else "" for name in TICKS}
    problems = _problems(typed, today)
    personal = () if typed["confirmed"] else personal_data_in(typed[name] for name in TEXTS)
    if personal:
        problems["confirmed"] = translate("listening.personal.problem")
    return ActionForm(typed, problems, None if problems else _content(typed), personal)


def _problems(typed: Mapping[str, str], today: date) -> dict[str, str]:
    problems: dict[str, str] = {}
    is_done = typed["state"] == "done"
    for name, longest in TEXTS.items():
        needed = name != "done" or is_done
        length = len(typed[name])
        if length > longest or (length < SHORTEST[name] and (needed or length)):
            problems[name] = translate(f"listening.problem.{name}", shortest=SHORTEST[name], longest=longest)
    for name, values in CHOICES.items():
        if typed[name] not in values:
            problems[name] = translate(f"listening.problem.{name}")
    due_on, done_on = day_typed(typed["due_on"]), day_typed(typed["done_on"])
    if due_on is None or abs(due_on - today) > REACH:
        problems["due_on"] = translate("listening.problem.due_on")
    if (typed["done_on"] or is_done) and (done_on is None or not today - REACH <= done_on <= today):
        problems["done_on"] = translate("listening.problem.done_on", today=format_day(today))
    return problems


def _content(typed: Mapping[str, str]) -> Content:
    due_on = day_typed(typed["due_on"])
    assert due_on is not None, "it was checked"
    return Content(
        title=typed["title"],
        category=typed["category"],
        said=typed["said"],
        owner=typed["owner"],
        due_on=due_on,
        state=typed["state"],
        done=typed["done"] or None,
        done_on=day_typed(typed["done_on"]),
        published=bool(typed["published"]),
    )
