"""Tables of the territory. Dates are half-open: valid from `valid_from` up to, not on, `valid_to` (null: still so)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base

PERIOD_CHECK = "valid_to IS NULL OR valid_to > valid_from"


class UnitRow(Base):
    """A unit of government: what its code names for good, whatever it is called at the time."""

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)


class UnitVersionRow(Base):
    """What a unit was called, of what kind it was and to whom it belonged, from a day to a day."""

    __tablename__ = "unit_version"
    __table_args__ = (UniqueConstraint("unit_id", "valid_from"), CheckConstraint(PERIOD_CHECK, name="period"))
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    """In lower case as people write it: xã, phường, thị trấn, đặc khu, tỉnh, thành phố."""
    area: Mapped[str | None] = mapped_column(String(80))
    """District (until 2025) or former province: for grouping only, not a level of the tree."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class UnitSuccessionRow(Base):
    """Since `valid_on` the successor stands where the predecessor stood (several of either for merger or split).

    A predecessor that is among its own successors goes on: the others got a part of it.
    """

    __tablename__ = "unit_succession"
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    valid_on: Mapped[date] = mapped_column(primary_key=True)


class PremisesRow(Base):
    """A place where a unit receives people; a merged commune keeps several."""

    __tablename__ = "premises"
    __table_args__ = (CheckConstraint(PERIOD_CHECK, name="period"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class ServicePointRow(Base):
    """A counter (Quầy 2) or another place of service inside the premises."""

    __tablename__ = "service_point"
    __table_args__ = (CheckConstraint(PERIOD_CHECK, name="period"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    premises_id: Mapped[int] = mapped_column(ForeignKey("premises.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class ServicePointStaffingRow(Base):
    """Whose staff sit at the service point: the commune does not lead the land office's people."""

    __tablename__ = "service_point_staffing"
    __table_args__ = (
        CheckConstraint(PERIOD_CHECK, name="period"),
        CheckConstraint("body IN ('commune', 'land_registration', 'police', 'post', 'city_branch')", name="body"),
    )
    service_point_id: Mapped[int] = mapped_column(ForeignKey("service_point.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(String(20))
    valid_to: Mapped[date | None]


class ServicePointDomainRow(Base):
    """Which service domains a service point serves (a domain may be served by several)."""

    __tablename__ = "service_point_domain"
    service_point_id: Mapped[int] = mapped_column(ForeignKey("service_point.id"), primary_key=True)
    domain: Mapped[str] = mapped_column(String(24), primary_key=True)


class ScanCodeRow(Base):
    """A printed scan code: random, checkable, revocable; kept for good so that an old sheet is answered honestly."""

    __tablename__ = "scan_code"
    __table_args__ = (Index("ix_scan_code_service_point_id", "service_point_id"),)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    service_point_id: Mapped[int] = mapped_column(ForeignKey("service_point.id"))
    issued_on: Mapped[date]
    revoked_on: Mapped[date | None]
