"""The table of keys: only a hash of each; a revoked one stays in the list."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base


class ApiKeyRow(Base):
    """A key of another system: what it may do (`scopes`, by blanks), and for which unit and those below it."""

    __tablename__ = "api_key"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    scopes: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    added_on: Mapped[date]
    revoked_on: Mapped[date | None]
