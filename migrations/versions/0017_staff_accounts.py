"""staff accounts"""

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what this room needs."""


def downgrade() -> None:
    """Take it away again."""
