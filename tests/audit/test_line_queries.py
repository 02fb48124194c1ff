"""The lines that a database writes are, byte for byte, those that are made of the rows one by one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, update

from survey_app.audit.csv_export import CSV
from survey_app.audit.export_rows import ExportFilter, open_export
from survey_app.audit.json_lines_export import JSON_LINES
from survey_app.audit.text_export import text_pieces
from survey_app.audit.text_forms import TextForm, lines
from survey_app.responses.reader import Selection
from survey_app.territory.models import ServicePointRow
from tests.audit.sealed_book import DAYS, read_file
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]
FORMS = {"csv": CSV, "jsonl": JSON_LINES}
WITH_INBOX = ExportFilter(Selection(), sealed_only=False)


def by_rows(connection: Connection, wanted: ExportFilter, form: TextForm) -> bytes:
    """The file as it is made of rows."""
    export = open_export(connection, wanted)
    made = lines(form, export.columns, export.rows)
    return form.header(export.columns.names) + b"".join(piece for piece, _ in made)


def by_queries(connection: Connection, wanted: ExportFilter, form: TextForm) -> tuple[bytes, int]:
    """The file as the database writes it, and how many rows it says it has."""
    pieces = list(text_pieces(open_export(connection, wanted), form))
    return b"".join(piece for piece, _ in pieces), sum(rows for _, rows in pieces)


@pytest.mark.parametrize("name", ["csv", "jsonl"])
@pytest.mark.parametrize(
    "wanted",
    [
        WITH_INBOX,
        ExportFilter(Selection(DAYS[0], DAYS[2])),
        ExportFilter(Selection(channels=frozenset({"ticket", "kiosk"}))),
        ExportFilter(Selection(unit_ids=frozenset())),
    ],
    ids=["everything", "days", "channels", "no unit"],
)
def test_both_ways_give_the_same_bytes(sealed: Flask, transaction: Begin, name: str, wanted: ExportFilter) -> None:
    with transaction() as connection:
        expected = by_rows(connection, wanted, FORMS[name])
        written, rows = by_queries(connection, wanted, FORMS[name])
    assert written == expected
    assert rows == len(read_file(name, written))


def test_the_book_has_what_could_break_a_line(sealed: Flask, transaction: Begin) -> None:
    """Else the test above would prove little."""
    with transaction() as connection:
        rows = read_file("jsonl", by_queries(connection, WITH_INBOX, JSON_LINES)[0])
    assert len(rows) == 57
    assert {row["service_point"] for row in rows} == {"Quầy “một”, tầng 1", "=Quầy 50% \\ 'A'", "Quầy 1"}
    assert {row["flags"] for row in rows} == {None, "honeypot"}
    assert {row["own_parking"] for row in rows} == {None, "inside", "street"}
    assert len({row["questionnaire_hash"] for row in rows}) == 2
    assert any(row["comment_digest"] for row in rows)


@pytest.mark.parametrize("name", ["csv", "jsonl"])
@pytest.mark.parametrize("called", ['Quầy\r\n"một"', "Quầy 0001-01-01", "Quầy\x01\x02"])
def test_a_name_that_no_statement_can_carry_is_written_row_by_row(
    sealed: Flask, transaction: Begin, name: str, called: str
) -> None:
    with transaction() as connection:
        connection.execute(update(ServicePointRow).values(name=called))
        written, _ = by_queries(connection, WITH_INBOX, FORMS[name])
        assert written == by_rows(connection, WITH_INBOX, FORMS[name])
    assert {row["service_point"] for row in read_file(name, written)} == {called}


def test_one_statement_a_day_however_many_rows(sealed: Flask, transaction: Begin, engine: Engine) -> None:
    def queries(wanted: ExportFilter) -> int:
        with transaction() as connection, QueryCounter(engine) as counter:
            by_queries(connection, wanted, CSV)
        return counter.count

    one_day = replace(WITH_INBOX, selection=Selection(DAYS[0], DAYS[0]), sealed_only=True)
    assert queries(one_day) <= 6, "questionnaires, units, counters, days, and the day"
    assert queries(replace(one_day, selection=Selection())) <= queries(one_day) + 2
