"""visits by service domain"""

from alembic import op

from migrations.append_only import guard_table, unguard_table

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OF_THE_UNIT = "service_domain IS NULL OR (premises_id IS NULL AND service_point_id IS NULL)"


def upgrade() -> None:
    """Let a number of visits be about one service domain of the unit."""
    # Written out: SQLite takes a constraint only together with its column.
    op.execute(
        "ALTER TABLE visit_count ADD COLUMN service_domain VARCHAR(24) "
        f"CONSTRAINT ck_visit_count_domain_of_the_unit CHECK ({OF_THE_UNIT})"
    )


def downgrade() -> None:
    """Forget these numbers: without their domain they would be read as the whole unit's."""
    unguard_table("visit_count")
    op.execute("DELETE FROM visit_count WHERE service_domain IS NOT NULL")
    op.drop_column("visit_count", "service_domain")
    guard_table("visit_count")
