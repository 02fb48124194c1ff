"""the sealed log: days, their units, the log's keys; append-only"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import guard_table, unguard_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("sealed_day", "sealed_unit_day", "ledger_key")


def upgrade() -> None:
    """Make the tables and refuse any change to what they hold."""
    op.create_table(
        "sealed_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_sealed_day_position")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_sealed_day")),
        sa.UniqueConstraint("position", name=op.f("uq_sealed_day_position")),
    )
    op.create_table(
        "sealed_unit_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_code", sa.String(10), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("responses_root", sa.LargeBinary(32), nullable=False),
        sa.Column("receipts_count", sa.Integer(), nullable=False),
        sa.Column("receipts_root", sa.LargeBinary(32), nullable=False),
        sa.ForeignKeyConstraint(["day"], ["sealed_day.day"], name=op.f("fk_sealed_unit_day_day")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_sealed_unit_day_unit_id")),
        sa.PrimaryKeyConstraint("day", "unit_code", name=op.f("pk_sealed_unit_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_key",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("introduced_on", sa.Date(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_ledger_key_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_key")),
        sa.UniqueConstraint("verifier", name=op.f("uq_ledger_key_verifier")),
    )
    for table in TABLES:
        guard_table(table)


def downgrade() -> None:
    """Forget the log."""
    for table in reversed(TABLES):
        unguard_table(table)
    op.drop_table("ledger_key")
    op.drop_table("sealed_unit_day")
    op.drop_table("sealed_day")
