"""The table of volunteers' links."""

from datetime import date

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base


class AssistedLinkRow(Base):
    """A link that a volunteer made, until it has ended: nothing here says when it was made or used.

    Nothing leads from here to an answer: the code stands in no other table. The link itself cannot be made from the
    row, which lacks its signature.
    """

    __tablename__ = "assisted_link"
    __table_args__ = ({"sqlite_with_rowid": False},)
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    service_point_id: Mapped[int] = mapped_column(ForeignKey("service_point.id"), index=True)
    made_by: Mapped[str] = mapped_column(String(255))
    """The volunteer's account."""
    ends_at: Mapped[int] = mapped_column(Integer)
    """In minutes since 1970 (UTC)."""
    revoked_on: Mapped[date | None]
