"""`flask close-day` and `flask ledger …`, as an operator uses them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, select, text, update

from analytics.facts.models import fact_attitude
from survey_app.clock import SetClock
from survey_app.ledger.preparing import prepare_day
from survey_app.ledger.sealed_log import verifier_keys
from survey_app.responses.book import write_day
from survey_app.responses.models import response
from tests.conftest import NOW
from tests.ledger.real_book import OTHER, a_real_book, tampering
from tests.support.counters import a_counter

Begin = Callable[[], AbstractContextManager[Connection]]


def answer(transaction: Begin, app: Flask, days_ago: int) -> None:
    """One answer some days ago."""
    with transaction() as connection:
        counter = a_counter(connection, app)
        counter.door.record_response(connection, counter.submission(NOW - timedelta(days=days_ago), {"r1": 5, "r2": 4}))


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    """Exit code and words of `flask close-day`."""
    result = app.test_cli_runner().invoke(args=["close-day", *arguments])
    return result.exit_code, result.output


def test_it_says_what_it_closed_and_twice_changes_nothing(app: Flask, transaction: Begin) -> None:
    answer(transaction, app, days_ago=3)
    code, words = run(app)
    assert code == 0
    said = "Đã khóa sổ 3 ngày (2026-11-21 đến 2026-11-23): ghi sổ 1 phiếu của 1 đơn vị. Sổ nay có 3 ngày.\n"
    assert said in words
    assert run(app) == (0, "Không có gì để khóa: mọi ngày đã qua đều đã vào sổ.\n")


def test_closing_counts_the_day(app: Flask, transaction: Begin) -> None:
    answer(transaction, app, days_ago=1)
    run(app)
    with transaction() as connection:
        assert connection.execute(fact_attitude.select()).one().responses == 1


def test_today_may_be_closed_for_trials_and_tomorrow_may_not(app: Flask, transaction: Begin) -> None:
    answer(transaction, app, days_ago=0)
    assert run(app, "--day", "2026-11-24")[1].endswith("ghi sổ 1 phiếu của 1 đơn vị. Sổ nay có 1 ngày.\n")
    code, words = run(app, "--day", "2026-11-25")
    assert code == 1
    assert "2026-11-25 chưa đến" in words
    assert "Traceback" not in words


def test_a_clock_that_jumped_ahead_is_stopped_with_words(app: Flask, transaction: Begin, clock: SetClock) -> None:
    answer(transaction, app, days_ago=1)
    run(app)
    clock.advance(timedelta(days=400))
    code, words = run(app)
    assert code == 1
    assert "400 ngày (2026-11-24 đến 2027-12-28) chưa khóa sổ" in words
    assert "--day 2027-12-28" in words
    clock.advance(timedelta(days=-400))
    assert run(app)[0] == 0


def test_a_day_that_is_no_day_gets_a_clear_answer(app: Flask) -> None:
    code, words = run(app, "--day", "24/11/2026")
    assert code == 2
    assert "does not match the format '%Y-%m-%d'" in words


def test_days_booked_before_there_was_a_log_are_said(app: Flask, transaction: Begin) -> None:
    answer(transaction, app, days_ago=2)
    with transaction() as connection:
        write_day(connection, prepare_day(connection, NOW.date() - timedelta(days=2)))
    code, words = run(app)
    assert code == 0
    assert "Đã niêm phong 1 ngày vào sổ từ trước (2026-11-22 đến 2026-11-22)." in words
    assert words.endswith("Sổ nay có 2 ngày.\n")


def test_without_its_key_nothing_is_closed_and_it_is_said_what_to_do(app: Flask, transaction: Begin) -> None:
    answer(transaction, app, days_ago=1)
    run(app)
    key_file(app).unlink()
    answer_again(transaction, app)
    code, words = run(app, "--day", "2026-11-24")
    assert code == 1
    assert f"Không có khóa ký của sổ ở {key_file(app)}" in words
    assert "rotate-key --lost" in words
    assert "Traceback" not in words


def test_a_database_that_refuses_is_told_in_words(app: Flask, transaction: Begin) -> None:
    with transaction() as connection:
        connection.execute(text("DROP TABLE book_day"))
    code, words = run(app)
    assert code == 1
    assert "Cơ sở dữ liệu từ chối" in words
    assert "Traceback" not in words


def test_verify_counts_a_whole_book_and_names_what_was_changed(app: Flask, transaction: Begin) -> None:
    book = a_real_book(app, transaction)
    whole = ledger(app, "verify")
    assert whole[0] == 0
    assert "Sổ nguyên vẹn: 3 ngày, 9 mục đơn vị–ngày, 15 phiếu, 15 mã kiểm tra" in whole[1]
    with tampering(app) as connection:
        connection.execute(update(response).where(response.c.unit_id == book.other.unit_id).values(r1=5))
        changed = connection.scalars(select(response.c.id).where(response.c.unit_id == book.other.unit_id)).all()
    code, words = ledger(app, "verify")
    assert code == 1
    assert f"SỔ BỊ THAY ĐỔI: ngày {book.days[0]}, đơn vị {OTHER}: phiếu " in words
    assert any(one.hex() in words for one in changed)


def test_verify_of_an_empty_book_finds_nothing_wrong(app: Flask) -> None:
    assert ledger(app, "verify") == (0, "Chưa có ngày nào trong sổ đã niêm phong; không thấy gì sai.\n")


def test_a_changed_key_is_printed_to_be_published(app: Flask, transaction: Begin) -> None:
    a_real_book(app, transaction)
    code, words = ledger(app, "rotate-key")
    assert code == 0
    with transaction() as connection:
        assert words.splitlines()[-1] == verifier_keys(connection)[0]
        assert len(verifier_keys(connection)) == 2
    assert ledger(app, "verify")[0] == 0


def test_where_there_is_no_key_there_is_none_to_change(app: Flask) -> None:
    code, words = ledger(app, "rotate-key")
    assert code == 1
    assert "flask ledger make-key" in words


def ledger(app: Flask, *arguments: str) -> tuple[int, str]:
    """Exit code and words of `flask ledger …`."""
    result = app.test_cli_runner().invoke(args=["ledger", *arguments])
    return result.exit_code, result.output


def key_file(app: Flask) -> Path:
    """Where the signing key lies."""
    found: Path = app.extensions["settings"].resolved_ledger_key_file
    return found


def answer_again(transaction: Begin, app: Flask) -> None:
    """One more answer, today, at a counter of another unit."""
    with transaction() as connection:
        counter = a_counter(connection, app, "26044")
        counter.door.record_response(connection, counter.submission(NOW))
