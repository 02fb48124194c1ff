"""The table of bases: from which week on a commune's usual level is counted. Append-only; the newest row counts."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base

LONGEST_REASON = 300


class ChartBaseRow(Base):
    """Somebody set a commune's usual level anew, with the reason."""

    __tablename__ = "chart_base"
    __table_args__ = (Index("ix_chart_base_unit_id", "unit_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    monday: Mapped[date]
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[str] = mapped_column(String(32))
