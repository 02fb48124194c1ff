"""Tables of what offices decide about themselves: hours, targets, thresholds, bands, contacts. All append-only.

A later version holds from its day on; of two that begin on one day the one that was written last.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base

MEASURES_CHECK = "measure IN ('attitude', 'overall')"
THRESHOLDS_CHECK = "name IN ('case_assign_days', 'case_close_days', 'silence_call_weeks', 'tickets_per_day')"
KINDS_CHECK = "kind IN ('points', 'stars')"
HOURS_CHECK = (
    "(opens IS NULL AND closes IS NULL AND reopens IS NULL AND recloses IS NULL) OR "
    "(0 <= opens AND opens < closes AND closes <= 1440 AND reopens IS NULL AND recloses IS NULL) OR "
    "(0 <= opens AND opens < closes AND closes < reopens AND reopens < recloses AND recloses <= 1440)"
)


class UnitClosingRow(Base):
    """That somebody ended a unit on purpose, so that a list of units which does not know of it cannot bring it back."""

    __tablename__ = "unit_closing"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    ended_on: Mapped[date] = mapped_column(primary_key=True)


class OpeningHoursRow(Base):
    """When premises are open on a weekday from a day on, in minutes of the day; all null: closed."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint(HOURS_CHECK, name="hours"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    premises_id: Mapped[int] = mapped_column(ForeignKey("premises.id"), index=True)
    weekday: Mapped[int] = mapped_column(SmallInteger)
    """As ISO 8601 counts: 1 is Monday."""
    valid_from: Mapped[date]
    opens: Mapped[int | None] = mapped_column(SmallInteger)
    closes: Mapped[int | None] = mapped_column(SmallInteger)
    reopens: Mapped[int | None] = mapped_column(SmallInteger)
    """After the pause at noon; null: there is none."""
    recloses: Mapped[int | None] = mapped_column(SmallInteger)


class ScanCheckRow(Base):
    """That somebody scanned a printed code and saw the right counter. Said by a person: scans leave no trace here."""

    __tablename__ = "scan_check"
    code: Mapped[str] = mapped_column(ForeignKey("scan_code.code"), primary_key=True)
    seen_on: Mapped[date]
    seen_by: Mapped[str] = mapped_column(String(255))


class UnitTargetRow(Base):
    """The target line that the city sets for a unit and those below it; null: none of its own from that day on."""

    __tablename__ = "unit_target"
    __table_args__ = (
        CheckConstraint(MEASURES_CHECK, name="measure"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    measure: Mapped[str] = mapped_column(String(8))
    percent: Mapped[int | None] = mapped_column(SmallInteger)
    valid_from: Mapped[date]
    set_by: Mapped[str] = mapped_column(String(255))


class ThresholdRow(Base):
    """A limit that the city sets for the whole installation; null: the setting holds again from that day on."""

    __tablename__ = "threshold"
    __table_args__ = (
        CheckConstraint(THRESHOLDS_CHECK, name="name"),
        CheckConstraint("value BETWEEN 1 AND 5000", name="value"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(24))
    value: Mapped[int | None] = mapped_column(SmallInteger)
    valid_from: Mapped[date]
    set_by: Mapped[str] = mapped_column(String(255))


class BandTableRow(Base):
    """A version of the tables by which the Decision turns an index into points, and points into stars."""

    __tablename__ = "band_table"
    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    checked_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))
    set_by: Mapped[str] = mapped_column(String(255))


class BandRow(Base):
    """From `lower` on (tenths of a per cent, or of a point) there are `value` tenths of points, or so many stars."""

    __tablename__ = "band"
    __table_args__ = (
        CheckConstraint(KINDS_CHECK, name="kind"),
        CheckConstraint("lower BETWEEN 0 AND 1000", name="lower"),
        CheckConstraint("value BETWEEN 0 AND 1000", name="value"),
    )
    band_table_id: Mapped[int] = mapped_column(ForeignKey("band_table.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(6), primary_key=True)
    lower: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(SmallInteger)


class ContactVersionRow(Base):
    """Who asks, and where people can call, from a day on."""

    __tablename__ = "contact_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    owner_name: Mapped[str] = mapped_column(String(80))
    owner_name_en: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20))
    set_by: Mapped[str] = mapped_column(String(255))


class LegalBasisRow(Base):
    """A text of law that the survey rests on, and when somebody last saw that it holds."""

    __tablename__ = "legal_basis"
    contact_version_id: Mapped[int] = mapped_column(ForeignKey("contact_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    checked_on: Mapped[date]
