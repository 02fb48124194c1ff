"""Fact tables: what a day amounts to, in a few cuts. Deleted and rebuilt per day, never patched; integers only.

The key leads with the day, as a day is made at a time; the index leads with the unit, as a unit is read at a time.
Every cut is by channel and respondent group, counted and set aside apart. `not_stated` stands for an unanswered
group or domain, which is its own stratum.
"""

from sqlalchemy import Column, Date, Index, Integer, SmallInteger, String, Table

from survey_app.database import Base

NOT_STATED = "not_stated"
SCORE_COLUMNS = ("n1", "n2", "n3", "n4", "n5", "not_applicable")
PERSON_COLUMNS = ("responses", "n", "total", "total_of_squares", "partial")
LATER_COLUMNS = frozenset({"partial"})
"""Null in rows made before the column was: their days have to be rebuilt."""


def _keys(*cut: Column[object]) -> list[Column[object]]:
    return [
        Column("day", Date, primary_key=True),
        Column("unit_id", Integer, primary_key=True, autoincrement=False),
        *cut,
        Column("channel", String(10), primary_key=True),
        Column("respondent_group", String(12), primary_key=True),
        Column("set_aside", SmallInteger, primary_key=True, autoincrement=False),
    ]


def _service_point() -> Column[object]:
    return Column("service_point_id", Integer, primary_key=True, autoincrement=False)


def _domain() -> Column[object]:
    return Column("service_domain", String(24), primary_key=True)


def _item() -> Column[object]:
    return Column("item", String(40), primary_key=True)


def _fact(name: str, keys: list[Column[object]], measures: tuple[str, ...]) -> Table:
    columns = [Column(measure, Integer, nullable=measure in LATER_COLUMNS) for measure in measures]
    return Table(name, Base.metadata, *keys, *columns, Index(None, "unit_id", "day"), sqlite_with_rowid=False)


fact_item = _fact("fact_item", _keys(_item()), SCORE_COLUMNS)
"""unit × item: how many gave each level, how many left the item out."""
fact_service_point_item = _fact("fact_service_point_item", _keys(_service_point(), _item()), SCORE_COLUMNS)
fact_domain_item = _fact("fact_domain_item", _keys(_domain(), _item()), SCORE_COLUMNS)

fact_attitude = _fact("fact_attitude", _keys(), PERSON_COLUMNS)
"""unit: responses; persons scored (n), the sum and the sum of squares of their attitude scores in sixtieths; persons
who answered some of the attitude items and not all (partial)."""
fact_service_point_attitude = _fact("fact_service_point_attitude", _keys(_service_point()), PERSON_COLUMNS)
fact_domain_attitude = _fact("fact_domain_attitude", _keys(_domain()), PERSON_COLUMNS)

fact_choice = _fact(
    "fact_choice", _keys(_item(), Column("option", Integer, primary_key=True, autoincrement=False)), ("n",)
)
"""unit × choice item × option code (0: not answered): how many chose it."""

FACT_TABLES = (
    fact_item,
    fact_service_point_item,
    fact_domain_item,
    fact_attitude,
    fact_service_point_attitude,
    fact_domain_attitude,
    fact_choice,
)
