"""Public notes to weeks: dated, changed by adding, taken back by saying so, and never a number."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey_app.audit_log.log import every_event
from survey_app.listening.notes import Note, notes_of, write_note
from survey_app.territory.units import Unit
from tests.conftest import NOW
from tests.listening.conftest import LEADER, MONDAY
from tests.support.closed_days import ClosedBook

WEEK = timedelta(weeks=1)
WORDS = "Mất mạng từ sáng thứ Ba đến trưa thứ Tư."


def write(
    book: ClosedBook, commune: Unit, words: str | None, kind: str = "outage", ago: int = 0, later: int = 0
) -> bool:
    with book.begin() as connection:
        at = NOW + timedelta(days=later)
        return write_note(connection, commune, MONDAY - ago * WEEK, kind, words, actor=LEADER, at=at)


def notes(book: ClosedBook, commune: Unit) -> list[tuple[int, str, str]]:
    with book.begin() as connection:
        found = notes_of(connection, commune.id)
    return [((MONDAY - note.monday) // WEEK, note.kind, note.text) for note in found]


def test_a_note_is_dated(book: ClosedBook, commune: Unit) -> None:
    assert write(book, commune, WORDS)
    with book.begin() as connection:
        assert notes_of(connection, commune.id) == [Note(commune.id, MONDAY, "outage", WORDS, NOW.date())]


def test_the_newest_words_count_with_their_own_day(book: ClosedBook, commune: Unit) -> None:
    write(book, commune, "Mất mạng cả tuần.")
    assert write(book, commune, WORDS, later=3)
    with book.begin() as connection:
        (note,) = notes_of(connection, commune.id)
    assert (note.text, note.written_on) == (WORDS, NOW.date() + timedelta(days=3))


def test_taken_back_and_written_again(book: ClosedBook, commune: Unit) -> None:
    write(book, commune, WORDS)
    assert write(book, commune, None)
    assert notes(book, commune) == []
    assert not write(book, commune, None), "there is nothing to take back"
    assert write(book, commune, WORDS)
    assert not write(book, commune, WORDS), "it says so already"
    assert notes(book, commune) == [(0, "outage", WORDS)]


def test_several_kinds_and_weeks_newest_first(book: ClosedBook, commune: Unit) -> None:
    write(book, commune, "Bão số 9.", "storm", ago=2)
    write(book, commune, "Ba người đi tập huấn.", "staff_away")
    write(book, commune, WORDS)
    assert [note[:2] for note in notes(book, commune)] == [(0, "outage"), (0, "staff_away"), (2, "storm")]
    with book.begin() as connection:
        assert len(notes_of(connection, commune.id, MONDAY - WEEK)) == 2
        assert len(notes_of(connection, commune.id, None, MONDAY - WEEK)) == 1
        assert notes_of(connection, commune.id + 1) == []


def test_what_it_said_before_stays_in_the_log(book: ClosedBook, commune: Unit) -> None:
    write(book, commune, WORDS)
    write(book, commune, None)
    with book.begin() as connection:
        events = [dict(one.details) for one in every_event(connection) if one.kind == "listening.note"]
    assert [(one["text"], one["before"]) for one in events] == [(WORDS, None), (None, WORDS)]


@pytest.mark.parametrize("statement", ["UPDATE week_note SET text = 'khác'", "DELETE FROM week_note"])
def test_nothing_is_changed_or_deleted(book: ClosedBook, commune: Unit, statement: str) -> None:
    write(book, commune, WORDS)
    with pytest.raises(DBAPIError, match="week_note is append-only"), book.begin() as connection:
        connection.execute(text(statement))
