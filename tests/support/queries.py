"""Counts the statements that a piece of code sends to the database."""

from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine, event


class QueryCounter:
    """Context manager: `with QueryCounter(engine) as queries: …; assert queries.count <= 3`.

    Opening and closing of transactions and SQLite's PRAGMAs don't count.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.statements: list[str] = []

    @property
    def count(self) -> int:
        """How many statements were sent so far."""
        return len(self.statements)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            self.statements.append(statement)

    def __enter__(self) -> Self:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)
