"""Tables of the sealed log: append-only, no answers in them."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base


class SealedDayRow(Base):
    """A leaf of the log: a day's record, and what is needed to append the next one without reading those before."""

    __tablename__ = "sealed_day"
    __table_args__ = (CheckConstraint("position >= 0", name="position"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(unique=True)
    """Its index in the log; days are contiguous, so this is the number of days since the first."""
    record: Mapped[str] = mapped_column(Text)
    """Canonical JSON (ASCII): exactly the bytes that the leaf hash is over."""
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    """`merkle.Frontier` of the log with this day."""
    checkpoint: Mapped[str] = mapped_column(Text)
    """The signed head of the log with this day."""


class SealedUnitDayRow(Base):
    """What a day says of one unit; one row for every unit valid that day, zeros included."""

    __tablename__ = "sealed_unit_day"
    __table_args__ = {"sqlite_with_rowid": False}

    day: Mapped[date] = mapped_column(ForeignKey("sealed_day.day"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(10), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    count: Mapped[int]
    responses_root: Mapped[bytes] = mapped_column(LargeBinary(32))
    receipts_count: Mapped[int]
    receipts_root: Mapped[bytes] = mapped_column(LargeBinary(32))


class LedgerKeyRow(Base):
    """A verifier key of the log. The newest signs; the older ones vouch for the heads of their time."""

    __tablename__ = "ledger_key"
    __table_args__ = (CheckConstraint("number >= 1", name="number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    verifier: Mapped[str] = mapped_column(Text, unique=True)
    """As signed notes write it: name, key id, base64."""
    introduced_on: Mapped[date]


SEALED_TABLES = ("sealed_day", "sealed_unit_day", "ledger_key")
"""What the append-only triggers guard."""
