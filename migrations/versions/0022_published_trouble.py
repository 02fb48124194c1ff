"""published trouble"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import guard_table, unguard_table

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("published_quarter", "published_trouble")


def upgrade() -> None:
    """Make the tables of quarters that are over and of what they say of trouble and money, append-only."""
    op.create_table(
        "published_quarter",
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("minimum_n", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("minimum_n >= 100", name=op.f("ck_published_quarter_minimum_n")),
        sa.PrimaryKeyConstraint("last_day", name=op.f("pk_published_quarter")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "published_trouble",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("minimum_n", sa.SmallInteger(), nullable=False),
        sa.Column("answered_no", sa.Integer(), nullable=False),
        sa.Column("answered_trouble", sa.Integer(), nullable=False),
        sa.Column("answered_money", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "minimum_n >= 100 AND answered_no + answered_trouble + answered_money >= minimum_n",
            name=op.f("ck_published_trouble_enough"),
        ),
        sa.PrimaryKeyConstraint("unit_id", "last_day", name=op.f("pk_published_trouble")),
        sqlite_with_rowid=False,
    )
    for table in TABLES:
        guard_table(table)


def downgrade() -> None:
    """Forget what was published of trouble and money."""
    for table in reversed(TABLES):
        unguard_table(table)
        op.drop_table(table)
