"""Tables of paper forms: what was printed, and drafts that wait for their count. Nothing leads from sheet to row."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base

STATES = ("printed", "entered", "differing", "settled", "counted", "void")
"""Of a sheet: nobody typed it; one did; two did, not alike; its answers are certain and wait; done; not to count."""


class PaperBatchRow(Base):
    """Sheets printed together for one counter, all with the same questionnaire in one language."""

    __tablename__ = "paper_batch"
    __table_args__ = (
        CheckConstraint("sheets BETWEEN 1 AND 500", name="sheets"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    """The number on the sheets: never given twice."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    service_point_id: Mapped[int] = mapped_column(ForeignKey("service_point.id"))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    questionnaire_hash: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(2))
    sheets: Mapped[int] = mapped_column(SmallInteger)
    made_on: Mapped[date]


class PaperSheetRow(Base):
    """One sheet: where it stands. No day and no time, so that its answer cannot be found by them."""

    __tablename__ = "paper_sheet"
    __table_args__ = (
        CheckConstraint("state IN ('printed', 'entered', 'differing', 'settled', 'counted', 'void')", name="state"),
        CheckConstraint("serial BETWEEN 1 AND 500", name="serial"),
        {"sqlite_with_rowid": False},
    )
    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"), primary_key=True, autoincrement=False)
    serial: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))


class PaperEntryRow(Base):
    """What one person typed off a sheet; gone when the sheet is counted or void.

    `attempt` 1 and 2 are the two entries, 0 what was settled (then it is the only one left).
    """

    __tablename__ = "paper_entry"
    __table_args__ = (
        ForeignKeyConstraint(["batch_id", "serial"], ["paper_sheet.batch_id", "paper_sheet.serial"]),
        CheckConstraint("attempt IN (0, 1, 2)", name="attempt"),
        {"sqlite_with_rowid": False},
    )
    batch_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    serial: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    attempt: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    account: Mapped[str] = mapped_column(String(255))
    entered_on: Mapped[date]
    answers: Mapped[str] = mapped_column(Text)
    """Canonical JSON: what was ticked by slot, and the comment."""
