"""The table of the guard's warnings: append-only, without any time finer than the day."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base
from survey_app.responses.guard_warnings import WarningKind


class CounterDayWarningRow(Base):
    """A warning on a day of a counter; `service_point_id` 0 stands for the whole unit."""

    __tablename__ = "counter_day_warning"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in WarningKind)})", name="kind"),
        CheckConstraint("size >= 1", name="size"),
        {"sqlite_with_rowid": False},
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    service_point_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    size: Mapped[int]
