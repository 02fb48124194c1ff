"""The table of visits: every number ever reported stays; the newest of a week, place and kind counts."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base

KINDS = ("counter_visits", "dossiers_filed", "helped_online", "fully_online")
SOURCES = ("integration", "csv", "page")
DOMAIN_OF_THE_UNIT = "service_domain IS NULL OR (premises_id IS NULL AND service_point_id IS NULL)"
LARGEST_NUMBER = 1_000_000
"""A commune's busiest weeks see about a thousand people; a million is a slip of the keyboard or of a program."""


def _in(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class VisitCountRow(Base):
    """One number as it was reported: for a unit, or for one of its premises, service points or service domains.

    `number` null takes an earlier one back. A later row about the same week, place and kind replaces an earlier one.
    """

    __tablename__ = "visit_count"
    __table_args__ = (
        CheckConstraint(_in("kind", KINDS), name="kind"),
        CheckConstraint(_in("source", SOURCES), name="source"),
        CheckConstraint(f"number IS NULL OR number BETWEEN 0 AND {LARGEST_NUMBER}", name="number"),
        CheckConstraint("premises_id IS NULL OR service_point_id IS NULL", name="one_place"),
        CheckConstraint(DOMAIN_OF_THE_UNIT, name="domain_of_the_unit"),
        Index("ix_visit_count_monday_unit_id", "monday", "unit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    monday: Mapped[date]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    premises_id: Mapped[int | None] = mapped_column(ForeignKey("premises.id"))
    service_point_id: Mapped[int | None] = mapped_column(ForeignKey("service_point.id"))
    service_domain: Mapped[str | None] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(12))
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[str] = mapped_column(String(32))
    """ISO 8601 with the offset of the installation's time zone, as in the audit log."""
