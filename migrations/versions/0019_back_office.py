"""back office"""

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this room needs."""


def downgrade() -> None:
    """Take it away again."""
