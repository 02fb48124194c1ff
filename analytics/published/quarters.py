"""Decides and stores what a quarter says of trouble and money: once, when its last week was decided.

Every quarter since the first decided week has its turn, oldest first; so the first run after an upgrade stores all that
are over, as the facts of that day count them. Nothing written is written again, and a unit that had too few answers
then stays without a share.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, insert, select

from analytics.facts.models import fact_choice
from analytics.published.models import TROUBLE_COLUMNS, published_quarter, published_trouble, published_week
from analytics.published.sums import CITIZEN_GROUPS, SELF_COMPLETED
from analytics.statistics.periods import Period, PeriodKind, period_of_week
from survey_app.questionnaires.definition import default_questionnaire

TROUBLE_ITEM = "trouble"
SMALLEST_QUARTER = 100
"""Fewer answers than this, and nothing is said of the quarter."""
ANSWERS = ("no", "trouble", "money")
"""Of the columns of `published_trouble`, in order. Whoever would rather not say, or left it out, is not counted."""
SUNDAY = timedelta(days=6)


def publish_finished_quarters(connection: Connection, minimum_n: int) -> int:
    """Publish every quarter whose weeks are all decided and that was not; returns how many. Twice changes nothing.

    A unit needs `SMALLEST_QUARTER` answers, or `minimum_n` where that is more.
    """
    last_quarter = select(func.max(published_quarter.c.last_day)).scalar_subquery()
    weeks = select(func.min(published_week.c.monday), func.max(published_week.c.monday), last_quarter)
    first_monday, last_monday, decided = connection.execute(weeks).one()
    if last_monday is None:
        return 0
    quarter = period_of_week(first_monday if decided is None else decided + timedelta(days=1), PeriodKind.QUARTER)
    quarters = 0
    while quarter.mondays[-1] <= last_monday:
        _publish_quarter(connection, quarter, max(SMALLEST_QUARTER, minimum_n))
        quarter = quarter.next()
        quarters += 1
    return quarters


def trouble_counts() -> list[ColumnElement[int]]:
    """The sums over rows of `fact_choice`, in the order of `TROUBLE_COLUMNS`; 0 where there are none."""
    codes = _codes()
    f = fact_choice.c
    sums = (func.sum(case((f.option == codes[answer], f.n), else_=0)) for answer in ANSWERS)
    return [func.coalesce(one, 0) for one in sums]


def is_counted() -> ColumnElement[bool]:
    """The answers to the question in the headline population."""
    f = fact_choice.c
    return and_(
        f.item == TROUBLE_ITEM,
        f.option.in_(sorted(_codes().values())),
        f.set_aside == 0,
        f.channel.in_(SELF_COMPLETED),
        f.respondent_group.in_(CITIZEN_GROUPS),
    )


def _publish_quarter(connection: Connection, quarter: Period, least: int) -> None:
    first_day, last_day = quarter.mondays[0], quarter.mondays[-1] + SUNDAY
    shared = {"first_day": first_day, "last_day": last_day, "minimum_n": least}
    connection.execute(insert(published_quarter), shared)
    rows = [
        shared | {"unit_id": unit_id} | dict(zip(TROUBLE_COLUMNS, map(int, counts), strict=True))
        for unit_id, *counts in connection.execute(_statement(first_day, last_day))
        if sum(counts) >= least
    ]
    if rows:
        connection.execute(insert(published_trouble), rows)


def _statement(first_day: date, last_day: date) -> Any:
    f = fact_choice.c
    return (
        select(f.unit_id, *trouble_counts())
        .where(f.day.between(first_day, last_day), is_counted())
        .group_by(f.unit_id)
        .order_by(f.unit_id)
    )


def _codes() -> dict[str, int]:
    """The code under which each answer is kept (the same in every questionnaire)."""
    return {option.value: option.code for option in default_questionnaire().item(TROUBLE_ITEM).options}
