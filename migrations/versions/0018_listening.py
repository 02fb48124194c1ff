"""listening to comments"""

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this room needs."""


def downgrade() -> None:
    """Take it away again."""
