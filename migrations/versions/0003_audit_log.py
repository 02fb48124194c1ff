"""the audit log: append-only, hash-chained"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import guard_table, unguard_table

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and refuse any change to it."""
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("unit_code", sa.String(10), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_audit_event_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"])
    op.create_index(op.f("ix_audit_event_kind"), "audit_event", ["kind"])
    op.create_index(op.f("ix_audit_event_unit_code"), "audit_event", ["unit_code"])
    guard_table("audit_event")


def downgrade() -> None:
    """Forget the log."""
    unguard_table("audit_event")
    op.drop_table("audit_event")
