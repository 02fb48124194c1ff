"""What several tests of the ledger use."""

import pytest
from flask import Flask

from tests.ledger.exports import Bundle, make_bundle
from tests.ledger.go_note import GoNote
from tests.ledger.real_book import Begin, RealBook, a_real_book
from tests.ledger.synthetic_book import Book, make_book


@pytest.fixture(scope="session")
def go_note(tmp_path_factory: pytest.TempPathFactory) -> GoNote:
    """Go's own signed notes and Merkle proofs."""
    return GoNote.build(tmp_path_factory.mktemp("gonote"))


@pytest.fixture(scope="session")
def book() -> Book:
    """A sealed book of sixteen days."""
    return make_book()


@pytest.fixture
def bundle(book: Book) -> Bundle:
    """A week of all units, to tamper with."""
    return make_bundle(book)


@pytest.fixture
def real_book(app: Flask, transaction: Begin) -> RealBook:
    """Three sealed days."""
    return a_real_book(app, transaction)
