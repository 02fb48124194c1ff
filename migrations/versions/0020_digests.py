"""digests"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of letters sent and of accounts that want none."""
    op.create_table(
        "digest_delivery",
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.CheckConstraint("state IN ('claimed', 'sent', 'refused')", name=op.f("ck_digest_delivery_state")),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_digest_delivery_account_id")),
        sa.PrimaryKeyConstraint("monday", "account_id", name=op.f("pk_digest_delivery")),
    )
    op.create_table(
        "digest_opt_out",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_digest_opt_out_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_digest_opt_out")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("digest_opt_out")
    op.drop_table("digest_delivery")
