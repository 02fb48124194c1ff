"""The world of the archive's tests."""

from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from tests.ledger.archive.world import Begin, World, a_world


@pytest.fixture
def world(app: Flask, transaction: Begin, settings: Settings) -> World:
    """Counters and an archive that is not there yet."""
    archive: Path = settings.resolved_archive_dir
    return a_world(app, transaction, archive)
