"""A day commits to every unit valid that day, zeros included; a commune-day to its responses and check codes, apart."""

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from survey_app.ledger.day_record import (
    DAY_FORMAT,
    DayRecord,
    DayRecordError,
    UnitEntry,
    canonical_json,
    order_hash,
    receipts_tree,
    responses_tree,
    seal_day,
    unit_entry,
)
from survey_app.ledger.merkle import EMPTY_ROOT, leaf_hash, root_of, verify_inclusion
from survey_app.ledger.verifier.trees import canonical

DAY = date(2026, 11, 23)
hashes = st.binary(min_size=32, max_size=32)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
units = st.text(st.characters(categories=["Nd", "Lu"], max_codepoint=127), min_size=1, max_size=6)
entries = st.builds(UnitEntry, units, st.integers(0, 5000), hashes, st.integers(0, 5000), hashes)
records = st.builds(
    DayRecord, st.dates(), hashes, st.integers(0, 4000), st.none() | hashes, st.lists(hashes, max_size=3).map(tuple)
)
json_values = st.recursive(
    st.none() | texts | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
    max_leaves=12,
)


@pytest.mark.oracle
@given(json_values)
def test_canonical_json_agrees_with_an_independent_implementation(value: object) -> None:
    assert canonical_json(value) == canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_a_commune_day_commits_to_sorted_leaves_and_codes_apart() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(5)]
    codes = ["ZZZZ00000001", "AAAA00000002"]
    entry = unit_entry("26041", leaves, codes)
    assert entry == unit_entry("26041", leaves[::-1], codes[::-1])
    assert entry.responses_root == root_of(sorted(leaves)) == responses_tree(leaves).root()
    assert entry.receipts_root == root_of([leaf_hash(b"AAAA00000002"), leaf_hash(b"ZZZZ00000001")])
    assert (entry.count, entry.receipts_count) == (5, 2)


def test_nothing_is_sealed_too() -> None:
    empty = unit_entry("26041", [], [])
    assert empty.fields == {
        "unit": "26041",
        "count": 0,
        "responses_root": EMPTY_ROOT.hex(),
        "receipts_count": 0,
        "receipts_root": EMPTY_ROOT.hex(),
    }
    sealed = seal_day(DAY, [empty])
    assert (sealed.record.unit_count, sealed.record.units_root) == (1, empty.leaf_hash)
    assert seal_day(DAY, []).record.units_root == EMPTY_ROOT


@given(st.lists(entries, unique_by=lambda entry: entry.unit, max_size=20), st.randoms())
def test_a_day_is_the_root_over_its_units_in_the_order_of_their_codes(
    day_entries: list[UnitEntry], shuffled: st.DataObject
) -> None:
    sealed = seal_day(DAY, day_entries)
    ordered = sorted(day_entries, key=lambda entry: entry.unit)
    assert list(sealed.entries) == ordered
    assert sealed.record.units_root == root_of(entry.leaf_hash for entry in ordered)
    mixed = list(day_entries)
    shuffled.shuffle(mixed)  # type: ignore[attr-defined]
    assert seal_day(DAY, mixed).record == sealed.record
    for entry in day_entries:
        index = sealed.places[entry.unit]
        proof = sealed.tree.inclusion_proof(index)
        verify_inclusion(entry.leaf_hash, index, len(ordered), proof, sealed.record.units_root)


def test_a_unit_that_comes_twice_is_refused() -> None:
    with pytest.raises(DayRecordError, match=r"2026-11-23.*26041.*twice"):
        seal_day(DAY, [unit_entry("26041", [], []), unit_entry("26041", [leaf_hash(b"")], [])])


def test_the_leaf_of_a_day_as_it_stands_in_the_log() -> None:
    orders = [order_hash({"kind": "retention"}), order_hash({"kind": "redaction"})]
    record = seal_day(DAY, [], bytes(32), [*orders, orders[0]]).record
    assert json.loads(record.to_bytes()) == {
        "format": DAY_FORMAT,
        "day": "2026-11-23",
        "units_root": EMPTY_ROOT.hex(),
        "unit_count": 0,
        "audit_head": "00" * 32,
        "orders": sorted(one.hex() for one in orders),
    }
    assert record.leaf_hash == hashlib.sha256(b"\x00" + record.to_bytes()).digest()


@given(records)
def test_a_record_is_read_back_as_it_was_written(record: DayRecord) -> None:
    assert DayRecord.from_bytes(record.to_bytes()) == record


@given(records, st.data())
def test_whatever_changes_in_a_record_changes_its_leaf(record: DayRecord, draw: st.DataObject) -> None:
    other = draw.draw(hashes.filter(lambda one: one not in {record.units_root, record.audit_head}))
    changed = [
        replace(record, day=record.day + timedelta(days=1) if record.day < date.max else date.min),
        replace(record, units_root=other),
        replace(record, unit_count=record.unit_count + 1),
        replace(record, audit_head=other),
        replace(record, orders=(*record.orders, other)),
    ]
    assert len({one.leaf_hash for one in [record, *changed]}) == 6


GOOD = seal_day(DAY, []).record.to_bytes()


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"[]",
        b"{}",
        GOOD + b"\n",
        GOOD.replace(b"2026-11-23", b"2026-11-32"),
        GOOD.replace(b"than-thien-day/1", b"than-thien-day/2"),
        GOOD.replace(EMPTY_ROOT.hex().encode(), EMPTY_ROOT.hex().upper().encode()),
        GOOD.replace(b'"unit_count":0', b'"unit_count":"0"'),
        GOOD.replace(b'"unit_count":0', b'"unit_count":-1'),
        GOOD.replace(b'"orders":[]', b'"orders":["00"]'),
        GOOD.replace(b'"orders":[]', b'"orders":[7]'),
        GOOD.replace(b'"audit_head":null', b'"audit_head":7'),
        GOOD.replace(b"{", b'{"more":1,', 1),
    ],
)
def test_what_is_no_day_record_is_refused(stored: bytes) -> None:
    with pytest.raises(DayRecordError):
        DayRecord.from_bytes(stored)


@given(st.lists(st.text("0123456789ABCDEF", min_size=12, max_size=12), min_size=1, unique=True, max_size=30))
def test_a_check_code_is_proven_in_the_tree_of_codes_only(codes: list[str]) -> None:
    tree = receipts_tree(codes)
    for index, code in enumerate(sorted(codes)):
        verify_inclusion(leaf_hash(code.encode()), index, len(codes), tree.inclusion_proof(index), tree.root())
