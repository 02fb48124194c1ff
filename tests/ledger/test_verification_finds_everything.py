"""Whatever single cell is changed, or row dropped, in what was sealed: verifying the log finds it."""

from datetime import timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, delete, func, select, update

from survey_app.audit_log.models import AuditEventRow
from survey_app.ledger.models import LedgerKeyRow, SealedDayRow, SealedUnitDayRow
from survey_app.responses.models import BookDayRow, ReceiptRow, comment, response
from tests.ledger.real_book import BUSY, OTHER, SILENT, RealBook, difference, taken_back

sealed_day: Any = SealedDayRow.__table__
sealed_unit_day: Any = SealedUnitDayRow.__table__
ledger_key: Any = LedgerKeyRow.__table__
receipt: Any = ReceiptRow.__table__
book_day: Any = BookDayRow.__table__
audit_event: Any = AuditEventRow.__table__
COVERED: tuple[Any, ...] = (response, comment, receipt, sealed_day, sealed_unit_day, book_day, audit_event)


OTHER_WORDS: dict[str, dict[Any, Any]] = {
    "day_part": {"morning": "afternoon", "afternoon": "morning"},
    "channel": {"poster": "kiosk"},
    "language": {"vi": "en", "en": "vi"},
    "respondent_group": {None: "citizen"},
    "service_domain": {None: "land", "land": "other"},
    "unit_code": {None: "26041"} | dict.fromkeys((BUSY, OTHER, SILENT), "26999"),
    "comment_digest": {None: bytes(32)},
    "set_aside": {0: 1, 1: 0},
    **{f"r{number}": {None: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 1} for number in range(1, 13)},
    **{f"c{number}": {None: 1} for number in range(1, 5)},
}


def another(column: str, value: Any) -> Any:
    """A value that the column could hold as well: one letter, bit or step away, within what constraints allow."""
    if value in OTHER_WORDS.get(column, {}):
        return OTHER_WORDS[column][value]
    if isinstance(value, int):
        return value + 1000
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    return value - timedelta(days=5)  # Still in the month for which PostgreSQL has a partition.


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dice=st.data())
def test_any_cell_that_is_changed_is_found(app: Flask, real_book: RealBook, dice: st.DataObject) -> None:
    table: Table = dice.draw(st.sampled_from(COVERED), label="table")
    column = dice.draw(st.sampled_from([one.name for one in table.c]), label="column")
    with taken_back(app) as connection:
        rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
        place = dice.draw(st.integers(0, rows - 1), label="row")
        row = connection.execute(select(table).order_by(*table.primary_key).offset(place).limit(1)).one()
        this_one = [one == row._mapping[one.name] for one in table.primary_key]
        changed = another(column, row._mapping[column])
        connection.execute(update(table).where(*this_one).values({column: changed}))
        difference(connection)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dice=st.data())
def test_any_row_that_is_dropped_is_found(app: Flask, real_book: RealBook, dice: st.DataObject) -> None:
    """But for the newest days dropped whole with all that is of them: that, only a head kept elsewhere can show."""
    table: Table = dice.draw(st.sampled_from(COVERED), label="table")
    with taken_back(app) as connection:
        rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
        place = dice.draw(st.integers(0, rows - 1), label="row")
        row = connection.execute(select(table).order_by(*table.primary_key).offset(place).limit(1)).one()
        connection.execute(delete(table).where(*[one == row._mapping[one.name] for one in table.primary_key]))
        difference(connection)
