"""The rows of an export, proven: each commune-day's leaves, with those left out, make the root that was sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from survey_app.ledger.verifier.files import Cells
from survey_app.ledger.verifier.leaves import LeafProver, Row
from survey_app.ledger.verifier.shapes import Json
from survey_app.ledger.verifier.trees import root_of
from survey_app.ledger.verifier.words import Wrong


@dataclass
class Tally:
    """What the rows came to."""

    sealed: int = 0
    waiting: int = 0
    comments_hidden: int = 0


Proven = tuple[Row, bytes]
"""A row and the leaf hash that it was seen to have."""
Group = tuple[tuple[str, str], list[Proven]]


def see_rows(lines: Iterator[Cells], manifest: Json, last_sealed_day: str) -> Tally:
    """See that the rows are exactly those that were sealed for what was chosen, in their order."""
    header = next(lines, None)
    if header is None and manifest["file_format"] == "jsonl":
        header = list(manifest["columns"])  # Without a line there is no column either.
    if header != manifest["columns"]:
        raise Wrong("columns")
    tally, prover = Tally(), LeafProver(manifest)
    rows = _proven_rows(lines, manifest["columns"], prover, tally, last_sealed_day)
    groups = ((place, list(group)) for place, group in groupby(rows, key=lambda one: one[0].place))
    _see_groups(groups, manifest, tally)
    if tally.waiting != manifest["unsealed_row_count"]:
        raise Wrong("unsealed_count", found=tally.waiting, expected=manifest["unsealed_row_count"])
    tally.comments_hidden = prover.comments_hidden
    return tally


def see_commune_day(commune_day: Json, leaves: Sequence[bytes]) -> None:
    """See that the leaves in the file and those left out are those of the commune-day."""
    entry, left_out = commune_day["entry"], commune_day["left_out"]
    details = {"unit": entry["unit"], "day": commune_day["day"]}
    expected = entry["count"] - len(left_out)
    if len(leaves) != expected:
        what = "rows_added" if len(leaves) > expected else "rows_missing"
        raise Wrong(what, found=len(leaves), expected=expected, **details)
    everything = sorted([*leaves, *map(bytes.fromhex, left_out)])
    if root_of(everything).hex() != entry["responses_root"]:
        raise Wrong("rows_differ", found=len(leaves), **details)


def _proven_rows(
    lines: Iterator[Cells], columns: Sequence[str], prover: LeafProver, tally: Tally, last_sealed_day: str
) -> Iterator[Proven]:
    """The sealed rows, each seen to rebuild its own leaf; those that wait are counted and come last."""
    for number, line in enumerate(lines, start=1):
        if len(line) != len(columns):
            raise Wrong("row_malformed", row=number, column=f"{len(line)} ≠ {len(columns)}")
        row = Row(number, dict(zip(columns, line, strict=True)))
        match row.cells["sealed"]:
            case "1" if not tally.waiting:
                tally.sealed += 1
                yield row, prover.prove(row)
            case "0" if (row.cells["day"] or "") > last_sealed_day:
                tally.waiting += 1
            case "0" | "1":
                raise Wrong("unsealed", row=number, day=row.cells["day"])
            case _:
                raise Wrong("row_malformed", row=number, column="sealed")


def _see_groups(groups: Iterator[Group], manifest: Json, tally: Tally) -> None:
    """See each commune-day's rows in turn, none passed over that should have some."""
    commune_days = manifest["commune_days"]
    places = {(one["day"], one["entry"]["unit"]): number for number, one in enumerate(commune_days)}
    reached = 0
    for place, group in groups:
        number = places.get(place)
        if number is None or number < reached:
            raise Wrong("row_added" if number is None else "row_order", **group[0][0].details)
        for skipped in commune_days[reached:number]:
            see_commune_day(skipped, [])
        _see_order(group)
        try:
            see_commune_day(commune_days[number], [leaf for _, leaf in group])
        except Wrong as wrong:
            raise _at_the_end(wrong, groups, tally, manifest) from None
        reached = number + 1
    for rest in commune_days[reached:]:
        try:
            see_commune_day(rest, [])
        except Wrong as wrong:
            raise _cut_off(wrong, tally, manifest) from None


def _see_order(group: Sequence[Proven]) -> None:
    before = b""
    for row, leaf in group:
        if leaf <= before:
            raise Wrong("row_order", **row.details)
        before = leaf


def _at_the_end(wrong: Wrong, groups: Iterator[Group], tally: Tally, manifest: Json) -> Wrong:
    """Rows missing at the end of the file mean that it was cut off; whatever else was found first stays."""
    try:
        more = next(groups, None) is not None
    except Wrong:
        more = True
    return wrong if more else _cut_off(wrong, tally, manifest)


def _cut_off(wrong: Wrong, tally: Tally, manifest: Json) -> Wrong:
    if wrong.what != "rows_missing":
        return wrong
    unit, day = wrong.details["unit"], wrong.details["day"]
    return Wrong("cut_off", rows=tally.sealed, expected=manifest["row_count"], unit=unit, day=day)
