"""The verifier names the row that was changed, dropped, added, exchanged or moved."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.ledger.exports import MONDAY, WRITERS, Bundle, make_bundle, wrong
from tests.ledger.synthetic_book import Book, make_book


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("response_id", "00" * 16),
        ("day_part", "noon"),
        ("service_point_id", 77),
        ("service_point_id", None),
        ("channel", "display"),
        ("verified", 2),
        ("respondent_group", "official"),
        ("service_domain", "residence"),
        ("questionnaire", "attitude-2"),
        ("questionnaire_hash", "00" * 32),
        ("language", "fr"),
        ("overall", 6),
        ("overall", "05"),
        ("courtesy", "=5"),
        ("trouble", "perhaps"),
        ("own_parking", 1),
        ("flags", "too_slow"),
        ("flags", "too_fast+too_fast"),
        ("set_aside", 7),
        ("comment", "Không phải lời này"),
        ("comment_salt", "00" * 16),
        ("comment_digest", "00" * 32),
        ("leaf_salt", "00" * 16),
        ("leaf_hash", "00" * 32),
        ("leaf_hash", None),
    ],
)
def test_a_changed_row_is_named(bundle: Bundle, tmp_path: Path, column: str, value: object) -> None:
    number = next(n for n, row in enumerate(bundle.rows) if row["questionnaire"] == "attitude-1" and row["flags"])
    row = bundle.rows[number]
    assert row[column] != value
    row[column] = value
    found = wrong(bundle, tmp_path)
    assert found.what == "row_changed"
    expected = {"id": row["response_id"], "day": row["day"], "unit": row["unit_code"], "row": number + 1}
    assert {key: found.details[key] for key in expected} == expected


@pytest.mark.parametrize(("column", "value"), [("sealed", 2), ("sealed", None)])
def test_a_row_that_is_no_row_is_named(bundle: Bundle, tmp_path: Path, column: str, value: object) -> None:
    bundle.rows[2][column] = value
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details["row"], found.details["column"]) == ("row_malformed", 3, column)


def test_a_name_beside_a_proven_code_is_protected_by_the_file_s_digest(bundle: Bundle, tmp_path: Path) -> None:
    bundle.seal_file(tmp_path)
    bundle.rows[0]["unit_name"] = "xã khác"
    assert wrong(bundle, tmp_path, sealed=False).what == "file_differs"


@pytest.mark.parametrize("file_format", WRITERS)
def test_an_apostrophe_that_was_put_before_a_formula_is_no_part_of_the_comment(
    book: Book, tmp_path: Path, file_format: str
) -> None:
    """And one that the person typed is: neither may come or go."""
    for text in ("=1+1", "''＝", "'apostrophe"):
        for other in (f"'{text}", text[1:]):
            bundle = make_bundle(book, file_format=file_format)
            row = next(row for row in bundle.rows if row["comment"] == text)
            row["comment"] = other
            assert wrong(bundle, tmp_path).details["id"] == row["response_id"]


def test_a_comment_cannot_be_hidden_by_taking_its_text_only(bundle: Bundle, tmp_path: Path) -> None:
    next(row for row in bundle.rows if row["comment"])["comment"] = None
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details["column"]) == ("row_changed", "comment")


def test_comments_that_nobody_asked_for_are_named(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book)
    bundle.manifest["filters"]["comments"] = False
    assert wrong(bundle, tmp_path).what == "row_changed"


def first_full_group(bundle: Bundle) -> list[int]:
    """The places of the rows of the first commune-day with several."""
    places: dict[tuple[str, str], list[int]] = {}
    for number, row in enumerate(bundle.rows):
        places.setdefault((row["day"], row["unit_code"]), []).append(number)
    return next(group for group in places.values() if len(group) > 1)


def test_a_missing_row_is_named_by_its_commune_day(bundle: Bundle, tmp_path: Path) -> None:
    group = first_full_group(bundle)
    lost = bundle.rows.pop(group[0])
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details) == (
        "rows_missing",
        {"unit": lost["unit_code"], "day": lost["day"], "found": len(group) - 1, "expected": len(group)},
    )


def test_a_commune_day_without_its_rows_is_named(bundle: Bundle, tmp_path: Path) -> None:
    first = bundle.rows[0]
    bundle.rows = [r for r in bundle.rows if (r["day"], r["unit_code"]) != (first["day"], first["unit_code"])]
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details["day"], found.details["unit"]) == (
        "rows_missing",
        first["day"],
        first["unit_code"],
    )


def test_an_added_row_is_named(book: Book, bundle: Bundle, tmp_path: Path) -> None:
    stranger = make_bundle(make_book(seed=7)).rows[0]
    place = next(n for n, r in enumerate(bundle.rows) if r["unit_code"] == stranger["unit_code"])
    stranger |= {"leaf_hash": stranger["leaf_hash"]}
    bundle.rows.insert(place if bundle.rows[place]["leaf_hash"] > stranger["leaf_hash"] else place + 1, stranger)
    found = wrong(bundle, tmp_path)
    assert found.what == "rows_added"
    outside = make_bundle(book, MONDAY - timedelta(days=1), MONDAY - timedelta(days=1)).rows[0]
    bundle = make_bundle(book)
    bundle.rows.insert(0, outside)
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details["id"], found.details["row"]) == ("row_added", outside["response_id"], 1)


def test_an_exchanged_row_is_named_by_its_commune_day(bundle: Bundle, tmp_path: Path) -> None:
    """Whoever changes a row and its leaf hash alike cannot change what was sealed."""
    other = make_bundle(make_book(seed=7)).rows
    places = {(row["day"], row["unit_code"]) for row in bundle.rows}
    stranger = next(row for row in other if (row["day"], row["unit_code"]) in places)
    here = [
        n for n, r in enumerate(bundle.rows) if (r["day"], r["unit_code"]) == (stranger["day"], stranger["unit_code"])
    ]
    kept = [bundle.rows[n] for n in here[1:]]
    bundle.rows[here[0] : here[-1] + 1] = sorted([stranger, *kept], key=lambda row: str(row["leaf_hash"]))
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details["unit"]) == ("rows_differ", stranger["unit_code"])


def test_rows_out_of_order_and_rows_twice_are_named(book: Book, bundle: Bundle, tmp_path: Path) -> None:
    first, second = first_full_group(bundle)[:2]
    bundle.rows[first], bundle.rows[second] = bundle.rows[second], bundle.rows[first]
    assert wrong(bundle, tmp_path).what == "row_order"
    bundle = make_bundle(book)
    bundle.rows.insert(first, bundle.rows[first])
    assert wrong(bundle, tmp_path).what == "row_order"
    bundle = make_bundle(book)
    bundle.rows.append(bundle.rows[0])
    assert wrong(bundle, tmp_path).what == "row_order"
