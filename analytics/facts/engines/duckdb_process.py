"""DuckDB in a process of its own, over Parquet files only: what it takes or breaks, the application does not notice.

The process imports DuckDB and nothing else of weight. It loads no extension and never asks the network for one.
"""

import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

Row = tuple[Any, ...]
_ROWS_A_MESSAGE = 20_000
_SECONDS_TO_STOP = 10


class EngineFailed(Exception):
    """DuckDB could not answer; the message is its own."""


@dataclass(frozen=True, slots=True)
class SmallTable:
    """A table that the statements join with: handed over as rows."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Question:
    """Files that make the table `response`, and statements about them."""

    files: tuple[str, ...]
    statements: tuple[str, ...]


class DuckDBProcess:
    """A running DuckDB, by `with`. `ask` answers one question after the other."""

    def __init__(self, tables: Sequence[SmallTable]) -> None:
        self._tables = tuple(tables)

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._tables), name="duckdb", daemon=True)
        self._process.start()
        theirs.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ours.close()
        self._process.join(_SECONDS_TO_STOP)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    def ask(self, question: Question) -> Iterator[tuple[int, list[Row]]]:
        """Rows of the statements, in pieces, each with its statement's place. Read to the end before asking again.

        Raises EngineFailed.
        """
        try:
            self._ours.send(question)
            while (message := self._ours.recv()) is not None:
                if isinstance(message, str):
                    raise EngineFailed(message)
                yield message
        except (EOFError, OSError) as error:
            raise EngineFailed("the process ended") from error


def _serve(questions: Connection, tables: Sequence[SmallTable]) -> None:
    """The process's own main: answers until the other side hangs up."""
    import duckdb

    database = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    for table in tables:
        _make(database, table)
    while True:
        try:
            question: Question = questions.recv()
        except EOFError:
            return
        try:
            _answer(database, question, questions)
            questions.send(None)
        except duckdb.Error as error:
            questions.send(str(error))


def _make(database: Any, table: SmallTable) -> None:
    """Create and fill a joined table; its columns get the types of their values."""
    types = [
        "INTEGER" if all(isinstance(row[place], int) for row in table.rows) else "VARCHAR"
        for place in range(len(table.columns))
    ]
    columns = ", ".join(f'"{name}" {kind}' for name, kind in zip(table.columns, types, strict=True))
    database.execute(f'CREATE TABLE "{table.name}" ({columns})')
    if table.rows:
        marks = ", ".join("?" for _ in table.columns)
        database.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', [list(row) for row in table.rows])  # noqa: S608  # our own names


def _answer(database: Any, question: Question, answers: Connection) -> None:
    files = ", ".join("'" + file.replace("'", "''") + "'" for file in question.files)
    database.execute(f"CREATE OR REPLACE VIEW response AS SELECT * FROM read_parquet([{files}])")  # noqa: S608  # files of the archive
    for place, statement in enumerate(question.statements):
        result = database.execute(statement)
        while rows := result.fetchmany(_ROWS_A_MESSAGE):
            answers.send((place, rows))
