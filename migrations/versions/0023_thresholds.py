"""thresholds that the city sets"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import guard_table, unguard_table

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NAMES = "name IN ('case_assign_days', 'case_close_days', 'silence_call_weeks', 'tickets_per_day')"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "threshold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(24), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(255), nullable=False),
        sa.CheckConstraint(NAMES, name=op.f("ck_threshold_name")),
        sa.CheckConstraint("value BETWEEN 1 AND 5000", name=op.f("ck_threshold_value")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold")),
    )
    guard_table("threshold")


def downgrade() -> None:
    """Take it away again."""
    unguard_table("threshold")
    op.drop_table("threshold")
