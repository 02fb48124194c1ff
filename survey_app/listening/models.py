"""Tables of this room. Nothing is ever changed: a new version or a new step is a new row."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base

SOURCES = ("signal", "item", "comments", "other")
"""What an action was opened from."""
CATEGORIES = (
    "courtesy",
    "answers",
    "guidance",
    "fairness",
    "dedication",
    "waiting",
    "papers",
    "premises",
    "online",
    "other",
)
"""What people spoke of: the five points of attitude by the names of their items, and what lies around them."""
ACTION_STATES = ("planned", "under_way", "done", "stopped")
NOTE_KINDS = ("outage", "storm", "staff_away", "moved", "other")
ANSWERS_ABOVE = ("trouble", "money")
"""Answers of the item `trouble` that send the comment beside them above the commune."""
CASE_STATES = ("received", "assigned", "verified", "unfounded", "forwarded", "closed")

LONGEST_TITLE = 120
LONGEST_TEXT = 500
LONGEST_OWNER = 80
LONGEST_NOTE = 200
LONGEST_REASON = 500


def _in(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class ActionRow(Base):
    """An action of a unit, and what it was opened from: a signal, an item of the survey, comments."""

    __tablename__ = "listening_action"
    __table_args__ = (CheckConstraint(_in("source", SOURCES), name="source"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    source: Mapped[str] = mapped_column(String(10))
    source_item: Mapped[str | None] = mapped_column(String(40))
    source_monday: Mapped[date | None]
    opened_on: Mapped[date]
    opened_by: Mapped[str] = mapped_column(String(255))


class ActionVersionRow(Base):
    """All that is said of an action, as it was said at one time; the highest number counts."""

    __tablename__ = "listening_action_version"
    __table_args__ = (
        CheckConstraint(_in("category", CATEGORIES), name="category"),
        CheckConstraint(_in("state", ACTION_STATES), name="state"),
        CheckConstraint("published IN (0, 1)", name="published"),
        CheckConstraint("state <> 'done' OR (done IS NOT NULL AND done_on IS NOT NULL)", name="done"),
        {"sqlite_with_rowid": False},
    )
    action_id: Mapped[int] = mapped_column(ForeignKey("listening_action.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    category: Mapped[str] = mapped_column(String(12))
    said: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    """What people said, in the commune's words."""
    owner: Mapped[str] = mapped_column(String(LONGEST_OWNER))
    """Who sees to it: an office or a post."""
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    done: Mapped[str | None] = mapped_column(String(LONGEST_TEXT))
    done_on: Mapped[date | None]
    published: Mapped[int] = mapped_column(SmallInteger)
    written_by: Mapped[str] = mapped_column(String(255))
    written_at: Mapped[str] = mapped_column(String(32))


class WeekNoteRow(Base):
    """A public note of a unit to a week; the highest number of its week and kind counts, `text` null takes it back."""

    __tablename__ = "week_note"
    __table_args__ = (
        CheckConstraint(_in("kind", NOTE_KINDS), name="kind"),
        {"sqlite_with_rowid": False},
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str | None] = mapped_column(String(LONGEST_NOTE))
    written_on: Mapped[date]
    written_by: Mapped[str] = mapped_column(String(255))


class CommentCaseRow(Base):
    """A comment that goes to the inspector alone. Its words stay in the book, where they can be redacted."""

    __tablename__ = "comment_case"
    __table_args__ = (
        UniqueConstraint("day", "unit_id", "response_id"),
        CheckConstraint(f"answered IS NULL OR {_in('answered', ANSWERS_ABOVE)}", name="answered"),
        CheckConstraint("answered IS NOT NULL OR allegations <> ''", name="reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    response_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    answered: Mapped[str | None] = mapped_column(String(10))
    allegations: Mapped[str] = mapped_column(String(60))
    """What the words allege (`comment_screening.Allegation`), with commas; empty: nothing that was recognised."""


class CaseStepRow(Base):
    """A step of a case; without one it is received."""

    __tablename__ = "comment_case_step"
    __table_args__ = (
        CheckConstraint(_in("state", CASE_STATES[1:]), name="state"),
        CheckConstraint("(state = 'assigned') = (assignee IS NOT NULL)", name="assignee"),
        Index("ix_comment_case_step_state", "state"),
        {"sqlite_with_rowid": False},
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("comment_case.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    assignee: Mapped[str | None] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    taken_by: Mapped[str] = mapped_column(String(255))
    taken_at: Mapped[str] = mapped_column(String(32))
