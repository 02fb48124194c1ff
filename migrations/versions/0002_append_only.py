"""the book is append-only, stored questionnaires are immutable, an answer in the inbox cannot be rewritten"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("response", "comment", "receipt", "book_day", "questionnaire", "questionnaire_item", "questionnaire_use")
INBOX_ANSWER = (
    "id, received_on, unit_id, day_part, service_point_id, channel, respondent_group, service_domain, questionnaire_id, "
    "language, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, c1, c2, c3, c4, comment, receipt"
)
"""Everything but the guard's verdict (flags, set_aside), which may change until the day is closed."""


def upgrade() -> None:
    """Refuse UPDATE and DELETE (and TRUNCATE on PostgreSQL)."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        op.execute(
            f"CREATE TRIGGER inbox_refuses_update BEFORE UPDATE OF {INBOX_ANSWER} ON inbox "
            "BEGIN SELECT RAISE(ABORT, 'an answer cannot be rewritten'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_append_only()"
        )
    op.execute(
        f"CREATE TRIGGER inbox_refuses_update BEFORE UPDATE OF {INBOX_ANSWER} ON inbox "
        "FOR EACH ROW EXECUTE FUNCTION refuse_append_only()"
    )


def downgrade() -> None:
    """Allow changes again."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER inbox_refuses_update")
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_refuses_{verb}")
        return
    op.execute("DROP TRIGGER inbox_refuses_update ON inbox")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
        op.execute(f"DROP TRIGGER {table}_refuses_truncate ON {table}")
    op.execute("DROP FUNCTION refuse_append_only() CASCADE")  # with the triggers of monthly partitions
