"""links of volunteers"""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this room needs."""


def downgrade() -> None:
    """Take it away again."""
