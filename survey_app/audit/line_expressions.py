"""How the text of a line is put together in SQL, so that an engine copies little and sorts little."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnClause, ColumnElement, Select, String, literal, select
from sqlalchemy.sql import visitors

Expression = ColumnElement[Any]


def joined(parts: Iterable[str | Expression]) -> Expression:
    """Texts and expressions one after the other; texts that meet become one."""
    merged: list[str | Expression] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, str) and isinstance(last, str):
            merged[-1] = last + part
        elif part != "" if isinstance(part, str) else True:
            merged.append(part)
    return _balanced([literal(part) if isinstance(part, str) else part for part in merged])


def _balanced(parts: Sequence[Expression]) -> Expression:
    """Parts one after the other, by halves: from left to right, each would be copied once for every part after it."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return _balanced(parts[:middle]).op("||", return_type=String())(_balanced(parts[middle:]))


def sorted_first(line: Expression, rows: Callable[[Iterable[Expression]], Select[Any]]) -> Select[Any]:
    """The line made of columns that are in order already: sorting the lines themselves takes much more memory."""
    columns: dict[Any, Expression] = {
        column: column.label(f"c{number}")
        for number, column in enumerate(dict.fromkeys(visitors.iterate(line)))
        if isinstance(column, ColumnClause)
    }
    ordered = rows(columns.values()).subquery("ordered")
    places = {column: ordered.c[label.name] for column, label in columns.items()}

    def place(element: Any, **_options: Any) -> Any:
        return places.get(element)

    return select(visitors.replacement_traverse(line, {}, place))
