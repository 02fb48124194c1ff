"""The verifier tells files that were cut off, and files that are something else."""

from pathlib import Path

import pytest

from survey_app.ledger.verifier.words import Wrong
from tests.ledger.exports import WRITERS, Bundle, make_bundle, wrong
from tests.ledger.synthetic_book import Book


@pytest.mark.parametrize("file_format", WRITERS)
def test_a_file_without_its_end_is_cut_off(book: Book, tmp_path: Path, file_format: str) -> None:
    bundle = make_bundle(book, file_format=file_format)
    whole = len(bundle.rows)
    last = bundle.rows[-3]
    bundle.rows = bundle.rows[:-3]
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details["rows"], found.details["expected"]) == ("cut_off", whole - 3, whole)
    assert (found.details["day"], found.details["unit"]) == (last["day"], last["unit_code"])
    bundle.rows = []
    assert wrong(bundle, tmp_path).what == "cut_off"


@pytest.mark.parametrize("file_format", WRITERS)
def test_a_download_that_broke_off_is_told(book: Book, tmp_path: Path, file_format: str) -> None:
    bundle = make_bundle(book, file_format=file_format)
    bundle.seal_file(tmp_path)
    path = bundle.write(tmp_path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(Wrong) as found:
            bundle.verify(tmp_path, path)
        assert found.value.what in {"unreadable", "cut_off", "columns"}, length


def test_other_columns_are_told(bundle: Bundle, tmp_path: Path) -> None:
    bundle.columns = bundle.columns[::-1]
    assert wrong(bundle, tmp_path).what == "columns"
    bundle.columns = [name for name in bundle.columns[::-1] if name != "leaf_salt"]
    bundle.manifest["columns"] = bundle.columns
    assert wrong(bundle, tmp_path).what == "columns"


def test_a_filter_on_a_column_that_is_not_there_is_told(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book, rows={"channel": ["poster"]})
    bundle.manifest["filters"]["rows"] = {"colour": ["red"]}
    assert wrong(bundle, tmp_path).what == "columns"
    bundle.manifest["filters"]["rows"] = {"channel": ["ticket"]}
    assert wrong(bundle, tmp_path).what == "row_added"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1]\n",
        '{"a": 1}\n[2]\n',
        '{"a": 1}\n{"b": 1}\n',
        '{"a": 1.5}\n',
        '{"a": [1]}\n',
        '{"a": NaN}\n',
        "\x00\n",
    ],
)
def test_what_is_no_json_lines_file_is_told(book: Book, tmp_path: Path, text: str) -> None:
    bundle = make_bundle(book, file_format="jsonl")
    path = tmp_path / "export.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Wrong) as found:
        bundle.verify(tmp_path, path)
    assert found.value.what in {"unreadable", "columns", "cut_off"}


def test_sheets_that_begin_otherwise_are_told(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book, file_format="xlsx")
    path = bundle.write(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Wrong) as found:
        bundle.verify(tmp_path, path)
    assert found.value.what == "unreadable"
