"""back office"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import guard_table, unguard_table

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = (
    "unit_closing",
    "opening_hours",
    "scan_check",
    "unit_target",
    "band_table",
    "band",
    "contact_version",
    "legal_basis",
)
HOURS = (
    "(opens IS NULL AND closes IS NULL AND reopens IS NULL AND recloses IS NULL) OR "
    "(0 <= opens AND opens < closes AND closes <= 1440 AND reopens IS NULL AND recloses IS NULL) OR "
    "(0 <= opens AND opens < closes AND closes < reopens AND reopens < recloses AND recloses <= 1440)"
)


def upgrade() -> None:
    """Make the tables of hours, targets, bands and contacts; remember which units were ended by hand."""
    _units()
    _bands()
    _contacts()
    # Until now only the audit log told who ended a unit by hand.
    day = (
        "json_extract(e.details, '$.day')"
        if op.get_bind().dialect.name == "sqlite"
        else "(e.details::json->>'day')::date"
    )
    op.execute(
        f"INSERT INTO unit_closing (unit_id, ended_on) SELECT DISTINCT u.id, v.valid_to FROM unit u "
        f"JOIN unit_version v ON v.unit_id = u.id JOIN audit_event e ON e.unit_code = u.code "
        f"WHERE e.kind = 'territory.unit_closed' AND v.valid_to = {day}"
    )
    for table in TABLES:
        guard_table(table)


def _units() -> None:
    op.create_table(
        "unit_closing",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_closing_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "ended_on", name=op.f("pk_unit_closing")),
    )
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        *(sa.Column(name, sa.SmallInteger(), nullable=True) for name in ("opens", "closes", "reopens", "recloses")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_opening_hours_weekday")),
        sa.CheckConstraint(HOURS, name=op.f("ck_opening_hours_hours")),
        sa.ForeignKeyConstraint(["premises_id"], ["premises.id"], name=op.f("fk_opening_hours_premises_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    op.create_index("ix_opening_hours_premises_id", "opening_hours", ["premises_id"])
    op.create_table(
        "scan_check",
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("seen_by", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["scan_code.code"], name=op.f("fk_scan_check_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_scan_check")),
    )
    op.create_table(
        "unit_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(8), nullable=False),
        sa.Column("percent", sa.SmallInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(255), nullable=False),
        sa.CheckConstraint("measure IN ('attitude', 'overall')", name=op.f("ck_unit_target_measure")),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_unit_target_percent")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_target_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_target")),
    )
    op.create_index("ix_unit_target_unit_id", "unit_target", ["unit_id"])


def _bands() -> None:
    op.create_table(
        "band_table",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("set_by", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_band_table")),
    )
    op.create_table(
        "band",
        sa.Column("band_table_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("lower", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('points', 'stars')", name=op.f("ck_band_kind")),
        sa.CheckConstraint("lower BETWEEN 0 AND 1000", name=op.f("ck_band_lower")),
        sa.CheckConstraint("value BETWEEN 0 AND 1000", name=op.f("ck_band_value")),
        sa.ForeignKeyConstraint(["band_table_id"], ["band_table.id"], name=op.f("fk_band_band_table_id")),
        sa.PrimaryKeyConstraint("band_table_id", "kind", "lower", name=op.f("pk_band")),
    )


def _contacts() -> None:
    op.create_table(
        "contact_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("owner_name", sa.String(80), nullable=False),
        sa.Column("owner_name_en", sa.String(80), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("set_by", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_version")),
    )
    op.create_table(
        "legal_basis",
        sa.Column("contact_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_version_id"], ["contact_version.id"], name=op.f("fk_legal_basis_contact_version_id")
        ),
        sa.PrimaryKeyConstraint("contact_version_id", "position", name=op.f("pk_legal_basis")),
    )


def downgrade() -> None:
    """Take it away again."""
    for table in reversed(TABLES):
        unguard_table(table)
        op.drop_table(table)
