"""The verifier says "complete" of what was exported, in every format and however it was chosen."""

from pathlib import Path

import pytest

from tests.ledger.exports import KINDS, WRITERS, Bundle, make_bundle, wrong
from tests.ledger.synthetic_book import Book


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file_format", WRITERS)
def test_what_was_exported_is_complete(book: Book, tmp_path: Path, kind: str, file_format: str) -> None:
    bundle = make_bundle(book, file_format=file_format, **KINDS[kind])
    bundle.seal_file(tmp_path)
    what, details = bundle.verify(tmp_path)[0]
    assert (what, details) == (
        "complete",
        {"rows": len(bundle.rows), "commune_days": len(bundle.manifest["commune_days"])},
    )


def test_what_the_filter_and_the_orders_left_out_is_said(book: Book, tmp_path: Path) -> None:
    everything = len(make_bundle(book).rows)
    filtered = make_bundle(book, rows={"channel": ["poster"]})
    filtered.seal_file(tmp_path)
    left_out = everything - len(filtered.rows)
    assert left_out > 0
    assert ("filtered", {"rows": left_out, "filter": {"channel": ["poster"]}}) in filtered.verify(tmp_path)
    removed = make_bundle(book, **KINDS["removed by retention"])
    removed.seal_file(tmp_path)
    assert removed.rows == []
    assert removed.verify(tmp_path)[-1][0] == "removed"


def test_a_redacted_comment_is_counted_and_everything_else_still_proves(bundle: Bundle, tmp_path: Path) -> None:
    row = next(row for row in bundle.rows if row["comment"])
    row["comment"] = row["comment_salt"] = None
    bundle.seal_file(tmp_path)
    assert ("comments", {"rows": 1}) in bundle.verify(tmp_path)


def test_answers_that_still_wait_are_counted_apart(bundle: Bundle, tmp_path: Path) -> None:
    waiting = dict.fromkeys(bundle.columns) | {"day": "2026-11-26", "unit_code": "26041", "sealed": 0}
    bundle.rows += [waiting, waiting]
    bundle.manifest |= {"unsealed_row_count": 2, "row_count": len(bundle.rows)}
    bundle.seal_file(tmp_path)
    assert ("waiting", {"rows": 2}) in bundle.verify(tmp_path)
    bundle.manifest |= {"unsealed_row_count": 1, "row_count": len(bundle.rows) - 1}
    assert wrong(bundle, tmp_path).what == "unsealed_count"


@pytest.mark.parametrize("day", ["2026-11-25", "2026-11-16", None])
def test_a_row_of_a_sealed_day_cannot_pass_for_one_that_waits(bundle: Bundle, tmp_path: Path, day: str | None) -> None:
    bundle.rows.append(dict.fromkeys(bundle.columns) | {"day": day, "unit_code": "26041", "sealed": 0})
    bundle.manifest |= {"unsealed_row_count": 1, "row_count": len(bundle.rows)}
    assert wrong(bundle, tmp_path).what == "unsealed"


def test_rows_that_wait_come_last(bundle: Bundle, tmp_path: Path) -> None:
    bundle.rows.insert(0, dict.fromkeys(bundle.columns) | {"day": "2026-11-26", "sealed": 0})
    bundle.manifest |= {"unsealed_row_count": 1, "row_count": len(bundle.rows)}
    assert wrong(bundle, tmp_path).what == "unsealed"
