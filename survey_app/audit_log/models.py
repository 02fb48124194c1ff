"""The table of the audit log: append-only, one chain."""

from sqlalchemy import CheckConstraint, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base


class AuditEventRow(Base):
    """One event. Its hash covers its fields and the hash before it."""

    __tablename__ = "audit_event"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32), index=True)
    """ISO 8601 with the offset of the installation's time zone, to the second: exactly the text that was hashed."""
    kind: Mapped[str] = mapped_column(String(60), index=True)
    actor: Mapped[str] = mapped_column(String(255))
    unit_code: Mapped[str | None] = mapped_column(String(10), index=True)
    details: Mapped[str] = mapped_column(Text)
    """Canonical JSON object; its keys are those that the event's type declares."""
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
