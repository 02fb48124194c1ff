"""A fact's definition is one SQLAlchemy Core statement in the ANSI subset: its text runs on SQLite, PostgreSQL, DuckDB
and Spark alike. Integers only, never a division (engines disagree on it).

Each function returns the SELECT of a span of days (`:first` to `:last`, both included), whose rows tell the days apart;
`rebuild.py` inserts them, and `engines/` runs the same text elsewhere.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Table,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy import Date as DateType

from analytics.facts import models as facts
from analytics.facts.models import NOT_STATED, SCALE_PAIRS, SCALE_SLOTS, SCORE_COLUMNS
from survey_app.database import Base
from survey_app.questionnaires.models import QuestionnaireItemRow, QuestionnaireRow
from survey_app.responses.reader import CHOICE_SLOTS, RATING_SLOTS, booked_responses

ATTITUDE_SLOTS = SCALE_SLOTS
"""Attitude items live here in every questionnaire (a rule of the definition): at most six, and 1 … 6 divide 60."""
SIXTIETHS = 60

_r = booked_responses.c
_NOT_STATED: ColumnElement[str] = literal_column(f"'{NOT_STATED}'")
"""Written out: as a parameter it would be another expression in GROUP BY than in SELECT (PostgreSQL)."""
item_table = Base.metadata.tables[QuestionnaireItemRow.__tablename__]
questionnaire_table = Base.metadata.tables[QuestionnaireRow.__tablename__]
Cut = tuple[ColumnElement[Any], ...]
UNIT: Cut = ()
SERVICE_POINT: Cut = (_r.service_point_id.label("service_point_id"),)
DOMAIN: Cut = (func.coalesce(_r.service_domain, _NOT_STATED).label("service_domain"),)


def _in_span() -> ColumnElement[bool]:
    return _r.day.between(bindparam("first", type_=DateType), bindparam("last", type_=DateType))


def _common(cut: Cut) -> list[ColumnElement[Any]]:
    """The columns that every cut has."""
    return [
        _r.day,
        _r.unit_id,
        *cut,
        _r.channel,
        func.coalesce(_r.respondent_group, _NOT_STATED).label("respondent_group"),
        _r.set_aside,
    ]


def _keys_of(rows: Subquery) -> list[ColumnElement[Any]]:
    return [column for column in rows.c if column.name not in {"score", "option", "answered", "top"}]


def _answer_of(kind_slots: tuple[str, ...]) -> ColumnElement[Any]:
    """What the response holds in the item's slot."""
    return case(*((item_table.c.slot == slot, _r[slot]) for slot in kind_slots))


def item_scores(cut: Cut) -> Select[Any]:
    """How many gave each level of each rating item, and how many left it out ("Bỏ qua" or unanswered).

    The slots are counted first, in one pass over the answers, and only their few counts are joined with the items that
    live there: three to five times cheaper than looking at each answer once an item.
    """
    levels = [(slot, level) for slot in RATING_SLOTS for level in range(1, 6)]
    counted = [func.sum(case((_r[slot] == level, 1), else_=0)).label(f"{slot}_{level}") for slot, level in levels]
    common = _common(cut)
    keys = [getattr(column, "element", column) for column in common]
    slots = (
        select(*common, _r.questionnaire_id, func.count().label("responses"), *counted)
        .where(_in_span())
        .group_by(*keys, _r.questionnaire_id)
        .subquery("slots")
    )
    item = item_table.c
    rows = (
        select(
            *(slots.c[column.name] for column in common),
            item.name.label("item"),
            slots.c.responses,
            *(
                case(*((item.slot == slot, slots.c[f"{slot}_{level}"]) for slot in RATING_SLOTS)).label(f"n{level}")
                for level in range(1, 6)
            ),
        )
        .select_from(slots.join(item_table, item.questionnaire_id == slots.c.questionnaire_id))
        .where(item.kind == "rating")
        .subquery("items")
    )
    outer_keys = [*(rows.c[column.name] for column in common), rows.c.item]
    given = _total(rows.c[f"n{level}"] for level in range(1, 6))
    return select(
        *outer_keys,
        *(func.sum(rows.c[f"n{level}"]).label(f"n{level}") for level in range(1, 6)),
        func.sum(rows.c.responses - given).label(SCORE_COLUMNS[5]),
    ).group_by(*outer_keys)


def person_scores(cut: Cut) -> Select[Any]:
    """Responses, and over the persons scored their number, the sum and the sum of squares of their attitude scores.

    A person's score is the share of the attitude items they answered that they gave 4 or 5, in sixtieths; counted if
    they answered at least half of them (architecture: "One person, one vote"). `partial`: who answered some, not all.
    """
    answered = _total(case((_r[slot].is_not(None), 1), else_=0) for slot in ATTITUDE_SLOTS)
    top = _total(case((_r[slot] >= 4, 1), else_=0) for slot in ATTITUDE_SLOTS)
    q = questionnaire_table
    persons = (
        select(
            *_common(cut),
            q.c.attitude_items.label("attitude_items"),
            answered.label("answered"),
            top.label("top"),
        )
        .select_from(booked_responses.join(q, q.c.id == _r.questionnaire_id))
        .where(_in_span())
        .subquery("persons")
    )
    sixtieth = case(*((persons.c.answered == number, SIXTIETHS // number) for number in range(1, 7)), else_=0)
    score = persons.c.top * sixtieth
    is_partial = and_(persons.c.answered > 0, persons.c.answered < persons.c.attitude_items)
    is_scored = and_(persons.c.answered > 0, persons.c.answered * 2 >= persons.c.attitude_items)
    keys = [column for column in _keys_of(persons) if column.name != "attitude_items"]
    return select(
        *keys,
        func.count().label("responses"),
        func.sum(case((is_scored, 1), else_=0)).label("n"),
        func.sum(case((is_scored, score), else_=0)).label("total"),
        func.sum(case((is_scored, score * score), else_=0)).label("total_of_squares"),
        func.sum(case((is_partial, 1), else_=0)).label("partial"),
    ).group_by(*keys)


def choice_counts() -> Select[Any]:
    """How many chose each option of each choice item; option 0 stands for no answer."""
    rows = (
        select(
            *_common(UNIT),
            item_table.c.name.label("item"),
            func.coalesce(_answer_of(CHOICE_SLOTS), literal(0)).label("option"),
        )
        .select_from(booked_responses.join(item_table, item_table.c.questionnaire_id == _r.questionnaire_id))
        .where(_in_span(), item_table.c.kind == "choice", or_(*(item_table.c.slot == slot for slot in CHOICE_SLOTS)))
        .subquery("choices")
    )
    keys = [*_keys_of(rows), rows.c.option]
    return select(*keys, func.count().label("n")).group_by(*keys)


def scale_sums() -> Select[Any]:
    """Sums and sums of products of the attitude ratings of those who rated them all, by questionnaire.

    All levels alike is k·Σx² = (Σx)² for the k items of a person (Cauchy–Schwarz), which needs no division.
    """
    q = questionnaire_table.c
    # As whole numbers of four bytes: an engine that keeps ratings in one byte would overflow when squaring their sum.
    rated = {slot: cast(func.coalesce(_r[slot], literal_column("0")), Integer) for slot in SCALE_SLOTS}
    answered = _total(case((_r[slot].is_not(None), 1), else_=0) for slot in SCALE_SLOTS)
    added, squared = _total(rated.values()), _total(one * one for one in rated.values())
    persons = (
        select(
            _r.day,
            _r.questionnaire_id,
            case((q.attitude_items * squared == added * added, 1), else_=0).label("straight"),
            *(one.label(slot) for slot, one in rated.items()),
        )
        .select_from(booked_responses.join(questionnaire_table, q.id == _r.questionnaire_id))
        .where(_in_span(), _r.set_aside == 0, q.attitude_items > 0, answered == q.attitude_items)
        .subquery("complete")
    )
    p = persons.c
    return select(
        p.day,
        p.questionnaire_id,
        p.straight,
        func.count().label("n"),
        *(func.sum(p[slot]).label(f"s{slot[1:]}") for slot in SCALE_SLOTS),
        *(func.sum(case((p[slot] == 5, 1), else_=0)).label(f"t{slot[1:]}") for slot in SCALE_SLOTS),
        *(func.sum(p[first] * p[second]).label(f"p{first[1:]}{second[1:]}") for first, second in SCALE_PAIRS),
    ).group_by(p.day, p.questionnaire_id, p.straight)


def _total(terms: Iterable[ColumnElement[int]]) -> ColumnElement[Any]:
    return reduce(add, terms)


STATEMENTS: tuple[tuple[Table, Callable[[], Select[Any]]], ...] = (
    (facts.fact_item, lambda: item_scores(UNIT)),
    (facts.fact_service_point_item, lambda: item_scores(SERVICE_POINT)),
    (facts.fact_domain_item, lambda: item_scores(DOMAIN)),
    (facts.fact_attitude, lambda: person_scores(UNIT)),
    (facts.fact_service_point_attitude, lambda: person_scores(SERVICE_POINT)),
    (facts.fact_domain_attitude, lambda: person_scores(DOMAIN)),
    (facts.fact_choice, choice_counts),
    (facts.fact_scale, scale_sums),
)
"""Each fact table with the one statement that defines it."""
