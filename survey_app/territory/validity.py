"""Which row holds on a day: every dated table of the territory is valid from a day up to, but not on, another."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_

from survey_app.territory.models import PremisesRow, ServicePointRow, UnitVersionRow

DatedTable = type[UnitVersionRow] | type[PremisesRow] | type[ServicePointRow]


def valid_on(table: DatedTable, day: date) -> ColumnElement[bool]:
    """The condition that a row of the table is valid on the day."""
    return and_(table.valid_from <= day, or_(table.valid_to.is_(None), table.valid_to > day))


def covers(valid_from: date, valid_to: date | None, day: date) -> bool:
    """Whether the half-open period holds the day."""
    return valid_from <= day and (valid_to is None or day < valid_to)
