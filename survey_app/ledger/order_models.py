"""Tables of orders: what may be taken from the book, what stays of it, and check codes whose answer is missing."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base


class RemovalOrderRow(Base):
    """An order to remove, insert-only: the triggers of the book let a DELETE pass only where one names it."""

    __tablename__ = "removal_order"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'retention' AND what IN ('rows', 'comments') AND response_id IS NULL) OR "
            "(kind = 'redaction' AND what = 'comment' AND response_id IS NOT NULL AND unit_id IS NOT NULL "
            "AND first_day = last_day)",
            name="scope",
        ),
        CheckConstraint("first_day <= last_day AND last_day < given_on", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    given_on: Mapped[date] = mapped_column(index=True)
    """The day whose record in the log holds the order's hash."""
    kind: Mapped[str] = mapped_column(String(10))
    what: Mapped[str] = mapped_column(String(8))
    first_day: Mapped[date]
    last_day: Mapped[date] = mapped_column(index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """None: every unit."""
    response_id: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """Whose comment, for a redaction."""
    reason: Mapped[str] = mapped_column(String(300))
    actor: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    """Canonical JSON: exactly the text that is hashed, and shown in manifests. Names nobody."""
    order_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)


class RemovedUnitDayRow(Base):
    """What stays of a commune-day whose rows were removed: its leaf hashes, sorted, one after the other."""

    __tablename__ = "removed_unit_day"
    __table_args__ = (
        CheckConstraint("responses >= 1 AND length(leaf_hashes) = 32 * responses", name="leaf_hashes"),
        {"sqlite_with_rowid": False},
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("removal_order.id"))
    responses: Mapped[int]
    leaf_hashes: Mapped[bytes] = mapped_column(LargeBinary)


class LostReceiptRow(Base):
    """A genuine check code that was looked up and whose answer is nowhere. It leads to no answer and no person."""

    __tablename__ = "lost_receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)

    receipt: Mapped[str] = mapped_column(String(24), primary_key=True)
    noticed_on: Mapped[date]


ORDER_TABLES = ("removal_order", "removed_unit_day", "lost_receipt")
"""What the append-only triggers guard."""
