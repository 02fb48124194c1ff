"""Where two cuts of the facts lie inside each other: known from the book alone, since no fact crosses them."""

from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, select

from analytics.facts.models import NOT_STATED
from analytics.facts.statements import ATTITUDE_SLOTS, questionnaire_table
from survey_app.responses.reader import booked_responses


def service_point_by_domain(spans: Subquery, channels: tuple[str, ...], groups: tuple[str, ...]) -> Select[Any]:
    """Persons scored and persons who rated `overall`, by unit, service point and domain, over each unit's own span.

    `spans`: unit_id, first_day, last_day. Only what counts: not set aside, of these channels and respondent groups.
    Columns: unit_id, service_point_id, service_domain, scored, rated.
    """
    r, q = booked_responses.c, questionnaire_table.c
    answered: Any = sum((case((r[slot].is_not(None), 1), else_=0) for slot in ATTITUDE_SLOTS), start=0)
    is_scored = and_(answered > 0, answered * 2 >= q.attitude_items)
    domain = func.coalesce(r.service_domain, NOT_STATED)
    in_span = and_(r.unit_id == spans.c.unit_id, r.day.between(spans.c.first_day, spans.c.last_day))
    return (
        select(
            r.unit_id,
            r.service_point_id,
            domain.label("service_domain"),
            func.sum(case((is_scored, 1), else_=0)).label("scored"),
            func.sum(case((r.r1.is_not(None), 1), else_=0)).label("rated"),
        )
        .select_from(spans.join(booked_responses, in_span).join(questionnaire_table, q.id == r.questionnaire_id))
        .where(r.set_aside == 0, r.channel.in_(channels), func.coalesce(r.respondent_group, NOT_STATED).in_(groups))
        .group_by(r.unit_id, r.service_point_id, domain)
    )
