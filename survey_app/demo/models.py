"""The mark that tells demo data from real data."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base


class DemoMarkRow(Base):
    """One row when this database holds the demo: only then may `demo drop` empty it."""

    __tablename__ = "demo_mark"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    seed: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
