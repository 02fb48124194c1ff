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

SCALE_SLOTS = ("r2", "r3", "r4", "r5", "r6", "r7")
"""Where attitude items live in every questionnaire."""
SCALE_PAIRS = tuple((first, second) for place, first in enumerate(SCALE_SLOTS) for second in SCALE_SLOTS[place:])
SCALE_COLUMNS = (
    "n",
    *(f"s{slot[1:]}" for slot in SCALE_SLOTS),
    *(f"t{slot[1:]}" for slot in SCALE_SLOTS),
    *(f"p{first[1:]}{second[1:]}" for first, second in SCALE_PAIRS),
)

fact_scale = Table(
    "fact_scale",
    Base.metadata,
    Column("day", Date, primary_key=True),
    Column("questionnaire_id", Integer, primary_key=True, autoincrement=False),
    Column("straight", SmallInteger, primary_key=True, autoincrement=False),
    *(Column(name, Integer, nullable=False) for name in SCALE_COLUMNS),
    sqlite_with_rowid=False,
)
"""questionnaire × whether a person gave all attitude items one level (straight): of those who rated every attitude item
and were not set aside, in all units together, their number n, and by slot Σ of ratings (s), how many gave a 5 (t), and
Σ of products of two (p): all that reliability needs, and no person."""

FACT_TABLES = (
    fact_item,
    fact_service_point_item,
    fact_domain_item,
    fact_attitude,
    fact_service_point_attitude,
    fact_domain_attitude,
    fact_choice,
    fact_scale,
)
