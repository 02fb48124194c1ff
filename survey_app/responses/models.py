"""Tables of the answers. Nothing here names a person: no address, agent, exact time, or order of arrival."""

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base

RATING_SLOTS = tuple(f"r{number}" for number in range(1, 13))
CHOICE_SLOTS = tuple(f"c{number}" for number in range(1, 5))
CHANNELS = ("poster", "display", "ticket", "kiosk", "assisted", "paper", "callback")
RESPONDENT_GROUPS = ("citizen", "organisation", "official")


def _in(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _answer_columns() -> list[Any]:
    """The columns that inbox and book share, in the order of the raw export."""
    return [
        Column("day_part", String(9), nullable=False),
        Column("service_point_id", ForeignKey("service_point.id"), nullable=False),
        Column("channel", String(10), nullable=False),
        Column("respondent_group", String(12)),
        Column("service_domain", String(24)),
        Column("questionnaire_id", ForeignKey("questionnaire.id"), nullable=False),
        Column("language", String(8), nullable=False),
        *(Column(slot, SmallInteger) for slot in RATING_SLOTS + CHOICE_SLOTS),
        Column("flags", Integer, nullable=False),
        Column("set_aside", SmallInteger, nullable=False),
    ]


def _answer_checks() -> list[CheckConstraint]:
    return [
        CheckConstraint(" AND ".join(f"({r} IS NULL OR {r} BETWEEN 1 AND 5)" for r in RATING_SLOTS), name="scale"),
        CheckConstraint(f"COALESCE({', '.join(RATING_SLOTS)}) IS NOT NULL", name="one_rating"),
        CheckConstraint(" AND ".join(f"({c} IS NULL OR {c} >= 1)" for c in CHOICE_SLOTS), name="choices"),
        CheckConstraint(_in("day_part", ("morning", "afternoon")), name="day_part"),
        CheckConstraint(_in("channel", CHANNELS), name="channel"),
        CheckConstraint(f"respondent_group IS NULL OR {_in('respondent_group', RESPONDENT_GROUPS)}", name="group"),
        CheckConstraint("set_aside IN (0, 1)", name="set_aside"),
    ]


inbox = Table(
    "inbox",
    Base.metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("received_on", Date, nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    *_answer_columns(),
    Column("comment", Text),
    Column("receipt", String(24), nullable=False, index=True),
    *_answer_checks(),
    sqlite_with_rowid=False,  # Rows lie by random id, not by arrival.
)
"""Answers thanked for and not yet booked: a day's worth. WITHOUT ROWID, so that no page tells the order of arrival."""

response = Table(
    "response",
    Base.metadata,
    Column("day", Date, primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), primary_key=True),
    Column("id", LargeBinary(16), primary_key=True),
    *_answer_columns(),
    Column("comment_digest", LargeBinary(32)),
    Column("leaf_salt", LargeBinary(16), nullable=False),
    Column("leaf_hash", LargeBinary(32), nullable=False),
    *_answer_checks(),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (day)",
)
"""The book: append-only. The key leads with the day, since closing, facts and exports all walk day by day."""

comment = Table(
    "comment",
    Base.metadata,
    Column("day", Date, primary_key=True),
    Column("unit_id", Integer, primary_key=True),
    Column("response_id", LargeBinary(16), primary_key=True, index=True),
    Column("text", Text, nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
    ForeignKeyConstraint(["day", "unit_id", "response_id"], ["response.day", "response.unit_id", "response.id"]),
    sqlite_with_rowid=False,
)
"""Comments stand apart from the row whose leaf holds only their salted digest, so that one can go and proofs stay."""


class ReceiptRow(Base):
    """A check code whose answer was booked: tied to day and unit, never to the answer, and sorted apart from it."""

    __tablename__ = "receipt"
    __table_args__ = {"sqlite_with_rowid": False}
    receipt: Mapped[str] = mapped_column(String(24), primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))


class SpentRow(Base):
    """The keyed hash of a used token until it expires. It alone makes sending twice harmless.

    The receipt stands beside it so that a repeated sending ends at the same thank-you page; neither leads to an answer.
    """

    __tablename__ = "spent"
    __table_args__ = {"sqlite_with_rowid": False}
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    receipt: Mapped[str] = mapped_column(String(24))
    expires_on: Mapped[date] = mapped_column(index=True)


class BookDayRow(Base):
    """A day whose inbox has been booked. Days are contiguous."""

    __tablename__ = "book_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    responses: Mapped[int]


BOOK_TABLES = ("response", "comment", "receipt", "book_day")
"""What the append-only triggers guard."""
