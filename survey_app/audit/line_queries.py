"""Lines of text made by the database itself: no row passes through Python one by one.

For booked answers without comments, all that somebody typed are the names of units and counters; they are written here,
once each, and go along with the statement. Everything else is a label or a number. A test holds these lines to those
that `text_forms.lines` makes of the same rows, byte for byte.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Dialect,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    select,
    table,
    type_coerce,
)
from sqlalchemy import column as sql_column
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from survey_app.audit.columns import CODED_CHANNEL, ItemColumn, item_columns
from survey_app.audit.export_rows import Book
from survey_app.audit.line_expressions import Expression, joined, sorted_first
from survey_app.audit.text_forms import ROWS_A_PIECE, Piece, TextForm
from survey_app.questionnaires.register import StoredQuestionnaire
from survey_app.responses import reader
from survey_app.responses.guard import Flag

Cells = Mapping[int, str]
"""Written cells by the id of a unit, a service point or a questionnaire."""
_POSTGRESQL: Dialect = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
_DIALECTS: Mapping[str, Dialect] = {
    "sqlite": SQLiteDialect(),
    "postgresql": _POSTGRESQL,
    "duckdb": _POSTGRESQL,  # Its language is PostgreSQL's, as far as it is spoken here.
}
"""How a statement is written with its values in it; `named` leaves a percent sign alone."""
_FIRST, _LAST = date(1, 1, 1), date(1, 1, 2)
NEVER_IN_A_NAME = "0001-01-0"
"""How these days begin: a name that held it would be changed."""
_QUOTE, _DELIMITER = "\\x01", "\\x02"
"""Characters that no name and no label holds: with them COPY writes a line as it is."""


class LineStatements:
    """The statements for the lines of booked answers in a form, without comments, some days at a time.

    `engine` is `sqlite`, `postgresql`, or `duckdb`, which has the names as tables of its own (`names`) and reads the
    book from the archive.
    """

    def __init__(self, book: Book, form: TextForm, engine: str) -> None:
        self._book, self._form, self._engine = book, form, engine
        names = book.columns.names
        around = form.around(names)
        self._around = dict(zip(names, around, strict=False))
        self.end = around[-1]
        self._service_points = {id_: form.text(name) for id_, name in book.service_points.items()}
        self._questionnaires = {one.id: self._named(one) for one in book.stored}
        self._items = self._item_cells(book.stored)
        self._names_written: Mapping[str, Cells] = {}
        self._templates: dict[bool, str] = {}

    def names(self, day: date) -> dict[str, Cells]:
        """The written cells of what has a name, as they are on the day."""
        units = self._book.units
        unit_names = {unit_id: self._form.text(units.on(unit_id, day)) for unit_id in units.versions}
        return {"units": unit_names, "points": self._service_points, "questionnaires": self._questionnaires}

    def statement(self, first: date, last: date) -> str:
        """The text of the statement: one column, one row a line, in the order of the export.

        The days (both included) must have the same names; several at once are for engines to which each costs the same.
        """
        names = self.names(first)
        if names != self._names_written:
            self._names_written = names
            self._templates.clear()
        template = self._templates.get(first == last)
        if template is None:
            template = self._templates[first == last] = self._template(names, first == last)
        return template.replace(_FIRST.isoformat(), first.isoformat()).replace(_LAST.isoformat(), last.isoformat())

    def _template(self, cells: Mapping[str, Cells], is_one_day: bool) -> str:
        """A statement for days that never were, to be replaced by others: making it costs more than a small day."""
        last = _FIRST if is_one_day else _LAST
        names = {name: self._table(name, each) for name, each in cells.items()}
        written = _FIRST.isoformat() if is_one_day else cast(reader.booked_responses.c.day, String)
        line = joined(self._parts(written, {name: table.c.text for name, table in names.items()}))
        if self._engine == "duckdb":
            statement = sorted_first(line, lambda columns: self._rows(last, names, columns))
        else:
            statement = self._rows(last, names, [line])
        compiled = statement.compile(dialect=_DIALECTS[self._engine], compile_kwargs={"literal_binds": True})
        return str(compiled)

    def _rows(self, last: date, names: Mapping[str, Any], columns: Iterable[Expression]) -> Select[Any]:
        """Columns made of the answers and the names, a row for each answer, in the order of the export."""
        statement = reader.days_in_order(_FIRST, last, self._book.wanted.selection, *columns)
        book = reader.booked_responses.c
        keys = {"units": book.unit_id, "points": book.service_point_id, "questionnaires": book.questionnaire_id}
        for name, key in keys.items():
            # A name that is missing makes its line null, which is noticed; units are looked up by the order anyway, and
            # SQLite goes through them first only if it may.
            statement = statement.join(names[name], names[name].c.id == key, isouter=name != "units")
        return statement

    def _parts(self, day: str | Expression, names: Mapping[str, Expression]) -> Iterator[str | Expression]:
        """What a line is made of, in order."""
        cells = self._cells(day, names)
        for name in self._book.columns.names:
            if name in cells:
                yield self._around[name]
                yield cells[name]
        if self._engine != "postgresql":  # COPY ends every line by itself.
            yield self.end

    def _cells(self, day: str | Expression, names: Mapping[str, Expression]) -> Mapping[str, str | Expression]:
        """Every column's cell; that of `questionnaire_hash` stands in the one before it."""
        book, form = reader.booked_responses.c, self._form
        return {
            "response_id": self._label(self._hex(book.id)),
            "day": form.quote + day + form.quote if isinstance(day, str) else self._label(day),
            "day_part": self._label(book.day_part),
            "unit_code": self._label(reader.unit_code),
            "unit_name": names["units"],
            "service_point_id": self._number(book.service_point_id),
            "service_point": names["points"],
            "channel": self._label(book.channel),
            "verified": case((book.channel == CODED_CHANNEL, "1"), else_="0"),
            "respondent_group": self._label(book.respondent_group, or_nothing=True),
            "service_domain": self._label(book.service_domain, or_nothing=True),
            "questionnaire": names["questionnaires"],
            "language": self._label(book.language),
            **self._items,
            "flags": self._flags(),
            "set_aside": self._number(book.set_aside),
            "comment": form.nothing,
            "comment_salt": form.nothing,
            "comment_digest": self._label(self._hex(book.comment_digest), or_nothing=True),
            "leaf_salt": self._label(self._hex(book.leaf_salt)),
            "leaf_hash": self._label(self._hex(book.leaf_hash)),
            "sealed": "1",
        }

    def _named(self, stored: StoredQuestionnaire) -> str:
        label = f"{stored.questionnaire.key}-{stored.questionnaire.version}"
        return self._form.text(label) + self._around["questionnaire_hash"] + self._form.text(stored.content_hash)

    def _item_cells(self, stored: Sequence[StoredQuestionnaire]) -> dict[str, Expression]:
        """The cells of ratings and choices: filled where the questionnaire has the item."""
        by_column: dict[str, dict[ItemColumn, list[int]]] = defaultdict(lambda: defaultdict(list))
        for one in stored:
            for item in filter(None, item_columns(self._book.columns, one.questionnaire)):
                by_column[item.name][item].append(one.id)
        cells: dict[str, Expression] = {}
        for name, items in by_column.items():
            asked = [(item, self._answer(item), ids) for item, ids in items.items()]
            if len(asked) == 1 and len(asked[0][2]) == len(stored):
                cell: Expression = asked[0][1]
            else:
                of = reader.booked_responses.c.questionnaire_id
                cell = case(*((of.in_(ids), answer) for _, answer, ids in asked))
            cells[name] = func.coalesce(cell, self._form.nothing)
        return cells

    def _answer(self, item: ItemColumn) -> Expression:
        slot = reader.booked_responses.c[item.slot]
        number = self._number(slot)
        if item.options is None:
            return number
        quote = self._form.quote
        values = {code: quote + value + quote for code, value in item.options}
        return case(values, value=slot, else_=self._label(number))

    def _flags(self) -> Expression:
        """The names of the flags, joined by "+"."""
        flags = reader.booked_responses.c.flags
        named = [
            case((flags.bitwise_and(flag.value) != 0, f"+{flag.name.lower()}"), else_="") for flag in Flag if flag.name
        ]
        names = func.ltrim(joined(named), "+")
        return case((flags == 0, self._form.nothing), else_=self._label(names))

    def _label(self, value: Expression, *, or_nothing: bool = False) -> Expression:
        label = joined((self._form.quote, value, self._form.quote)) if self._form.quote else value
        return func.coalesce(label, self._form.nothing) if or_nothing else label

    def _hex(self, column: Expression) -> Expression:
        if self._engine == "postgresql":
            return func.encode(column, "hex")
        digits = func.lower(func.hex(column))
        return digits if not column.nullable else case((column.is_not(None), digits))

    def _number(self, column: Expression) -> Expression:
        """A number as text: SQLite writes it so by itself, and a cast would double its cost."""
        return type_coerce(column, String) if self._engine == "sqlite" else cast(column, String)

    def _table(self, name: str, cells: Cells) -> Any:
        """Cells by id as a table; to a database they go along as one text of JSON."""
        if self._engine == "duckdb":
            return table(name, sql_column("id"), sql_column("text"))
        text = literal(json.dumps(cells, ensure_ascii=False))
        if self._engine == "postgresql":
            pairs = func.json_each_text(cast(text, JSON)).table_valued("key", "value")
        else:
            pairs = func.json_each(text).table_valued("key", "value")
        chosen = select(cast(pairs.c.key, BigInteger).label("id"), pairs.c.value.label("text"))
        return chosen.cte(name).prefix_with("MATERIALIZED")


class DatabaseLines:
    """The lines of booked answers in a form, without comments, made by the database that holds them."""

    def __init__(self, book: Book, form: TextForm) -> None:
        self._book = book
        self._statements = LineStatements(book, form, book.connection.dialect.name)

    def lines(self, day: date) -> Iterator[Piece]:
        """The lines of a day in the order of the export. Raises CorruptedRow."""
        connection, statement = self._book.connection, self._statements.statement(day, day)
        if connection.dialect.name == "postgresql":
            pieces = _copied(connection, statement, self._statements.end.encode())
        else:
            pieces = _fetched(connection, statement)
        try:
            yield from pieces
        except _NoLine:
            raise self._book.corrupted_row(day) from None


class _NoLine(Exception):
    """A line is null where something is that never should be."""


def _fetched(connection: Connection, statement: str) -> Iterator[Piece]:
    """Lines through the driver's own cursor: SQLAlchemy would make a row of each."""
    cursor = connection.exec_driver_sql(statement).cursor
    assert cursor is not None, "a SELECT has a cursor"
    while rows := cursor.fetchmany(ROWS_A_PIECE):
        if (None,) in rows:
            raise _NoLine
        yield "".join([line for (line,) in rows]).encode(), len(rows)


def _copied(connection: Connection, statement: str, end: bytes) -> Iterator[Piece]:
    """Lines by COPY, which the server sends one by one. No cell holds a line end."""
    command = f"COPY ({statement}) TO STDOUT (FORMAT csv, QUOTE E'{_QUOTE}', DELIMITER E'{_DELIMITER}')"
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(command) as copy:
        blocks = map(bytes, copy)
        while lines := list(islice(blocks, ROWS_A_PIECE)):
            if b"\n" in lines:
                raise _NoLine
            piece = b"".join(lines)
            yield piece if end == b"\n" else piece.replace(b"\n", end), piece.count(b"\n")
