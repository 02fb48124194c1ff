"""staff accounts"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what an account signs in with besides its password: links, sessions, second factor, recovery codes."""
    op.create_table(
        "staff_link",
        sa.Column("staff_account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(12), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("purpose IN ('invitation', 'reset')", name=op.f("ck_staff_link_purpose")),
        sa.ForeignKeyConstraint(
            ["staff_account_id"], ["staff_account.id"], name=op.f("fk_staff_link_staff_account_id")
        ),
        sa.PrimaryKeyConstraint("staff_account_id", name=op.f("pk_staff_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_staff_link_digest")),
    )
    op.create_table(
        "staff_session",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("staff_account_id", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("seen_hour", sa.String(13), nullable=False),
        sa.Column("browser", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_account_id"], ["staff_account.id"], name=op.f("fk_staff_session_staff_account_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_staff_session")),
    )
    op.create_index("ix_staff_session_staff_account_id", "staff_session", ["staff_account_id"])
    op.create_table(
        "staff_second_factor",
        sa.Column("staff_account_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_account_id"], ["staff_account.id"], name=op.f("fk_staff_second_factor_staff_account_id")
        ),
        sa.PrimaryKeyConstraint("staff_account_id", name=op.f("pk_staff_second_factor")),
    )
    op.create_table(
        "staff_recovery_code",
        sa.Column("staff_account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_account_id"], ["staff_account.id"], name=op.f("fk_staff_recovery_code_staff_account_id")
        ),
        sa.PrimaryKeyConstraint("staff_account_id", "digest", name=op.f("pk_staff_recovery_code")),
    )


def downgrade() -> None:
    """Forget them; passwords stay."""
    for table in ("staff_recovery_code", "staff_second_factor", "staff_session", "staff_link"):
        op.drop_table(table)
