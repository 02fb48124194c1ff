"""listening to comments"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import guard_table, unguard_table

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SOURCES = "'signal', 'item', 'comments', 'other'"
CATEGORIES = (
    "'courtesy', 'answers', 'guidance', 'fairness', 'dedication', 'waiting', 'papers', 'premises', 'online', 'other'"
)
ACTION_STATES = "'planned', 'under_way', 'done', 'stopped'"
NOTE_KINDS = "'outage', 'storm', 'staff_away', 'moved', 'other'"
STEPS = "'assigned', 'verified', 'unfounded', 'forwarded', 'closed'"
TABLES = ("listening_action", "listening_action_version", "week_note", "comment_case", "comment_case_step")


def upgrade() -> None:
    """Make the tables of actions, notes and cases: every version and step stays."""
    _actions()
    _notes()
    _cases()
    for table in TABLES:
        guard_table(table)


def _actions() -> None:
    op.create_table(
        "listening_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("source_item", sa.String(40), nullable=True),
        sa.Column("source_monday", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(255), nullable=False),
        sa.CheckConstraint(f"source IN ({SOURCES})", name=op.f("ck_listening_action_source")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_listening_action_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listening_action")),
    )
    op.create_index("ix_listening_action_unit_id", "listening_action", ["unit_id"])
    op.create_table(
        "listening_action_version",
        sa.Column("action_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("category", sa.String(12), nullable=False),
        sa.Column("said", sa.String(500), nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done", sa.String(500), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("published", sa.SmallInteger(), nullable=False),
        sa.Column("written_by", sa.String(255), nullable=False),
        sa.Column("written_at", sa.String(32), nullable=False),
        sa.CheckConstraint(f"category IN ({CATEGORIES})", name=op.f("ck_listening_action_version_category")),
        sa.CheckConstraint(f"state IN ({ACTION_STATES})", name=op.f("ck_listening_action_version_state")),
        sa.CheckConstraint("published IN (0, 1)", name=op.f("ck_listening_action_version_published")),
        sa.CheckConstraint(
            "state <> 'done' OR (done IS NOT NULL AND done_on IS NOT NULL)",
            name=op.f("ck_listening_action_version_done"),
        ),
        sa.ForeignKeyConstraint(
            ["action_id"], ["listening_action.id"], name=op.f("fk_listening_action_version_action_id")
        ),
        sa.PrimaryKeyConstraint("action_id", "number", name=op.f("pk_listening_action_version")),
        sqlite_with_rowid=False,
    )


def _notes() -> None:
    op.create_table(
        "week_note",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(200), nullable=True),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("written_by", sa.String(255), nullable=False),
        sa.CheckConstraint(f"kind IN ({NOTE_KINDS})", name=op.f("ck_week_note_kind")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_week_note_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "monday", "kind", "number", name=op.f("pk_week_note")),
        sqlite_with_rowid=False,
    )


def _cases() -> None:
    op.create_table(
        "comment_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.LargeBinary(16), nullable=False),
        sa.Column("answered", sa.String(10), nullable=True),
        sa.Column("allegations", sa.String(60), nullable=False),
        sa.CheckConstraint(
            "answered IS NULL OR answered IN ('trouble', 'money')", name=op.f("ck_comment_case_answered")
        ),
        sa.CheckConstraint("answered IS NOT NULL OR allegations <> ''", name=op.f("ck_comment_case_reason")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_comment_case_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_case")),
        sa.UniqueConstraint("day", "unit_id", "response_id", name=op.f("uq_comment_case_day_unit_id_response_id")),
    )
    op.create_table(
        "comment_case_step",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("assignee", sa.String(255), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("taken_by", sa.String(255), nullable=False),
        sa.Column("taken_at", sa.String(32), nullable=False),
        sa.CheckConstraint(f"state IN ({STEPS})", name=op.f("ck_comment_case_step_state")),
        sa.CheckConstraint("(state = 'assigned') = (assignee IS NOT NULL)", name=op.f("ck_comment_case_step_assignee")),
        sa.ForeignKeyConstraint(["case_id"], ["comment_case.id"], name=op.f("fk_comment_case_step_case_id")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_comment_case_step")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_comment_case_step_state", "comment_case_step", ["state"])


def downgrade() -> None:
    """Forget actions, notes and cases."""
    for table in reversed(TABLES):
        unguard_table(table)
        op.drop_table(table)
