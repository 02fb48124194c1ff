"""visits"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import guard_table, unguard_table

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = "'counter_visits', 'dossiers_filed', 'helped_online', 'fully_online'"


def upgrade() -> None:
    """Make the table of visits: every version of a number stays."""
    op.create_table(
        "visit_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=True),
        sa.Column("service_point_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_visit_count_kind")),
        sa.CheckConstraint("source IN ('integration', 'csv', 'page')", name=op.f("ck_visit_count_source")),
        sa.CheckConstraint("number IS NULL OR number BETWEEN 0 AND 1000000", name=op.f("ck_visit_count_number")),
        sa.CheckConstraint("premises_id IS NULL OR service_point_id IS NULL", name=op.f("ck_visit_count_one_place")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_visit_count_unit_id")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_visit_count_premises_id")),
        sa.ForeignKeyConstraint(
            ["service_point_id"], ["service_point.id"], name=op.f("fk_visit_count_service_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_count")),
    )
    op.create_index("ix_visit_count_monday_unit_id", "visit_count", ["monday", "unit_id"])
    guard_table("visit_count")


def downgrade() -> None:
    """Forget the visits."""
    unguard_table("visit_count")
    op.drop_table("visit_count")
