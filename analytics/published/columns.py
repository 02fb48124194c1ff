"""Between the columns of the tables and `Sums`; which items are attitude items."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from analytics.published.models import LEVEL_COLUMNS, RATING_COLUMNS, SUM_COLUMNS
from analytics.published.sums import Sums, as_levels
from analytics.statistics.indices import ScoreTotals
from survey_app.questionnaires.definition import default_questionnaire
from survey_app.questionnaires.models import QuestionnaireItemRow

ATTITUDE = "attitude"


def sums_row(sums: Sums) -> dict[str, int]:
    """The columns of a cell's sums."""
    values = (sums.responses, *sums.scores, *sums.overall, *sums.ratings)
    return dict(zip(SUM_COLUMNS, values, strict=True))


def sums_of(row: Any) -> Sums:
    """The sums in a stored row."""
    return Sums(
        row.responses,
        ScoreTotals(row.scored, row.total, row.total_of_squares),
        as_levels([getattr(row, name) for name in LEVEL_COLUMNS]),
        as_levels([getattr(row, name) for name in RATING_COLUMNS]),
    )


def attitude_items(connection: Connection) -> frozenset[str]:
    """The names of all attitude items that any questionnaire ever asked."""
    item = QuestionnaireItemRow
    names: ColumnElement[str] = item.name.expression
    asked = connection.scalars(select(names).where(item.construct == ATTITUDE).distinct())
    return frozenset(asked) | _default_attitude_items()


@cache
def _default_attitude_items() -> frozenset[str]:
    return frozenset(item.name for item in default_questionnaire().items if item.construct == ATTITUDE)
