"""Actions: the newest version counts, every version stays, and the public sees what is published."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey_app.audit_log.log import every_event
from survey_app.listening.actions import (
    Action,
    Content,
    NewerVersion,
    Origin,
    action_of,
    actions_of,
    change_action,
    open_action,
    versions_of,
)
from survey_app.territory.units import Unit
from tests.conftest import NOW
from tests.listening.conftest import LEADER, MONDAY
from tests.support.closed_days import ClosedBook

CONTENT = Content(
    title="Thêm ghế ngồi chờ",
    category="premises",
    said="Buổi sáng đông, người lớn tuổi phải đứng.",
    owner="Văn phòng",
    due_on=date(2026, 12, 1),
    state="planned",
    done=None,
    done_on=None,
    published=True,
)
DONE = replace(CONTENT, state="done", done="Đã kê 20 ghế.", done_on=date(2026, 11, 23))


OTHER = Origin("other")


def opened(book: ClosedBook, commune: Unit, content: Content = CONTENT, origin: Origin = OTHER) -> Action:
    with book.begin() as connection:
        action = action_of(connection, open_action(connection, commune, origin, content, actor=LEADER, at=NOW))
    assert action is not None
    return action


def change(book: ClosedBook, commune: Unit, action: Action, content: Content, seen: int | None = None) -> None:
    with book.begin() as connection:
        seen = action.number if seen is None else seen
        change_action(connection, commune, action, content, seen=seen, actor=LEADER, at=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    "origin", [Origin("signal", None, MONDAY), Origin("item", "guidance"), Origin("comments", None, MONDAY)], ids=str
)
def test_opened_with_what_it_was_opened_from(book: ClosedBook, commune: Unit, origin: Origin) -> None:
    action = opened(book, commune, origin=origin)
    assert (action.origin, action.content, action.number) == (origin, CONTENT, 1)
    assert (action.unit_id, action.opened_on, action.written_on) == (commune.id, NOW.date(), NOW.date())


def test_the_newest_version_counts_and_all_stay(book: ClosedBook, commune: Unit) -> None:
    action = opened(book, commune)
    change(book, commune, action, DONE)
    with book.begin() as connection:
        (now,) = actions_of(connection, commune.id, published_only=True)
        versions = versions_of(connection, action.id)
    assert (now.content, now.number, now.opened_on) == (DONE, 2, NOW.date())
    assert now.written_on == NOW.date() + timedelta(days=1)
    assert [(one.number, one.content, one.written_by) for one in versions] == [(2, DONE, LEADER), (1, CONTENT, LEADER)]


def test_saying_the_same_again_writes_nothing(book: ClosedBook, commune: Unit) -> None:
    action = opened(book, commune)
    change(book, commune, action, CONTENT, seen=0)
    with book.begin() as connection:
        assert len(versions_of(connection, action.id)) == 1


def test_a_version_made_from_an_older_one_is_refused(book: ClosedBook, commune: Unit) -> None:
    action = opened(book, commune)
    change(book, commune, action, DONE)
    with pytest.raises(NewerVersion):
        change(book, commune, action, replace(CONTENT, title="Khác"))  # Two at once: the key refuses.
    with book.begin() as connection:
        newest = action_of(connection, action.id)
    assert newest is not None
    with pytest.raises(NewerVersion):
        change(book, commune, newest, replace(CONTENT, title="Khác"), seen=1)


def test_the_public_sees_what_is_published_now(book: ClosedBook, commune: Unit) -> None:
    first, second = opened(book, commune), opened(book, commune, replace(CONTENT, published=False))
    with book.begin() as connection:
        assert [one.id for one in actions_of(connection, commune.id, published_only=True)] == [first.id]
        assert [one.id for one in actions_of(connection, commune.id, published_only=False)] == [second.id, first.id]
        assert actions_of(connection, commune.id + 1, published_only=False) == []
    change(book, commune, first, replace(CONTENT, published=False))
    change(book, commune, second, CONTENT)
    with book.begin() as connection:
        assert [one.id for one in actions_of(connection, commune.id, published_only=True)] == [second.id]


def test_late_is_what_is_neither_done_nor_stopped_after_its_day(book: ClosedBook, commune: Unit) -> None:
    action = opened(book, commune)
    after = CONTENT.due_on + timedelta(days=1)
    assert (action.is_late(CONTENT.due_on), action.is_late(after)) == (False, True)
    assert replace(action, content=replace(CONTENT, state="under_way")).is_late(after)
    assert not replace(action, content=DONE).is_late(after)
    assert not replace(action, content=replace(CONTENT, state="stopped")).is_late(after)


def test_every_version_is_recorded(book: ClosedBook, commune: Unit) -> None:
    change(book, commune, opened(book, commune), DONE)
    with book.begin() as connection:
        events = [one for one in every_event(connection) if one.kind == "listening.action"]
    assert [(one.unit_code, one.actor, one.details["number"], one.details["state"]) for one in events] == [
        ("26041", LEADER, 1, "planned"),
        ("26041", LEADER, 2, "done"),
    ]
    assert events[1].details["done_on"] == "2026-11-23"


def test_done_without_saying_what_is_refused_by_the_database(book: ClosedBook, commune: Unit) -> None:
    with pytest.raises(DBAPIError):
        opened(book, commune, replace(CONTENT, state="done"))


@pytest.mark.parametrize("table", ["listening_action", "listening_action_version"])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_nothing_is_changed_or_deleted(book: ClosedBook, commune: Unit, table: str, verb: str) -> None:
    opened(book, commune)
    statement = f"UPDATE {table} SET id = 7" if table == "listening_action" else f"UPDATE {table} SET number = 7"
    with pytest.raises(DBAPIError, match=f"{table} is append-only"), book.begin() as connection:
        connection.execute(text(statement if verb == "UPDATE" else f"DELETE FROM {table}"))
