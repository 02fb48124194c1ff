"""The verifier says "complete" of what was exported, and names the first thing wrong with anything else."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from survey_app.ledger.checkpoint import Checkpoint, SigningKey, sign_checkpoint
from survey_app.ledger.day_record import order_hash
from survey_app.ledger.manifest import LeftOut, SealedLog, receipt_proof
from survey_app.ledger.merkle import leaf_hash
from survey_app.ledger.verifier.shapes import MANIFEST
from survey_app.ledger.verifier.verify import Held, verify_export, verify_monitor, verify_receipt
from survey_app.ledger.verifier.words import Wrong
from tests.ledger.synthetic_book import (
    ENDED,
    FIRST_DAY,
    FOUNDED,
    KEY,
    LAST_DAY,
    ORIGIN,
    OTHER_KEY,
    WRITERS,
    Book,
    Bundle,
    make_book,
    make_bundle,
)

MONDAY = date(2026, 11, 16)
KINDS: dict[str, dict[str, Any]] = {
    "everything": {},
    "one unit": {"units": ["26068"]},
    "units that come and go": {"units": [ENDED, FOUNDED, "26041"]},
    "a filter": {"rows": {"channel": ["poster", "kiosk"]}},
    "a filter on what is empty": {"units": ["26068", "26041"], "rows": {"respondent_group": ["", "citizen"]}},
    "without comments": {"comments": False},
    "one day": {"first": MONDAY, "last": MONDAY},
    "the whole log": {"first": FIRST_DAY, "last": LAST_DAY},
    "a silent unit": {"units": ["26101"]},
    "removed by retention": {"first": FIRST_DAY, "last": FIRST_DAY + timedelta(days=2), "removed": True},
}


@pytest.fixture
def bundle(book: Book) -> Bundle:
    """A week of all units, to tamper with."""
    return make_bundle(book)


def wrong(bundle: Bundle, folder: Path, *, sealed: bool = True) -> Wrong:
    """What is wrong with it, also when whoever tampered let the manifest's SHA-256 fit (`sealed`)."""
    if sealed:
        bundle.seal_file(folder)
    with pytest.raises(Wrong) as found:
        bundle.verify(folder)
    return found.value


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


# Rows


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


# The manifest


Tamper = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("tamper", "what", "details"),
    [
        (lambda m: m["days"].pop(3), "day_missing", {"day": "2026-11-19"}),
        (lambda m: m["days"].pop(), "day_missing", {"day": "2026-11-22"}),
        (lambda m: m["days"].clear(), "day_missing", {"day": "2026-11-16"}),
        (lambda m: m["days"].insert(1, m["days"][0]), "day_surplus", {"day": "2026-11-16"}),
        (lambda m: m["days"].append(m["days"][6]), "day_surplus", {"day": "2026-11-22"}),
        (lambda m: m["days"].__setitem__(slice(0, 2), m["days"][1::-1]), "day_missing", {"day": "2026-11-16"}),
        (lambda m: m["days"][2].update(index=3), "day_differs", {"day": "2026-11-18"}),
        (lambda m: m["days"][2]["record"].update(unit_count=3), "day_differs", {"day": "2026-11-18"}),
        (lambda m: m["days"][2]["record"].update(audit_head=None), "day_differs", {"day": "2026-11-18"}),
        (lambda m: m["days"][2]["proof"].pop(), "day_differs", {"day": "2026-11-18"}),
        (lambda m: m["commune_days"].pop(1), "units_differ", {"day": "2026-11-16", "found": 3, "expected": 4}),
        (lambda m: m["commune_days"][1]["entry"].update(count=9), "units_differ", {"day": "2026-11-16"}),
        (lambda m: m["commune_days"].insert(1, m["commune_days"][0]), "unit_surplus", {"day": "2026-11-16"}),
        (lambda m: m["commune_days"][0].update(day="2026-11-15"), "unit_surplus", {"day": "2026-11-15"}),
        (lambda m: m["commune_days"].reverse(), "unit_surplus", {}),
        (lambda m: m["filters"].update(last_day="2026-11-23"), "day_missing", {"day": "2026-11-23"}),
        (lambda m: m["filters"].update(first_day="2026-11-17"), "day_surplus", {"day": "2026-11-16"}),
        (lambda m: m["filters"].update(first_day="2026-11-23"), "json", {}),
        (lambda m: m["filters"].update(units=["26041"]), "unit_surplus", {}),
        (lambda m: m.update(row_count=1), "row_count", {"said": 1}),
        (lambda m: m["flags"]["too_fast"].update(bit=4), "flags", {"flag": "too_fast"}),
        (lambda m: m["flags"]["honeypot"].update(sets_aside=False), "row_changed", {"column": "set_aside"}),
        (lambda m: m["commune_days"][0].update(left_out=["00" * 32]), "left_out", {"day": "2026-11-16"}),
        (lambda m: m["questionnaires"].clear(), "row_changed", {"column": "questionnaire_hash"}),
    ],
)
def test_what_was_changed_in_the_manifest_is_named(
    bundle: Bundle, tmp_path: Path, tamper: Tamper, what: str, details: dict[str, object]
) -> None:
    tamper(bundle.manifest)
    found = wrong(bundle, tmp_path)
    assert found.what == what
    assert {key: found.details[key] for key in details} == details


def test_a_questionnaire_whose_words_or_codes_were_changed_is_named(bundle: Bundle, tmp_path: Path) -> None:
    name, definition = next(iter(bundle.manifest["questionnaires"].items()))
    trouble = next(item for item in definition["items"] if item["name"] == "trouble")
    trouble["options"][0]["code"], trouble["options"][2]["code"] = 3, 1
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details) == ("questionnaire", {"hash": name})


@pytest.mark.parametrize(
    ("tamper", "what", "details"),
    [
        (lambda m: m["commune_days"].pop(0), "unit_missing", {"unit": "26041", "day": "2026-11-16"}),
        (lambda m: m["absent"].pop(0), "unit_missing", {"unit": FOUNDED, "day": "2026-11-16"}),
        (lambda m: m["absent"][0].update(before=None), "unit_missing", {"unit": FOUNDED}),
        (lambda m: m["absent"][0].update(before=None, after=None), "unit_missing", {"unit": FOUNDED}),
        (lambda m: m["absent"][0].update(day="2026-11-15"), "unit_surplus", {"day": "2026-11-15"}),
        (lambda m: m["absent"][0]["before"]["entry"].update(unit="26999"), "unit_differs", {"unit": "26999"}),
        (lambda m: m["commune_days"][0].update(proof=None), "unit_differs", {"unit": "26041"}),
        (lambda m: m["commune_days"][0]["proof"].pop(), "unit_differs", {"unit": "26041"}),
        (lambda m: m["commune_days"][0].update(index=2), "unit_differs", {"unit": "26041"}),
        (lambda m: m["commune_days"][0]["entry"].update(receipts_count=9), "unit_differs", {"unit": "26041"}),
        (lambda m: m["filters"]["units"].append("26101"), "unit_missing", {"unit": "26101"}),
        (lambda m: m["filters"]["units"].remove("26041"), "unit_surplus", {"unit": "26041"}),
    ],
)
def test_of_chosen_units_every_one_is_proven_on_every_day(
    book: Book, tmp_path: Path, tamper: Tamper, what: str, details: dict[str, object]
) -> None:
    bundle = make_bundle(book, units=["26041", ENDED, FOUNDED])
    tamper(bundle.manifest)
    found = wrong(bundle, tmp_path)
    assert found.what == what
    assert {key: found.details[key] for key in details} == details


def test_a_unit_with_an_entry_cannot_be_proven_absent(book: Book, tmp_path: Path) -> None:
    """Neighbours that leave room for it are no neighbours."""
    bundle = make_bundle(book, units=["26041", "26068", "26101"])
    kept = [one for one in bundle.manifest["commune_days"] if one["entry"]["unit"] != "26068"]
    for day in {one["day"] for one in kept}:
        before, after = (one for one in kept if one["day"] == day)
        bundle.manifest["absent"].append({"day": day, "unit": "26068", "before": before, "after": after})
    bundle.manifest["commune_days"] = kept
    assert wrong(bundle, tmp_path).what == "unit_missing"


@pytest.mark.parametrize(
    ("tamper", "what"),
    [
        (lambda m: m.update(orders=[]), "left_out"),
        (lambda m: m["orders"][0]["order"].update(last_day="2026-11-30"), "order"),
        (lambda m: m["orders"][0]["day"].update(index=3), "day_differs"),
        (lambda m: [one.update(removed_by=None) for one in m["commune_days"]], "left_out"),
        (lambda m: [one.update(removed_by="00" * 32) for one in m["commune_days"]], "left_out"),
        (lambda m: [one["left_out"].reverse() for one in m["commune_days"]], "left_out"),
        (lambda m: [one["left_out"].clear() for one in m["commune_days"]], "left_out"),
    ],
)
def test_rows_are_only_missing_by_a_sealed_order(book: Book, tmp_path: Path, tamper: Tamper, what: str) -> None:
    bundle = make_bundle(book, **KINDS["removed by retention"])
    tamper(bundle.manifest)
    assert wrong(bundle, tmp_path).what == what


def test_an_order_removes_nothing_it_does_not_name(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book, FIRST_DAY + timedelta(days=2), FIRST_DAY + timedelta(days=3), removed=True)
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details["day"]) == ("left_out", "2026-11-13")


def test_the_hash_of_a_row_left_out_cannot_be_exchanged(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book, rows={"channel": ["poster"]})
    hidden = next(one for one in bundle.manifest["commune_days"] if one["left_out"])
    hidden["left_out"] = sorted([*hidden["left_out"][1:], leaf_hash(b"").hex()])
    found = wrong(bundle, tmp_path)
    assert (found.what in {"rows_differ", "cut_off", "rows_missing"}, found.details["day"]) == (True, hidden["day"])


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", "7", "{", "[" * 100_000, '{"format": "than-thien-manifest/2"}', '{"format": "\ud800"}'],
)
def test_what_is_no_manifest_is_told(bundle: Bundle, tmp_path: Path, text: str) -> None:
    with pytest.raises(Wrong) as found:
        verify_export(bundle.write(tmp_path), text, Held(bundle.key, bundle.checkpoint))
    assert (found.value.what, found.value.details["file"]) == ("json", "manifest")


@pytest.mark.parametrize("key", MANIFEST)
def test_every_part_of_a_manifest_is_asked_for_by_name(bundle: Bundle, tmp_path: Path, key: str) -> None:
    path = bundle.write(tmp_path)
    without = {name: value for name, value in bundle.manifest.items() if name != key}
    for manifest in (without, {**without, key: 7.5}, {**without, key: None}, {**without, key: [[]]}):
        bundle.manifest = manifest
        with pytest.raises(Wrong) as found:
            bundle.verify(tmp_path, path)
        assert found.value.what == "json"
        assert key in str(found.value.details["where"])


# Heads and keys


def test_a_wrong_key_a_bad_signature_and_a_foreign_head_are_told(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book)
    bundle.key = OTHER_KEY.verifier.text
    assert wrong(bundle, tmp_path).what == "wrong_key"
    bundle.key = KEY.verifier.text
    bundle.checkpoint = bundle.checkpoint.replace("\n16\n", "\n17\n")
    assert wrong(bundle, tmp_path).what == "bad_signature"
    foreign = SigningKey("other.example/log", bytes(32))
    bundle.key += "\n" + foreign.verifier.text
    bundle.checkpoint = sign_checkpoint(Checkpoint(foreign.name, 16, book.tree.root()), foreign)
    assert wrong(bundle, tmp_path).what == "foreign"
    bundle.checkpoint = "no note"
    assert wrong(bundle, tmp_path).what == "note"
    bundle.key = "no key"
    assert wrong(bundle, tmp_path).what == "key"


def test_the_manifest_s_own_head_must_be_signed_too(bundle: Bundle, tmp_path: Path) -> None:
    bundle.manifest["checkpoint"] = bundle.checkpoint.replace("\n16\n", "\n15\n")
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details["file"]) == ("bad_signature", "checkpoint in the manifest")


def test_after_the_key_was_changed_old_exports_still_verify(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book, log=book.log(key=OTHER_KEY))
    bundle.key = f"{KEY.verifier.text}\n{OTHER_KEY.verifier.text}\n"
    bundle.seal_file(tmp_path)
    assert bundle.verify(tmp_path)[0][0] == "complete"
    bundle.key = KEY.verifier.text
    assert wrong(bundle, tmp_path).what == "wrong_key"


def test_a_head_you_hold_must_be_linked_to_that_of_the_proofs(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book)
    bundle.checkpoint = book.note(14)
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details) == ("stale_head", {"given": 14, "size": 16})
    bundle.consistency = book.consistency(14, 16)
    assert bundle.verify(tmp_path)[0][0] == "complete"
    bundle.consistency = book.consistency(13, 16)
    assert wrong(bundle, tmp_path).what == "other_proof"
    bundle.consistency = "old 14\n"
    assert wrong(bundle, tmp_path).what == "proof"


def test_an_older_export_verifies_against_a_newer_head_by_a_consistency_proof(book: Book, tmp_path: Path) -> None:
    bundle = make_bundle(book, log=book.log(14))
    assert wrong(bundle, tmp_path).what == "newer_head"
    bundle.consistency = book.consistency(14, 16)
    assert bundle.verify(tmp_path)[0][0] == "complete"


@pytest.mark.parametrize("size", [14, 16])
def test_a_book_that_was_rewritten_is_told(book: Book, tmp_path: Path, size: int) -> None:
    """Even when everything in the new book is consistent and signed: the head held from before gives it away."""
    bundle = make_bundle(make_book(seed=7))
    bundle.seal_file(tmp_path)
    assert bundle.verify(tmp_path)[0][0] == "complete"
    bundle.checkpoint = book.note(size)
    bundle.consistency = book.consistency(size, 16)
    found = wrong(bundle, tmp_path)
    assert (found.what, found.details) == ("split_log", {"first": size, "second": 16})


# Monitors and check codes


def test_a_monitor_sees_the_log_grow_and_nothing_else(book: Book) -> None:
    keys = KEY.verifier.text
    ((what, details),) = verify_monitor(book.note(5), book.consistency(5, 16), keys)
    assert (what, details) == ("extends", {"origin": ORIGIN, "first": 5, "second": 16})
    other = make_book(seed=7)
    cases = [
        (other.note(5), book.consistency(5, 16), "split_log"),
        (book.note(6), book.consistency(5, 16), "other_proof"),
        (book.note(16), book.consistency(5, 14), "shrunk"),
        (book.note(5), book.consistency(5, 16).replace("\n16\n", "\n17\n"), "bad_signature"),
        (book.note(5), "", "proof"),
    ]
    for old, proof, expected in cases:
        with pytest.raises(Wrong) as found:
            verify_monitor(old, proof, keys)
        assert found.value.what == expected
    foreign = SigningKey("other.example/log", bytes(32))
    note = sign_checkpoint(Checkpoint(foreign.name, 5, book.tree.root(5)), foreign)
    with pytest.raises(Wrong) as found:
        verify_monitor(note, book.consistency(5, 16), f"{keys}\n{foreign.verifier.text}")
    assert found.value.what == "foreign"


def a_receipt(book: Book) -> tuple[dict[str, Any], str, str]:
    """The proof of a check code, with its unit and day."""
    (day, unit), codes = next((place, codes) for place, codes in book.codes.items() if len(codes) > 2)
    return receipt_proof(codes[1], unit, codes, book.day(day), book.log()), unit, day.isoformat()


def test_a_check_code_is_counted_and_nothing_of_the_answer_is_in_its_proof(book: Book) -> None:
    proof, unit, day = a_receipt(book)
    held = Held(KEY.verifier.text, book.note(16))
    ((what, details),) = verify_receipt(json.dumps(proof), held)
    assert (what, details["receipt"], details["unit"], details["day"]) == ("counted", proof["receipt"], unit, day)
    text = json.dumps(proof)
    assert not any(answer.leaf_hash.hex() in text for answers in book.answers.values() for answer in answers)


@pytest.mark.parametrize(
    ("tamper", "what"),
    [
        (lambda p: p.update(receipt="000000000000"), "receipt"),
        (lambda p: p.update(receipt_index=0), "receipt"),
        (lambda p: p["receipt_proof"].pop(), "receipt"),
        (lambda p: p["commune_day"]["entry"].update(unit="26999"), "unit_differs"),
        (lambda p: p["day"]["record"].update(day="2026-11-12"), "day_differs"),
        (lambda p: p.update(checkpoint=""), "note"),
        (lambda p: p.update(receipt="not a code"), "json"),
    ],
)
def test_a_check_code_that_was_not_counted_has_no_proof(book: Book, tamper: Tamper, what: str) -> None:
    proof, _, _ = a_receipt(book)
    tamper(proof)
    with pytest.raises(Wrong) as found:
        verify_receipt(json.dumps(proof), Held(KEY.verifier.text, book.note(16)))
    assert found.value.what == what


def test_only_a_code_of_the_commune_day_can_be_proven(book: Book) -> None:
    (day, unit), codes = next(iter(book.codes.items()))
    with pytest.raises(ValueError, match="not in list"):
        receipt_proof("ZZZZZZZZZZZZ", unit, codes, book.day(day), book.log())


def test_a_day_that_is_not_sealed_has_no_place(book: Book) -> None:
    log: SealedLog = book.log(3)
    assert log.index_of(FIRST_DAY) == 0
    for day in (FIRST_DAY - timedelta(days=1), FIRST_DAY + timedelta(days=3)):
        with pytest.raises(ValueError, match="is not sealed"):
            log.index_of(day)
    assert LeftOut().removed_by is None
    assert len(order_hash(book.removal)) == 32
