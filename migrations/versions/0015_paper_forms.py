"""paper forms"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what was printed, where each sheet stands, and the drafts of its answers."""
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("service_point_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_hash", sa.String(64), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("sheets", sa.SmallInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.CheckConstraint("sheets BETWEEN 1 AND 500", name=op.f("ck_paper_batch_sheets")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_paper_batch_unit_id")),
        sa.ForeignKeyConstraint(
            ["service_point_id"], ["service_point.id"], name=op.f("fk_paper_batch_service_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_paper_batch_questionnaire_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_paper_batch_unit_id"), "paper_batch", ["unit_id"])
    op.create_table(
        "paper_sheet",
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.CheckConstraint(
            "state IN ('printed', 'entered', 'differing', 'settled', 'counted', 'void')",
            name=op.f("ck_paper_sheet_state"),
        ),
        sa.CheckConstraint("serial BETWEEN 1 AND 500", name=op.f("ck_paper_sheet_serial")),
        sa.ForeignKeyConstraint(["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_sheet_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "serial", name=op.f("pk_paper_sheet")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paper_entry",
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("attempt", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.CheckConstraint("attempt IN (0, 1, 2)", name=op.f("ck_paper_entry_attempt")),
        sa.ForeignKeyConstraint(
            ["batch_id", "serial"],
            ["paper_sheet.batch_id", "paper_sheet.serial"],
            name=op.f("fk_paper_entry_batch_id_serial"),
        ),
        sa.PrimaryKeyConstraint("batch_id", "serial", "attempt", name=op.f("pk_paper_entry")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("paper_entry")
    op.drop_table("paper_sheet")
    op.drop_index(op.f("ix_paper_batch_unit_id"), table_name="paper_batch")
    op.drop_table("paper_batch")
