"""The verifier names what was changed in a manifest: days, units, filters, orders, meanings."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from survey_app.ledger.merkle import leaf_hash
from survey_app.ledger.verifier.shapes import MANIFEST
from survey_app.ledger.verifier.verify import Held, verify_export
from survey_app.ledger.verifier.words import Wrong
from tests.ledger.exports import KINDS, Bundle, make_bundle, wrong
from tests.ledger.synthetic_book import ENDED, FIRST_DAY, FOUNDED, Book

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
