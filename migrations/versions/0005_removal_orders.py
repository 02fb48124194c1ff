"""removal orders: what retention and redaction may take from the book, and what stays of it; lost check codes"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import guard_table, unguard_table

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NAMES_DAY = "{row}.day BETWEEN o.first_day AND o.last_day AND (o.unit_id IS NULL OR o.unit_id = {row}.unit_id)"
_TAKES_ROW = "SELECT 1 FROM removal_order o WHERE o.what = 'rows' AND " + _NAMES_DAY
_TAKES_COMMENT = (
    "SELECT 1 FROM removal_order o WHERE " + _NAMES_DAY + " AND (o.what IN ('rows', 'comments') "
    "OR (o.what = 'comment' AND o.response_id = {row}.response_id))"
)
_GUARDS = {"response": _TAKES_ROW, "comment": _TAKES_COMMENT}
_TABLES = ("removed_unit_day", "lost_receipt", "removal_order")


def upgrade() -> None:
    """Make the tables; from now on the book lets go of exactly what an order names."""
    _make_tables()
    for table in reversed(_TABLES):
        guard_table(table)
    op.create_index(op.f("ix_comment_response_id"), "comment", ["response_id"])
    op.create_index(op.f("ix_inbox_receipt"), "inbox", ["receipt"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Refuse every removal again, and forget the orders."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER removal_order_names_closed_days")
        for table in _GUARDS:
            op.execute(f"DROP TRIGGER {table}_refuses_delete")
            op.execute(
                f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        op.execute("DROP TRIGGER removal_order_names_closed_days ON removal_order")
        op.execute("DROP FUNCTION refuse_order_of_open_days()")
        op.execute("DROP FUNCTION make_response_partition(date)")
        for table in _GUARDS:
            op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
            op.execute(f"DROP FUNCTION refuse_{table}_change()")
            op.execute(
                f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_append_only()"
            )
    op.drop_index(op.f("ix_inbox_receipt"), table_name="inbox")
    op.drop_index(op.f("ix_comment_response_id"), table_name="comment")
    for table in _TABLES:
        unguard_table(table)
        op.drop_table(table)


def _make_tables() -> None:
    op.create_table(
        "removal_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("response_id", sa.LargeBinary(16), nullable=True),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("order_hash", sa.LargeBinary(32), nullable=False),
        sa.CheckConstraint(
            "(kind = 'retention' AND what IN ('rows', 'comments') AND response_id IS NULL) OR "
            "(kind = 'redaction' AND what = 'comment' AND response_id IS NOT NULL AND unit_id IS NOT NULL "
            "AND first_day = last_day)",
            name=op.f("ck_removal_order_scope"),
        ),
        sa.CheckConstraint("first_day <= last_day AND last_day < given_on", name=op.f("ck_removal_order_days")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_removal_order_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal_order")),
        sa.UniqueConstraint("order_hash", name=op.f("uq_removal_order_order_hash")),
    )
    op.create_index(op.f("ix_removal_order_given_on"), "removal_order", ["given_on"])
    op.create_index(op.f("ix_removal_order_last_day"), "removal_order", ["last_day"])
    op.create_table(
        "removed_unit_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("leaf_hashes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "responses >= 1 AND length(leaf_hashes) = 32 * responses", name=op.f("ck_removed_unit_day_leaf_hashes")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_removed_unit_day_unit_id")),
        sa.ForeignKeyConstraint(["order_id"], ["removal_order.id"], name=op.f("fk_removed_unit_day_order_id")),
        sa.PrimaryKeyConstraint("day", "unit_id", name=op.f("pk_removed_unit_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lost_receipt",
        sa.Column("receipt", sa.String(24), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_lost_receipt")),
        sqlite_with_rowid=False,
    )


def _guard_sqlite() -> None:
    for table, order in _GUARDS.items():
        op.execute(f"DROP TRIGGER {table}_refuses_delete")
        op.execute(
            f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} "
            f"WHEN NOT EXISTS ({order.format(row='OLD')}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER removal_order_names_closed_days BEFORE INSERT ON removal_order "
        "WHEN NOT (SELECT NEW.last_day <= MAX(day) AND MAX(day) < NEW.given_on FROM book_day) IS TRUE "
        "BEGIN SELECT RAISE(ABORT, 'removal_order names closed days only, and is sealed after them'); END"
    )


def _guard_postgresql() -> None:
    for table, order in _GUARDS.items():
        op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
        op.execute(
            f"CREATE FUNCTION refuse_{table}_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' AND EXISTS ({order.format(row='OLD')}) THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_{table}_change()"
        )
    op.execute(
        "CREATE FUNCTION refuse_order_of_open_days() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (SELECT NEW.last_day <= MAX(day) AND MAX(day) < NEW.given_on FROM book_day) IS TRUE THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'removal_order names closed days only, and is sealed after them' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER removal_order_names_closed_days BEFORE INSERT ON removal_order "
        "FOR EACH ROW EXECUTE FUNCTION refuse_order_of_open_days()"
    )
    # Whoever closes the day needs a new partition each month, and need not own the book for it (docs/operations.md).
    op.execute(
        "CREATE FUNCTION make_response_partition(month date) RETURNS void LANGUAGE plpgsql "
        "SECURITY DEFINER SET search_path FROM CURRENT AS $$ "
        "DECLARE first date := date_trunc('month', month)::date; name text := 'response_' || to_char(month, 'YYYY_MM'); "
        "BEGIN IF to_regclass(name) IS NOT NULL THEN RETURN; END IF; "
        "EXECUTE format('CREATE TABLE %I PARTITION OF response FOR VALUES FROM (%L) TO (%L)', "
        "name, first, (first + interval '1 month')::date); "
        "EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT "
        "EXECUTE FUNCTION refuse_append_only()', name || '_refuses_truncate', name); END $$"
    )
    op.execute("REVOKE ALL ON FUNCTION make_response_partition(date) FROM PUBLIC")
