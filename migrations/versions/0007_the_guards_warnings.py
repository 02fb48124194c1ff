"""the guard's warnings about a counter's day: verdicts without times, append-only"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import guard_table, unguard_table

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNSAMPLED = (("inbox", "id"), ("inbox", "receipt"), ("inbox", "comment"), ("comment", "text"), ("spent", "receipt"))
"""PostgreSQL's planner keeps samples of columns, which outlive the rows: not of these."""
KINDS = "'burst', 'constant_pace', 'closed_hours', 'one_device', 'above_visits'"


def upgrade() -> None:
    """Make the table and refuse any change to it."""
    op.create_table(
        "counter_day_warning",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("service_point_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_counter_day_warning_kind")),
        sa.CheckConstraint("size >= 1", name=op.f("ck_counter_day_warning_size")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_counter_day_warning_unit_id")),
        sa.PrimaryKeyConstraint("day", "unit_id", "service_point_id", "kind", name=op.f("pk_counter_day_warning")),
        sqlite_with_rowid=False,
    )
    guard_table("counter_day_warning")
    _keep_samples("0")


def downgrade() -> None:
    """Forget the warnings."""
    _keep_samples("-1")
    unguard_table("counter_day_warning")
    op.drop_table("counter_day_warning")


def _keep_samples(target: str) -> None:
    """Say how large a sample PostgreSQL keeps of each of these columns: none, or (-1) as it likes."""
    if op.get_bind().dialect.name == "postgresql":
        for table, column in UNSAMPLED:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}")
