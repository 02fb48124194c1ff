"""Tables of what is published: append-only, integers only. A number once shown stays as it was shown."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, SmallInteger, String, Table, Text

from survey_app.database import Base

LEVEL_COLUMNS = tuple(f"n{level}" for level in range(1, 6))
RATING_COLUMNS = tuple(f"r{level}" for level in range(1, 6))
SUM_COLUMNS = ("responses", "scored", "total", "total_of_squares", *LEVEL_COLUMNS, *RATING_COLUMNS)
"""Sums of a cell: answers; persons scored, Σ, Σ²; levels of `overall`; levels of all attitude items together."""
COMPOSITION_COLUMNS = ("with_code", "without_code", "by_others", "set_aside")
TROUBLE_COLUMNS = ("answered_no", "answered_trouble", "answered_money")


def _counts(names: tuple[str, ...]) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in names]


published_week = Table(
    "published_week",
    Base.metadata,
    Column("monday", Date, primary_key=True),
    Column("minimum_n", SmallInteger, nullable=False),
    CheckConstraint("minimum_n >= 10", name="minimum_n"),
    sqlite_with_rowid=False,
)
"""The finished weeks that were decided, and the minimum that held then."""

published_group = Table(
    "published_group",
    Base.metadata,
    Column("unit_id", Integer, primary_key=True, autoincrement=False),
    Column("population", String(14), primary_key=True),
    Column("last_day", Date, primary_key=True),
    Column("first_day", Date, nullable=False),
    Column("minimum_n", SmallInteger, nullable=False),
    *_counts(SUM_COLUMNS),
    *_counts(COMPOSITION_COLUMNS),
    Column("partial", Integer),
    Column("item_levels", Text, nullable=False),
    Column("aside", Text, nullable=False),
    CheckConstraint("scored >= minimum_n AND n1 + n2 + n3 + n4 + n5 >= minimum_n", name="enough"),
    sqlite_with_rowid=False,
)
"""Whole weeks of a unit that are shown as one: the bricks of everything else. `partial`: persons who left out some but
not all attitude items (null: unknown). `item_levels`, `aside`: JSON of the levels by item, and of the sums set aside;
they are shown over the windows of `published_window` only."""

published_window = Table(
    "published_window",
    Base.metadata,
    Column("unit_id", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(10), primary_key=True),
    Column("last_day", Date, primary_key=True),
    Column("first_day", Date, nullable=False),
    Column("shown", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Whole blocks over which items, or the index with the answers set aside, are shown (`shown` 0: given up)."""

published_part = Table(
    "published_part",
    Base.metadata,
    Column("unit_id", Integer, primary_key=True, autoincrement=False),
    Column("axis", String(14), primary_key=True),
    Column("last_day", Date, primary_key=True),
    Column("part", SmallInteger, primary_key=True, autoincrement=False),
    Column("first_day", Date, nullable=False),
    Column("minimum_n", SmallInteger, nullable=False),
    Column("labels", Text, nullable=False),
    *_counts(SUM_COLUMNS),
    CheckConstraint("scored >= minimum_n AND n1 + n2 + n3 + n4 + n5 >= minimum_n", name="enough"),
    sqlite_with_rowid=False,
)
"""Parts of a block along one axis. `labels`: what the part holds, a JSON list; several where small ones were merged."""

published_quarter = Table(
    "published_quarter",
    Base.metadata,
    Column("last_day", Date, primary_key=True),
    Column("first_day", Date, nullable=False),
    Column("minimum_n", SmallInteger, nullable=False),
    CheckConstraint("minimum_n >= 100", name="minimum_n"),
    sqlite_with_rowid=False,
)
"""The quarters that were decided, as whole weeks (Monday to Sunday), and from how many answers on they may be shown."""

published_trouble = Table(
    "published_trouble",
    Base.metadata,
    Column("unit_id", Integer, primary_key=True, autoincrement=False),
    Column("last_day", Date, primary_key=True),
    Column("first_day", Date, nullable=False),
    Column("minimum_n", SmallInteger, nullable=False),
    *_counts(TROUBLE_COLUMNS),
    CheckConstraint("minimum_n >= 100 AND answered_no + answered_trouble + answered_money >= minimum_n", name="enough"),
    sqlite_with_rowid=False,
)
"""A unit's quarter: how many said that nothing was made hard, that something was, that money was hinted at."""

PUBLISHED_TABLES = (
    published_week,
    published_group,
    published_window,
    published_part,
    published_quarter,
    published_trouble,
)
