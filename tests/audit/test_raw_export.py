"""The auditor's file: every column as promised, an order that tells nothing, Vietnamese intact, formulas harmless."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, insert, update

from survey_app.audit.csv_export import csv_pieces
from survey_app.audit.export_rows import ExportFilter, open_export
from survey_app.ledger.closing import close_days
from survey_app.ledger.leaf import comment_digest, leaf_bytes, leaf_hash
from survey_app.questionnaires.definition import default_questionnaire
from survey_app.responses.reader import Selection
from survey_app.territory.models import UnitVersionRow
from tests.audit.sealed_book import a_real_counter
from tests.conftest import NOW
from tests.support.counters import Counter, give
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
HEADER = (
    "response_id,day,day_part,unit_code,unit_name,service_point_id,service_point,channel,verified,respondent_group,"
    "service_domain,questionnaire,questionnaire_hash,language,overall,courtesy,answers,guidance,fairness,dedication,"
    "trouble,flags,set_aside,comment,comment_salt,comment_digest,leaf_salt,leaf_hash,sealed"
)
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def counters(transaction: Begin, app: Flask) -> list[Counter]:
    """Two counters in two communes."""
    with transaction() as connection:
        return [a_real_counter(connection, app, code) for code in ("26068", "26041")]


def close(app: Flask, *days: date) -> None:
    """Close the days, without facts."""
    with app.app_context():
        list(close_days(days, (), NOW))


def file_of(transaction: Begin, wanted: ExportFilter) -> bytes:
    """The whole CSV file."""
    with transaction() as connection:
        return b"".join(csv_pieces(open_export(connection, wanted)))


def rows_of(file: bytes) -> list[dict[str, str]]:
    """The file as a spreadsheet reads it."""
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))


EVERYTHING = ExportFilter(Selection(), comments=True)


def test_the_columns_are_the_promised_ones(transaction: Begin, counters: list[Counter]) -> None:
    file = file_of(transaction, EVERYTHING)
    assert file == b"\xef\xbb\xbf" + HEADER.encode() + b"\r\n"


def test_an_answer_comes_out_as_it_went_in(app: Flask, transaction: Begin, counters: list[Counter]) -> None:
    given = counters[0].submission(
        NOW - timedelta(days=1),
        {"r1": 2, "r4": 5},
        choices={"c1": 3},
        service_domain="land",
        respondent_group="organisation",
        comment="Cán bộ “nhiệt tình”, nhưng\nphải chờ lâu.",
        channel="ticket",
    )
    give(transaction, given)
    close(app, YESTERDAY)
    (row,) = rows_of(file_of(transaction, EVERYTHING))
    expected = {
        "day": YESTERDAY.isoformat(),
        "day_part": "morning",
        "unit_code": "26068",
        "unit_name": "Phường Biên Hòa",
        "service_point": "Quầy 1",
        "channel": "ticket",
        "verified": "1",
        "respondent_group": "organisation",
        "service_domain": "land",
        "questionnaire": "attitude-1",
        "questionnaire_hash": default_questionnaire().content_hash,
        "language": "vi",
        "overall": "2",
        "courtesy": "",
        "guidance": "5",
        "trouble": "money",
        "flags": "",
        "set_aside": "0",
        "comment": "Cán bộ “nhiệt tình”, nhưng\nphải chờ lâu.",
        "sealed": "1",
    }
    assert {name: row[name] for name in expected} == expected
    assert comment_digest(bytes.fromhex(row["comment_salt"]), row["comment"]).hex() == row["comment_digest"]


def test_the_leaf_can_be_recomputed_from_the_file_alone(
    app: Flask, transaction: Begin, counters: list[Counter]
) -> None:
    give(transaction, counters[1].submission(NOW - timedelta(days=1), {"r1": 5, "r6": 4}, choices={"c1": 1}))
    close(app, YESTERDAY)
    (row,) = rows_of(file_of(transaction, EVERYTHING))
    slots = {item.slot: row[item.name] for item in default_questionnaire().ratings}
    options = {option.value: option.code for option in default_questionnaire().item("trouble").options}
    fields: dict[str, str | int | None] = {
        "id": row["response_id"],
        "day": row["day"],
        "day_part": row["day_part"],
        "unit": row["unit_code"],
        "service_point": int(row["service_point_id"]),
        "channel": row["channel"],
        "respondent_group": row["respondent_group"] or None,
        "service_domain": row["service_domain"] or None,
        "questionnaire": row["questionnaire_hash"],
        "language": row["language"],
        **{f"r{n}": int(slots[f"r{n}"]) if slots.get(f"r{n}") else None for n in range(1, 13)},
        **{f"c{n}": None for n in range(1, 5)},
        "flags": 0,
        "comment_digest": row["comment_digest"] or None,
        "leaf_salt": row["leaf_salt"],
    }
    fields["c1"] = options[row["trouble"]]
    assert leaf_hash(leaf_bytes(fields)).hex() == row["leaf_hash"]


def test_rows_come_by_day_unit_code_and_leaf_hash(app: Flask, transaction: Begin, counters: list[Counter]) -> None:
    for ago in (2, 1):
        give(transaction, *(counter.submission(NOW - timedelta(days=ago)) for counter in counters for _ in range(9)))
    close(app, TODAY - timedelta(days=2), YESTERDAY)
    keys = [(row["day"], row["unit_code"], row["leaf_hash"]) for row in rows_of(file_of(transaction, EVERYTHING))]
    assert len(keys) == 36
    assert keys == sorted(keys)


def test_filters(app: Flask, transaction: Begin, counters: list[Counter]) -> None:
    for ago in (3, 2, 1):
        give(transaction, *(counter.submission(NOW - timedelta(days=ago)) for counter in counters))
    days = [TODAY - timedelta(days=ago) for ago in (3, 2, 1)]
    close(app, *days)

    def found(selection: Selection) -> set[tuple[str, str]]:
        rows = rows_of(file_of(transaction, ExportFilter(selection)))
        return {(row["day"], row["unit_code"]) for row in rows}

    assert len(found(Selection())) == 6
    assert found(Selection(days[1], days[1])) == {(days[1].isoformat(), code) for code in ("26068", "26041")}
    assert found(Selection(days[2], None, frozenset({counters[0].unit_id}))) == {(days[2].isoformat(), "26068")}
    assert found(Selection(unit_ids=frozenset())) == set()


def test_the_inbox_comes_last_and_marked_and_only_when_asked(
    app: Flask, transaction: Begin, counters: list[Counter]
) -> None:
    give(transaction, counters[0].submission(NOW - timedelta(days=1)))
    close(app, YESTERDAY)
    give(transaction, counters[0].submission(NOW, comment="Mới gửi"))
    assert [row["sealed"] for row in rows_of(file_of(transaction, EVERYTHING))] == ["1"]
    booked, waiting = rows_of(file_of(transaction, replace(EVERYTHING, sealed_only=False)))
    assert (booked["sealed"], waiting["sealed"], waiting["comment"]) == ("1", "0", "Mới gửi")
    assert not any(waiting[name] for name in ("response_id", "leaf_salt", "leaf_hash", "comment_salt"))


def test_comments_and_their_salts_only_when_asked(app: Flask, transaction: Begin, counters: list[Counter]) -> None:
    give(transaction, counters[0].submission(NOW - timedelta(days=1), comment="Rất tốt"))
    close(app, YESTERDAY)
    (row,) = rows_of(file_of(transaction, ExportFilter(Selection())))
    assert (row["comment"], row["comment_salt"]) == ("", "")
    assert len(row["comment_digest"]) == 64


@pytest.mark.parametrize("comment", [FORMULA, "+84 gọi giúp", "-1 điểm", "@ai", "\tx"])
def test_a_spreadsheet_calculates_nothing(
    app: Flask, transaction: Begin, counters: list[Counter], comment: str
) -> None:
    give(transaction, counters[0].submission(NOW - timedelta(days=1), comment=comment))
    close(app, YESTERDAY)
    (row,) = rows_of(file_of(transaction, EVERYTHING))
    assert row["comment"] == f"'{comment}"


def test_a_unit_bears_the_name_of_the_day(app: Flask, transaction: Begin, counters: list[Counter]) -> None:
    give(transaction, counters[0].submission(NOW - timedelta(days=2)))
    give(transaction, counters[0].submission(NOW - timedelta(days=1)))
    close(app, TODAY - timedelta(days=2), YESTERDAY)
    with transaction() as connection:
        of_unit = UnitVersionRow.unit_id == counters[0].unit_id
        connection.execute(
            update(UnitVersionRow).where(of_unit, UnitVersionRow.valid_to.is_(None)).values(valid_to=YESTERDAY)
        )
        renamed = {"unit_id": counters[0].unit_id, "name": "Tên Mới", "kind": "phường", "valid_from": YESTERDAY}
        connection.execute(insert(UnitVersionRow), renamed)
    names = [row["unit_name"] for row in rows_of(file_of(transaction, EVERYTHING))]
    assert names == ["Phường Biên Hòa", "Phường Tên Mới"]


def test_other_programs_read_it(app: Flask, transaction: Begin, counters: list[Counter]) -> None:
    give(transaction, *(counters[0].submission(NOW - timedelta(days=1), comment="Dễ, hiểu\n“ừ”") for _ in range(3)))
    close(app, YESTERDAY)
    frame: Any = pd.read_csv(io.BytesIO(file_of(transaction, EVERYTHING)), dtype={"unit_code": str})
    assert list(frame.columns) == HEADER.split(",")
    assert set(frame["comment"]) == {"Dễ, hiểu\n“ừ”"}
    assert set(frame["unit_name"]) == {"Phường Biên Hòa"}


def test_queries_do_not_grow_with_rows(app: Flask, transaction: Begin, counters: list[Counter], engine: Engine) -> None:
    def queries() -> int:
        with QueryCounter(engine) as counter:
            file_of(transaction, EVERYTHING)
        return counter.count

    give(transaction, counters[0].submission(NOW - timedelta(days=2)))
    close(app, TODAY - timedelta(days=2))
    few = queries()
    give(transaction, *(counters[0].submission(NOW - timedelta(days=1)) for _ in range(60)))
    close(app, YESTERDAY)
    assert queries() <= few + 1, "one more day is one more statement"
