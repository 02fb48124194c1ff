"""Who may do what in a PostgreSQL database: rights for the accounts under which the parts of the product run.

- *citizen* (`citizen_app`): lets answers in, and reads what its pages show. It can read no answer, not even its own.
- *staff* (`staff_app`): reads everything, writes the back office, redacts comments under an order.
- *closer* (the timer that closes days and applies retention): the only one that writes the book, the log and the facts.

None of them owns a table, so none can disable a trigger, drop, detach or truncate anything; whatever is append-only
can be added to and read. The owner runs the migrations, and nothing else. Rights are read off the database as it is:
a table that a later version adds gets its rights when the command is run again, after the migration.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from survey_app.database import EMPTIED_DAILY

BOOK = frozenset(
    {
        "response",
        "comment",
        "receipt",
        "book_day",
        "sealed_day",
        "sealed_unit_day",
        "ledger_key",
        "removed_unit_day",
        "counter_day_warning",
    }
)
"""What only the closer adds to."""
OF_THE_CLOSER = re.compile(r"fact_|published_")
"""Beginnings of the names of tables that the closer alone writes: counts made of the book."""
SECRET_FROM_CITIZENS = frozenset(
    {
        "response",
        "comment",
        "inbox",
        "audit_event",
        "staff_account",
        "staff_account_role",
        "staff_link",
        "staff_recovery_code",
        "staff_role",
        "staff_second_factor",
        "staff_session",
        "lost_receipt",
        "listening_action",
        "listening_action_version",
        "week_note",
        "comment_case",
        "comment_case_step",
        "paper_batch",
        "paper_sheet",
        "paper_entry",
        "assisted_link",
        "band_table",
        "contact_version",
        "scan_check",
        "threshold",
        "unit_target",
        "alembic_version",
    }
)
"""What the account of the citizens' pages cannot read, but for the columns of `CITIZEN_COLUMNS`."""
CITIZEN_COLUMNS = {
    "inbox": ("id", "unit_id", "received_on", "receipt"),
    "audit_event": ("seq", "hash"),
    "lost_receipt": ("receipt",),
    "assisted_link": ("code", "service_point_id", "revoked_on"),
    "listening_action": ("id", "unit_id", "source", "source_item", "source_monday", "opened_on"),
    "listening_action_version": (
        *("action_id", "number", "written_at", "title", "category", "said", "owner", "due_on"),
        *("state", "done", "done_on", "published"),
    ),
    "band_table": ("id", "valid_from", "checked_on", "source"),
    "contact_version": ("id", "valid_from", "owner_name", "owner_name_en", "phone"),
    "threshold": ("id", "name", "value", "valid_from"),
    "unit_target": ("id", "unit_id", "measure", "percent", "valid_from"),
    "week_note": ("unit_id", "monday", "kind", "number", "text", "written_on"),
}
"""What it needs of them: where a check code waits, the end of a chain, whether a code was noted already; what communes
say they did and note to a week, not who wrote it."""
CITIZEN_ADDS_TO = frozenset({"inbox", "spent", "audit_event", "lost_receipt", "ticket", "ticket_batch", "visit_count"})
"""Answers; and, for other systems' calls with a key (`/api/v1`), slips and numbers of visits."""
CITIZEN_EMPTIES = frozenset({"ticket"})
"""Codes of slips whose time is over."""
CLOSER_EMPTIES = frozenset({"inbox", "spent", "response", "comment"})
"""From `response` and `comment` the triggers let go of what an order names, and of nothing else."""
STAFF_EMPTIES = frozenset({"comment"})
MAINTAIN_SINCE = 170_000
MAKES_PARTITIONS = "make_response_partition(date)"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


class BadRoleName(ValueError):
    """The name is no plain PostgreSQL name."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of the three accounts; they exist already. Raises BadRoleName."""

    citizen: str
    staff: str
    closer: str

    def __post_init__(self) -> None:
        for name in self.all:
            if not _NAME.fullmatch(name):
                raise BadRoleName(name)

    @property
    def all(self) -> tuple[str, str, str]:
        """All of them."""
        return self.citizen, self.staff, self.closer


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the database: whether its triggers refuse every change, and whether it is a month of the book."""

    name: str
    is_append_only: bool
    is_partition: bool


def grants(connection: Connection, roles: Roles) -> list[str]:
    """The statements that give the roles exactly their rights; running them again changes nothing."""
    schema = connection.execute(text("SELECT current_schema()")).scalar_one()
    tables = tables_of(connection)
    names = ", ".join(roles.all)
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {names}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {names}",
        f"REVOKE ALL ON FUNCTION {MAKES_PARTITIONS} FROM PUBLIC, {names}",
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {names}",
        f"GRANT USAGE ON SCHEMA {schema} TO {names}",
        *_citizen_grants(tables, roles.citizen),
        *_staff_grants(tables, roles.staff),
        *_closer_grants(tables, roles.closer),
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {names}",
        f"GRANT EXECUTE ON FUNCTION {MAKES_PARTITIONS} TO {roles.closer}",
        *_maintenance(connection, roles.closer),
    ]


def grant(connection: Connection, roles: Roles) -> int:
    """Give the roles their rights, in the caller's transaction; returns how many statements that took."""
    statements = grants(connection, roles)
    for statement in statements:
        connection.execute(text(statement))
    return len(statements)


def tables_of(connection: Connection) -> list[Table]:
    """The tables of the current schema, by name."""
    statement = text(
        "SELECT c.relname AS name, c.relispartition AS is_partition, EXISTS (SELECT 1 FROM pg_trigger t "
        "WHERE t.tgrelid = c.oid AND t.tgname = c.relname || '_refuses_change') AS is_append_only FROM pg_class c "
        "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname"
    )
    return [Table(row.name, row.is_append_only, row.is_partition) for row in connection.execute(statement)]


def _citizen_grants(tables: Sequence[Table], role: str) -> Iterator[str]:
    for table in _whole(tables):
        if table.name not in SECRET_FROM_CITIZENS:
            yield f"GRANT SELECT ON {table.name} TO {role}"
        elif table.name in CITIZEN_COLUMNS:
            yield f"GRANT SELECT ({', '.join(CITIZEN_COLUMNS[table.name])}) ON {table.name} TO {role}"
        if table.name in CITIZEN_ADDS_TO:
            yield f"GRANT INSERT ON {table.name} TO {role}"
        if table.name in CITIZEN_EMPTIES:
            yield f"GRANT DELETE ON {table.name} TO {role}"


def _staff_grants(tables: Sequence[Table], role: str) -> Iterator[str]:
    for table in _whole(tables):
        rights = ["SELECT"]
        if table.name not in BOOK | {"alembic_version"} and not OF_THE_CLOSER.match(table.name):
            rights += ["INSERT"] if table.is_append_only else ["INSERT", "UPDATE", "DELETE"]
        elif table.name in STAFF_EMPTIES:
            rights.append("DELETE")
        yield f"GRANT {', '.join(rights)} ON {table.name} TO {role}"


def _closer_grants(tables: Sequence[Table], role: str) -> Iterator[str]:
    for table in _whole(tables):
        rights = ["SELECT"]
        if table.name != "alembic_version":
            rights.append("INSERT")
            if not table.is_append_only and table.name not in BOOK:
                rights += ["UPDATE", "DELETE"]
            elif table.name in CLOSER_EMPTIES:
                rights.append("DELETE")
        yield f"GRANT {', '.join(rights)} ON {table.name} TO {role}"


def _maintenance(connection: Connection, role: str) -> Iterator[str]:
    """Let the closer write the tables anew that it emptied; PostgreSQL before 17 lets only the owner do that."""
    version: int = connection.execute(text("SELECT current_setting('server_version_num')::int")).scalar_one()
    if version >= MAINTAIN_SINCE:
        yield f"GRANT MAINTAIN ON {', '.join(EMPTIED_DAILY)} TO {role}"


def _whole(tables: Sequence[Table]) -> Iterator[Table]:
    """Months of the book are reached through it alone: nobody has a right on one by itself."""
    return (table for table in tables if not table.is_partition)
