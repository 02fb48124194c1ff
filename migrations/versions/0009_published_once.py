"""published once"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import guard_table, unguard_table

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PERSON_TABLES = ("fact_attitude", "fact_service_point_attitude", "fact_domain_attitude")
TABLES = ("published_week", "published_group", "published_window", "published_part", "chart_base")
LEVELS = ("n1", "n2", "n3", "n4", "n5", "r1", "r2", "r3", "r4", "r5")
SUMS = ("responses", "scored", "total", "total_of_squares", *LEVELS)
COMPOSITION = ("with_code", "without_code", "by_others", "set_aside")
SCALE_SLOTS = range(2, 8)
SCALE = (
    "n",
    *(f"s{slot}" for slot in SCALE_SLOTS),
    *(f"t{slot}" for slot in SCALE_SLOTS),
    *(f"p{first}{second}" for first in SCALE_SLOTS for second in range(first, 8)),
)
ENOUGH = "scored >= minimum_n AND n1 + n2 + n3 + n4 + n5 >= minimum_n"


def _counts(names: tuple[str, ...]) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def upgrade() -> None:
    """Make the tables of what is published and of charts' bases, append-only; facts learn how many persons left some
    items out, and how items go together.
    """
    for table in PERSON_TABLES:
        op.add_column(table, sa.Column("partial", sa.Integer(), nullable=True))
    op.create_table(
        "published_week",
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("minimum_n", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("minimum_n >= 10", name=op.f("ck_published_week_minimum_n")),
        sa.PrimaryKeyConstraint("monday", name=op.f("pk_published_week")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "published_group",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("population", sa.String(14), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("minimum_n", sa.SmallInteger(), nullable=False),
        *_counts(SUMS),
        *_counts(COMPOSITION),
        sa.Column("partial", sa.Integer(), nullable=True),
        sa.Column("item_levels", sa.Text(), nullable=False),
        sa.Column("aside", sa.Text(), nullable=False),
        sa.CheckConstraint(ENOUGH, name=op.f("ck_published_group_enough")),
        sa.PrimaryKeyConstraint("unit_id", "population", "last_day", name=op.f("pk_published_group")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "published_window",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("shown", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "kind", "last_day", name=op.f("pk_published_window")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "published_part",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("axis", sa.String(14), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("part", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("minimum_n", sa.SmallInteger(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        *_counts(SUMS),
        sa.CheckConstraint(ENOUGH, name=op.f("ck_published_part_enough")),
        sa.PrimaryKeyConstraint("unit_id", "axis", "last_day", "part", name=op.f("pk_published_part")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "chart_base",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_chart_base_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chart_base")),
    )
    op.create_index("ix_chart_base_unit_id", "chart_base", ["unit_id"])
    op.create_table(
        "fact_scale",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("straight", sa.SmallInteger(), autoincrement=False, nullable=False),
        *_counts(SCALE),
        sa.PrimaryKeyConstraint("day", "questionnaire_id", "straight", name=op.f("pk_fact_scale")),
        sqlite_with_rowid=False,
    )
    for table in TABLES:
        guard_table(table)


def downgrade() -> None:
    """Forget what was published, and the bases of charts."""
    op.drop_table("fact_scale")
    for table in reversed(TABLES):
        unguard_table(table)
        op.drop_table(table)
    for table in PERSON_TABLES:
        op.drop_column(table, "partial")
