"""Tables of the questionnaires. A stored definition never changes: a new text is a new version."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.database import Base


class QuestionnaireRow(Base):
    """One immutable version of a questionnaire."""

    __tablename__ = "questionnaire"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        CheckConstraint("attitude_items BETWEEN 0 AND 6", name="attitude_items"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    key: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    definition: Mapped[str] = mapped_column(Text)
    """Canonical JSON; its SHA-256 is `content_hash`."""
    attitude_items: Mapped[int]
    """How many attitude items it has (slots r2 …): a person is scored who answered at least half of them."""
    stored_on: Mapped[date]


class QuestionnaireItemRow(Base):
    """Which item lives in which slot, for statements that speak item names."""

    __tablename__ = "questionnaire_item"
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    """rating, choice, context or comment."""
    construct: Mapped[str] = mapped_column(String(20))
    slot: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]


class QuestionnaireUseRow(Base):
    """Which questionnaire a unit uses from a day on; units below inherit it unless they have their own."""

    __tablename__ = "questionnaire_use"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
