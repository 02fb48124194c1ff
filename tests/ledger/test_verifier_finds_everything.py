"""Whatever is edited, dropped, inserted, swapped or cut, in file, manifest, head or key, is detected and named."""

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.ledger.verifier.words import Wrong
from tests.ledger.exports import WRITERS, Bundle, make_bundle
from tests.ledger.synthetic_book import COLUMNS, ENDED, FOUNDED, UNPROVEN_COLUMNS, Book

KINDS: list[dict[str, Any]] = [{}, {"units": ["26068", ENDED, FOUNDED]}, {"rows": {"channel": ["poster", "ticket"]}}]
thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PROVEN_COLUMNS = sorted(set(COLUMNS.names) - UNPROVEN_COLUMNS)
UNPROVEN_KEYS = {"software", "exported_by", "exported_at", "reason", "comments_reason", "flags"}
"""Who exported, when and why is said, not proven. Flags no row has may be left out; the others are tested by name."""
cells = st.one_of(st.none(), st.integers(0, 9), st.text(max_size=6), st.sampled_from(["poster", "26041", "1", "0"]))


def refused(bundle: Bundle, folder: Path, path: Path | None = None) -> Wrong:
    """What the verifier says of a bundle with something wrong."""
    try:
        said = bundle.verify(folder, path)
    except Wrong as wrong:
        return wrong
    raise AssertionError(f"nothing found: {said}")


@thorough
@given(st.data(), st.sampled_from(KINDS), st.sampled_from(list(WRITERS)))
def test_any_byte_of_the_file(
    book: Book, tmp_path: Path, draw: st.DataObject, kind: dict[str, Any], file_format: str
) -> None:
    bundle = make_bundle(book, file_format=file_format, **kind)
    bundle.seal_file(tmp_path)
    path = bundle.write(tmp_path)
    whole = path.read_bytes()
    place = draw.draw(st.integers(0, len(whole) - 1))
    change = draw.draw(st.sampled_from(["edit", "cut", "drop", "insert"]))
    byte = draw.draw(st.binary(min_size=1, max_size=1).filter(lambda one: one != whole[place : place + 1]))
    spoiled = {
        "edit": whole[:place] + byte + whole[place + 1 :],
        "cut": whole[:place],
        "drop": whole[:place] + whole[place + 1 :],
        "insert": whole[:place] + byte + whole[place:],
    }[change]
    path.write_bytes(spoiled)
    if spoiled != whole:
        refused(bundle, tmp_path, path)


@thorough
@given(st.data(), st.sampled_from(KINDS))
def test_any_cell_that_is_proven_even_when_the_file_s_digest_was_made_to_fit(
    book: Book, tmp_path: Path, draw: st.DataObject, kind: dict[str, Any]
) -> None:
    bundle = make_bundle(book, **kind)
    number = draw.draw(st.integers(0, len(bundle.rows) - 1))
    column = draw.draw(st.sampled_from(PROVEN_COLUMNS))
    before = bundle.write(tmp_path).read_bytes()
    bundle.rows[number][column] = draw.draw(cells)
    bundle.seal_file(tmp_path)
    if bundle.write(tmp_path).read_bytes() == before:
        return
    found = refused(bundle, tmp_path)
    assert found.what in {"row_changed", "row_malformed", "unsealed", "unreadable"}
    assert found.what != "row_changed" or found.details["row"] == number + 1


@thorough
@given(st.data(), st.sampled_from(KINDS))
def test_any_row_dropped_doubled_moved_or_brought_in(
    book: Book, tmp_path: Path, draw: st.DataObject, kind: dict[str, Any]
) -> None:
    bundle = make_bundle(book, **kind)
    places = st.integers(0, len(bundle.rows) - 1)
    here, there = draw.draw(places), draw.draw(places)
    match draw.draw(st.sampled_from(["drop", "double", "move", "swap", "bring"])):
        case "drop":
            bundle.rows.pop(here)
        case "double":
            bundle.rows.insert(there, bundle.rows[here])
        case "move" if here != there:
            bundle.rows.insert(there, bundle.rows.pop(here))
        case "swap" if here != there:
            bundle.rows[here], bundle.rows[there] = bundle.rows[there], bundle.rows[here]
        case _:
            stranger = draw.draw(st.sampled_from([a for answers in book.answers.values() for a in answers]))
            bundle.rows.insert(there, stranger.cells(with_comment=True))
    bundle.seal_file(tmp_path)
    bundle.manifest["row_count"] = len(bundle.rows)
    refused(bundle, tmp_path)
    bundle.manifest["row_count"] = sum(
        one["entry"]["count"] - len(one["left_out"]) for one in bundle.manifest["commune_days"]
    )
    found = refused(bundle, tmp_path)
    assert found.what in {"rows_missing", "cut_off", "row_order", "rows_added", "row_added"}


def paths_of(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The places of everything in a JSON value."""
    inner: list[tuple[str | int, ...]] = [path] if path else []
    if isinstance(value, dict):
        for key, one in value.items():
            inner += paths_of(one, (*path, key))
    if isinstance(value, list):
        for number, one in enumerate(value):
            inner += paths_of(one, (*path, number))
    return inner


def spoil(draw: st.DataObject, manifest: dict[str, Any]) -> str:
    """Change, drop, double or swap one thing that proves; returns where."""
    places = [path for path in paths_of(manifest) if path[0] not in UNPROVEN_KEYS]
    path = draw.draw(st.sampled_from(places))
    parent: Any = manifest
    for step in path[:-1]:
        parent = parent[step]
    last: Any = path[-1]
    old = parent[last]
    change = draw.draw(st.sampled_from(["drop", "set", "double", "swap"]))
    if change == "double" and isinstance(parent, list):
        parent.insert(last, old)
    elif change == "swap" and isinstance(parent, list) and len(parent) > 1:
        other = (last + 1) % len(parent)
        parent[last], parent[other] = parent[other], old
    elif change == "drop":
        del parent[last]
    elif isinstance(old, str) and old:
        place = draw.draw(st.integers(0, len(old) - 1))
        letter = draw.draw(st.sampled_from("0123456789abcdef-+/=\n").filter(lambda one: one != old[place]))
        parent[last] = old[:place] + letter + old[place + 1 :]
    elif isinstance(old, bool) or old is None:
        parent[last] = "0" * 64 if old is None else not old
    elif isinstance(old, int):
        parent[last] = draw.draw(st.integers(-3, 40).filter(lambda one: one != old))
    else:
        parent[last] = type(old)()
    return "/".join(map(str, path))


def essence(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest without what may change and say the same: the order of names in a filter, an absence told twice."""
    plain: dict[str, Any] = json.loads(json.dumps(manifest))
    filters, absent = plain.get("filters"), plain.get("absent")
    if isinstance(filters, dict):
        lists = filters["rows"] if isinstance(filters.get("rows"), dict) else {}
        for holder, key in [(filters, "units"), *((lists, column) for column in lists)]:
            if isinstance(holder.get(key), list):
                holder[key] = sorted(set(holder[key]))
    if isinstance(absent, list):
        plain["absent"] = sorted({json.dumps(one) for one in absent})
    return plain


@settings(thorough, max_examples=400)
@given(st.data(), st.sampled_from(KINDS))
def test_anything_in_the_manifest_that_proves(
    book: Book, tmp_path: Path, draw: st.DataObject, kind: dict[str, Any]
) -> None:
    bundle = make_bundle(book, **kind)
    bundle.seal_file(tmp_path)
    path = bundle.write(tmp_path)
    before = essence(bundle.manifest)
    where = spoil(draw, bundle.manifest)
    if essence(bundle.manifest) != before:
        assert refused(bundle, tmp_path, path).what, where


@thorough
@given(st.data())
def test_any_letter_of_head_key_and_consistency_proof(book: Book, tmp_path: Path, draw: st.DataObject) -> None:
    bundle = make_bundle(book, log=book.log(14))
    bundle.consistency = book.consistency(14, 16)
    bundle.seal_file(tmp_path)
    which = draw.draw(st.sampled_from(["checkpoint", "key", "consistency"]))
    text: str = getattr(bundle, which)
    end = text.index("\n\n") if which == "consistency" else len(text.rstrip("\n"))
    place = draw.draw(st.integers(0, end - 1))
    letter = draw.draw(st.characters(exclude_categories=["Cs"]).filter(lambda one: one != text[place]))
    setattr(bundle, which, text[:place] + letter + text[place + 1 :])
    refused(bundle, tmp_path)
