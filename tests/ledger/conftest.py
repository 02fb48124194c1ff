"""What several tests of the ledger use."""

import pytest

from tests.ledger.go_note import GoNote
from tests.ledger.synthetic_book import Book, make_book


@pytest.fixture(scope="session")
def go_note(tmp_path_factory: pytest.TempPathFactory) -> GoNote:
    """Go's own signed notes and Merkle proofs."""
    return GoNote.build(tmp_path_factory.mktemp("gonote"))


@pytest.fixture(scope="session")
def book() -> Book:
    """A sealed book of sixteen days."""
    return make_book()
