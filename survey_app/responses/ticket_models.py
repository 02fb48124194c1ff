"""Tables of the tickets: what was printed, never who held a slip, when it was used, or with which answer."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base


class TicketBatchRow(Base):
    """Slips made together for one day at one place; it stays when its slips are forgotten, for the counts of a week."""

    __tablename__ = "ticket_batch"
    __table_args__ = (
        UniqueConstraint("unit_id", "first_serial"),
        CheckConstraint("first_serial >= 1 AND last_serial >= first_serial", name="serials"),
        CheckConstraint("voided >= 0 AND voided <= last_serial - first_serial + 1", name="voided"),
        CheckConstraint("source IN ('page', 'command', 'integration')", name="source"),
        Index("ix_ticket_batch_unit_id_day", "unit_id", "day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    premises_id: Mapped[int] = mapped_column(ForeignKey("premises.id"))
    service_point_id: Mapped[int | None] = mapped_column(ForeignKey("service_point.id"))
    """Null: for the premises; whoever holds the slip says at which counter they were served."""
    day: Mapped[date]
    first_serial: Mapped[int]
    last_serial: Mapped[int]
    voided: Mapped[int]
    source: Mapped[str] = mapped_column(String(12))


class TicketRow(Base):
    """One slip: the keyed hash of its code. Forgotten when nobody can send it any more."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("batch_id", "serial"),
        CheckConstraint("voided IN (0, 1)", name="voided"),
        {"sqlite_with_rowid": False},
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("ticket_batch.id"))
    serial: Mapped[int]
    voided: Mapped[int] = mapped_column(SmallInteger)
