"""Tables of staff accounts. Flask-Security's own columns, and the unit that bounds what an account may see."""

from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, String, Table
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
