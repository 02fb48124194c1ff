"""What a leader reads: scrubbed, in an order that tells nothing, without what goes above; and each reading is kept."""

from datetime import timedelta
from itertools import pairwise

from flask import Flask
from sqlalchemy import Connection

from survey_app.audit_log.log import every_event
from survey_app.clock import SetClock
from survey_app.ledger.redaction import redact_comment
from survey_app.listening.comment_weeks import read_comments
from survey_app.listening.figures import ShownWeeks
from survey_app.territory.units import Unit
from tests.conftest import NOW
from tests.listening.conftest import LEADER, MONDAY, NO, SUNDAY, TROUBLE
from tests.support.closed_days import ClosedBook

WEEKS = ShownWeeks(MONDAY, SUNDAY)
KEY = bytes(32)
DAY = timedelta(days=1)


def read(connection: Connection, commune: Unit, weeks: ShownWeeks = WEEKS, key: bytes = KEY) -> tuple[str, ...]:
    return read_comments(connection, commune, weeks, key, actor=LEADER, at=NOW).comments


def test_other_comments_and_nothing_that_goes_above(book: ClosedBook, commune: Unit) -> None:
    book.give(MONDAY, comment="Nên thêm ghế ngồi", choices={"c1": NO})
    book.give(MONDAY, comment="Cảm ơn cán bộ")
    book.give(MONDAY, comment="Chờ lâu quá", choices={"c1": TROUBLE})
    book.give(MONDAY, comment="ok", choices={"c1": TROUBLE})
    book.give(MONDAY, comment="Phải có phong bì mới xong")
    book.close(MONDAY, SUNDAY)
    with book.begin() as connection:
        assert sorted(read(connection, commune)) == ["Cảm ơn cán bộ", "Nên thêm ghế ngồi"]


def test_names_and_numbers_are_masked(book: ClosedBook, commune: Unit) -> None:
    book.give(MONDAY, comment="Anh Nam hướng dẫn kỹ, gọi tôi 0903 123 456 nhé")
    book.close(MONDAY, SUNDAY)
    with book.begin() as connection:
        (words,) = read(connection, commune)
    assert "Nam" not in words and "0903" not in words and "hướng dẫn kỹ" in words


def test_set_aside_is_left_out(book: ClosedBook, commune: Unit) -> None:
    book.give(MONDAY, comment="quảng cáo vay", honeypot_filled=True)
    book.give(MONDAY, comment="Cảm ơn cán bộ")
    book.close(MONDAY, SUNDAY)
    with book.begin() as connection:
        assert read(connection, commune) == ("Cảm ơn cán bộ",)


def test_the_order_tells_nothing_of_days_or_ids_and_stays(book: ClosedBook, commune: Unit) -> None:
    for day in range(7):
        for number in range(6):
            book.give(MONDAY + day * DAY, comment=f"Ngày {day} lời {number}")
    book.close(MONDAY, SUNDAY)
    by_id = [row.comment_text for row in sorted(book.rows(), key=lambda row: row.id)]
    with book.begin() as connection:
        first, again = read(connection, commune), read(connection, commune)
        other = read(connection, commune, key=b"another installation's secret...")
    assert first == again
    assert sorted(first) == sorted(other) == sorted(by_id)
    assert list(first) not in (by_id, sorted(by_id)) and first != other
    days = [words.split()[1] for words in first]
    assert sum(one == following for one, following in pairwise(days)) < 20


def test_only_the_weeks_and_the_unit_asked_for(book: ClosedBook, commune: Unit) -> None:
    for day in (MONDAY - DAY, MONDAY, SUNDAY):
        book.give(day, comment=f"Ngày {day}")
    book.close(MONDAY - DAY, SUNDAY)
    with book.begin() as connection:
        assert set(read(connection, commune)) == {f"Ngày {MONDAY}", f"Ngày {SUNDAY}"}
        wide = ShownWeeks(MONDAY - 7 * DAY, SUNDAY)
        assert len(read(connection, commune, wide)) == 3


def test_what_was_redacted_is_gone(app: Flask, book: ClosedBook, commune: Unit, clock: SetClock) -> None:
    book.give(MONDAY, comment="Nói tên một người")
    book.give(MONDAY, comment="Cảm ơn")
    book.close(MONDAY, SUNDAY)
    (response,) = (row.id.hex() for row in book.rows() if row.comment_text == "Nói tên một người")
    with app.app_context():
        redact_comment(response, "Có tên người", LEADER, clock)
    with book.begin() as connection:
        assert read(connection, commune) == ("Cảm ơn",)


def test_each_reading_is_recorded(book: ClosedBook, commune: Unit) -> None:
    book.give(MONDAY, 3, comment="Cảm ơn")
    book.close(MONDAY, SUNDAY)
    with book.begin() as connection:
        read(connection, commune)
    with book.begin() as connection:
        (event,) = [one for one in every_event(connection) if one.kind == "listening.comments_read"]
    assert (event.actor, event.unit_code) == (LEADER, "26041")
    assert dict(event.details) == {"first_day": "2026-11-16", "last_day": "2026-11-22", "count": 3}
