"""channels of the counter"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the channels beside the poster: keys of other programs, and tickets."""
    _make_api_keys()
    _make_tickets()


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("ticket")
    op.drop_table("ticket_batch")
    op.drop_table("api_key")


def _make_api_keys() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("scopes", sa.String(60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_api_key_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("name", name=op.f("uq_api_key_name")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
    )


def _make_tickets() -> None:
    op.create_table(
        "ticket_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("service_point_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_serial", sa.Integer(), nullable=False),
        sa.Column("last_serial", sa.Integer(), nullable=False),
        sa.Column("voided", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.CheckConstraint("first_serial >= 1 AND last_serial >= first_serial", name=op.f("ck_ticket_batch_serials")),
        sa.CheckConstraint(
            "voided >= 0 AND voided <= last_serial - first_serial + 1", name=op.f("ck_ticket_batch_voided")
        ),
        sa.CheckConstraint("source IN ('page', 'command', 'integration')", name=op.f("ck_ticket_batch_source")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_ticket_batch_unit_id")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_ticket_batch_premises_id")),
        sa.ForeignKeyConstraint(
            ["service_point_id"], ["service_point.id"], name=op.f("fk_ticket_batch_service_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_batch")),
        sa.UniqueConstraint("unit_id", "first_serial", name=op.f("uq_ticket_batch_unit_id_first_serial")),
    )
    op.create_index("ix_ticket_batch_unit_id_day", "ticket_batch", ["unit_id", "day"])
    op.create_table(
        "ticket",
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("voided", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("voided IN (0, 1)", name=op.f("ck_ticket_voided")),
        sa.ForeignKeyConstraint(["batch_id"], ["ticket_batch.id"], name=op.f("fk_ticket_batch_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_ticket")),
        sa.UniqueConstraint("batch_id", "serial", name=op.f("uq_ticket_batch_id_serial")),
        sqlite_with_rowid=False,
    )
