"""links of volunteers"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of volunteers' links."""
    op.create_table(
        "assisted_link",
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("service_point_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(255), nullable=False),
        sa.Column("ends_at", sa.Integer(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_point_id"], ["service_point.id"], name=op.f("fk_assisted_link_service_point_id_service_point")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_assisted_link")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_assisted_link_service_point_id"), "assisted_link", ["service_point_id"])


def downgrade() -> None:
    """Forget them."""
    op.drop_index(op.f("ix_assisted_link_service_point_id"), table_name="assisted_link")
    op.drop_table("assisted_link")
