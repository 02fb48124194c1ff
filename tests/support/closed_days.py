"""Answers of past days, booked and sealed, at one counter of one commune: the start of tests about the closed book."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Connection, select

from survey_app.clock import Clock
from survey_app.ledger.closing import close_days
from survey_app.ledger.steps import closing_steps
from survey_app.responses import reader
from survey_app.responses.models import comment
from tests.support.counters import Counter, a_counter

Begin = Callable[[], AbstractContextManager[Connection]]
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass
class ClosedBook:
    """A commune's counter whose days a test fills and closes, through the door and the closing of the product."""

    app: Flask
    begin: Begin
    counter: Counter

    @classmethod
    def at_a_counter(cls, app: Flask, begin: Begin) -> "ClosedBook":
        """An empty book of a commune with one counter."""
        with begin() as connection:
            return cls(app, begin, a_counter(connection, app))

    def give(self, day: date, number: int = 1, **answers: Any) -> list[str]:
        """So many people answer on the day; returns their check codes."""
        noon = datetime.combine(day, time(12), HANOI)
        with self.begin() as connection:
            recorded = [
                self.counter.door.record_response(connection, self.counter.submission(noon, **answers))
                for _ in range(number)
            ]
        return [one.receipt for one in recorded]

    def close(self, first: date, last: date | None = None) -> None:
        """Close the days as the command does."""
        days = [first + timedelta(days=number) for number in range(((last or first) - first).days + 1)]
        clock: Clock = self.app.extensions["clock"]
        with self.app.app_context():
            list(close_days(days, closing_steps(self.app), clock.now()))

    def rows(self, first: date | None = None, last: date | None = None) -> Sequence[Any]:
        """What the book holds of the days."""
        with self.begin() as connection:
            return list(reader.booked_rows(connection, reader.Selection(first, last), with_comments=True))

    def comments(self) -> list[tuple[date, str]]:
        """Every comment in the book, by day."""
        with self.begin() as connection:
            return [tuple(row) for row in connection.execute(select(comment.c.day, comment.c.text).order_by("day"))]
