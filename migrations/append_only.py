"""Triggers that make a table append-only, on both databases. Used by migrations; never changed once released."""

from alembic import op


def guard_table(table: str) -> None:
    """Refuse UPDATE and DELETE on the table, and TRUNCATE on PostgreSQL (needs `refuse_append_only` of 0002)."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_append_only()"
    )


def unguard_table(table: str) -> None:
    """Take the triggers of `guard_table` away."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_refuses_update")
        op.execute(f"DROP TRIGGER {table}_refuses_delete")
        return
    op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
    op.execute(f"DROP TRIGGER {table}_refuses_truncate ON {table}")
