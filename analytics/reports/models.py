"""Tables of the digest: which letter of which week went to which account, and who wants none."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base

CLAIMED, SENT, REFUSED = "claimed", "sent", "refused"


class DigestDeliveryRow(Base):
    """One letter: claimed before it is handed over, so that no two runs send it; then sent, or refused for good."""

    __tablename__ = "digest_delivery"
    __table_args__ = (CheckConstraint(f"state IN ('{CLAIMED}', '{SENT}', '{REFUSED}')", name="state"),)
    monday: Mapped[date] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))


class DigestOptOutRow(Base):
    """An account that wants no digest, until it asks for it again."""

    __tablename__ = "digest_opt_out"
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), primary_key=True, autoincrement=False)
