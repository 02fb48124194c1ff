"""indexes for the nation"""

from alembic import op

revision = "0014"
down_revision = "0009"
branch_labels = None
depends_on = None

FACTS = (
    "fact_item",
    "fact_service_point_item",
    "fact_domain_item",
    "fact_attitude",
    "fact_service_point_attitude",
    "fact_domain_attitude",
    "fact_choice",
)


def upgrade() -> None:
    """Let one unit's rows be sought, however many units there are: the keys of facts lead with the day."""
    for table in FACTS:
        op.create_index(op.f(f"ix_{table}_unit_id_day"), table, ["unit_id", "day"])


def downgrade() -> None:
    """Leave the keys."""
    for table in reversed(FACTS):
        op.drop_index(op.f(f"ix_{table}_unit_id_day"), table_name=table)
