"""dated corrections"""

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this room needs."""


def downgrade() -> None:
    """Take it away again."""
