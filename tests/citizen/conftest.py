"""A counter with its printed code, and a worker that trusts its pages for ten seconds, as in production."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from config import Settings
from survey_app.responses.models import SpentRow, inbox
from tests.support.applications import settings_for
from tests.support.surveys import ScannedCounter, a_scanned_counter

Transaction = Callable[[], AbstractContextManager[Connection]]
Stored = Callable[[], list[dict[str, object]]]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings with the cache of pages switched on."""
    return settings_for(database_url, tmp_path / "instance", page_cache_seconds=10)


@pytest.fixture
def counter(transaction: Transaction) -> ScannedCounter:
    """Quầy 1 of a ward of Đồng Nai."""
    with transaction() as connection:
        return a_scanned_counter(connection)


@pytest.fixture
def stored(transaction: Transaction) -> Stored:
    """Reads every answer in the inbox; there must be exactly one used token for each."""

    def read() -> list[dict[str, object]]:
        with transaction() as connection:
            rows = [dict(row) for row in connection.execute(select(inbox)).mappings()]
            assert len(connection.scalars(select(SpentRow.receipt)).all()) == len(rows)
            return rows

    return read
