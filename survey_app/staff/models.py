"""Tables of staff accounts: Flask-Security's own columns, the unit that bounds what an account may see, and what an
account signs in with.
"""

from datetime import date

from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, String, Table, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.database import Base

staff_account_role = Table(
    "staff_account_role",
    Base.metadata,
    Column("staff_account_id", ForeignKey("staff_account.id"), primary_key=True),
    Column("staff_role_id", ForeignKey("staff_role.id"), primary_key=True),
)


class StaffRole(Base, RoleMixin):
    """A role of `survey_app.staff.roles`, by name."""

    __tablename__ = "staff_role"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    description: Mapped[str] = mapped_column(String(80), default="")
    permissions: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))


class StaffAccount(Base, UserMixin):
    """A member of staff who may sign in."""

    __tablename__ = "staff_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool]
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    roles: Mapped[list[StaffRole]] = relationship(  # type: ignore[assignment]  # a mapped list of the mixin's roles
        secondary=staff_account_role, lazy="selectin"
    )


class StaffLinkRow(Base):
    """The one open link with which an account sets its password. Only a digest is kept: who reads it cannot use it."""

    __tablename__ = "staff_link"
    __table_args__ = (CheckConstraint("purpose IN ('invitation', 'reset')", name="purpose"),)
    staff_account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[int] = mapped_column(BigInteger())
    """Seconds since the epoch, as `expires_at`."""
    expires_at: Mapped[int] = mapped_column(BigInteger())


class StaffSessionRow(Base):
    """A browser in which an account is signed in; without its row a session is nobody's. To the hour, never finer."""

    __tablename__ = "staff_session"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    started_on: Mapped[date] = mapped_column(Date())
    seen_hour: Mapped[str] = mapped_column(String(13))
    """2026-11-24T10, local."""
    browser: Mapped[str] = mapped_column(String(40))


class StaffSecondFactorRow(Base):
    """The secret that an account's phone makes codes of (RFC 6238), encrypted; the last step used, so that none works
    twice.
    """

    __tablename__ = "staff_second_factor"
    staff_account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(Text())
    last_step: Mapped[int] = mapped_column(BigInteger())
    since: Mapped[date] = mapped_column(Date())


class StaffRecoveryCodeRow(Base):
    """A code on paper for whoever lost the phone; it goes when it is used."""

    __tablename__ = "staff_recovery_code"
    staff_account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
