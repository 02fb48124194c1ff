"""What a manifest says of days and units, proven against a signed head: none is missing, added or changed."""

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from survey_app.ledger.verifier.heads import Head
from survey_app.ledger.verifier.shapes import ENTRY, RECORD, RETENTION, Json, see_shape
from survey_app.ledger.verifier.trees import canonical, hash_leaf, included, root_of
from survey_app.ledger.verifier.words import Wrong


def path_of(proof: Sequence[str]) -> list[bytes]:
    """The hashes of a proof."""
    return [bytes.fromhex(one) for one in proof]


def see_day(day: Json, head: Head) -> None:
    """See that a day's record stands in the log at its place."""
    leaf = hash_leaf(canonical({key: day["record"][key] for key in RECORD}))
    if not included(leaf, day["index"], head.size, path_of(day["proof"]), head.root):
        raise Wrong("day_differs", day=day["record"]["day"])


def see_days(manifest: Json, head: Head) -> dict[str, Json]:
    """See that every day of the range is in the log, each following the one before; returns the records by day."""
    days = manifest["days"]
    filters = manifest["filters"]
    day, last = date.fromisoformat(filters["first_day"]), date.fromisoformat(filters["last_day"])
    records: dict[str, Json] = {}
    for place in itertools.count():
        if day > last:
            break
        name = day.isoformat()
        if place >= len(days) or days[place]["record"]["day"] > name:
            raise Wrong("day_missing", day=name)
        if days[place]["record"]["day"] < name:
            raise Wrong("day_surplus", day=days[place]["record"]["day"])
        if days[place]["index"] != days[0]["index"] + place:
            raise Wrong("day_differs", day=name)
        see_day(days[place], head)
        records[name] = days[place]["record"]
        day += timedelta(days=1)
    if len(days) > len(records):
        raise Wrong("day_surplus", day=days[len(records)]["record"]["day"])
    return records


def see_placed(placed: Json, record: Json) -> None:
    """See that a unit's entry stands among those of its day."""
    entry = {key: placed["entry"][key] for key in ENTRY}
    path, root = path_of(placed["proof"]), bytes.fromhex(record["units_root"])
    if not included(hash_leaf(canonical(entry)), placed["index"], record["unit_count"], path, root):
        raise Wrong("unit_differs", unit=entry["unit"], day=record["day"])


def see_units(manifest: Json, records: Mapping[str, Json]) -> None:
    """See that on every day every unit chosen has its entry, or is proven to have had none."""
    present: dict[str, list[Json]] = {day: [] for day in records}
    absent: dict[str, dict[str, Json]] = {day: {} for day in records}
    before = ("", "")
    for one in manifest["commune_days"]:
        place = one["day"], one["entry"]["unit"]
        if one["day"] not in records or place <= before:
            raise Wrong("unit_surplus", day=place[0], unit=place[1])
        present[one["day"]].append(one)
        before = place
    for one in manifest["absent"]:
        if one["day"] not in records:
            raise Wrong("unit_surplus", day=one["day"], unit=one["unit"])
        absent[one["day"]][one["unit"]] = one
    for day, record in records.items():
        if manifest["filters"]["units"] is None:
            see_all_units(present[day], record)
        else:
            see_chosen_units(manifest["filters"]["units"], present[day], absent[day], record)


def see_all_units(present: Sequence[Json], record: Json) -> None:
    """See that the entries of a day are all there are: together they make its root."""
    leaves = (hash_leaf(canonical({key: one["entry"][key] for key in ENTRY})) for one in present)
    in_place = [one["index"] for one in present] == list(range(record["unit_count"]))
    if not in_place or root_of(leaves).hex() != record["units_root"]:
        raise Wrong("units_differ", day=record["day"], found=len(present), expected=record["unit_count"])


def see_chosen_units(chosen: Sequence[str], present: Sequence[Json], absent: Mapping[str, Json], record: Json) -> None:
    """See that each chosen unit has its entry on the day, or neighbours between which it would stand."""
    day = record["day"]
    by_unit = {one["entry"]["unit"]: one for one in present}
    for unit in by_unit.keys() - set(chosen):
        raise Wrong("unit_surplus", unit=unit, day=day)
    for unit in chosen:
        if unit in by_unit:
            if by_unit[unit]["proof"] is None:
                raise Wrong("unit_differs", unit=unit, day=day)
            see_placed(by_unit[unit], record)
            continue
        neighbours = absent.get(unit, {"before": None, "after": None})
        before, after = neighbours["before"], neighbours["after"]
        for one in filter(None, (before, after)):
            see_placed(one, record)
        gap_starts = before["index"] + 1 if before else 0
        gap_ends = after["index"] if after else record["unit_count"]
        around = (before is None or before["entry"]["unit"] < unit) and (after is None or unit < after["entry"]["unit"])
        if gap_starts != gap_ends or not around:
            raise Wrong("unit_missing", unit=unit, day=day)


def see_left_out(manifest: Json, head: Head) -> None:
    """See that rows are left out by a filter, or by a sealed order that names their commune-day."""
    orders: dict[str, Json] = {}
    for one in manifest["orders"]:
        see_day(one["day"], head)
        name = hashlib.sha256(canonical(one["order"])).hexdigest()
        if name not in one["day"]["record"]["orders"]:
            raise Wrong("order", day=one["day"]["record"]["day"])
        orders[name] = one["order"]
    for one in manifest["commune_days"]:
        entry, left_out = one["entry"], one["left_out"]
        if left_out != sorted(set(left_out)) or len(left_out) > entry["count"]:
            raise Wrong("left_out", unit=entry["unit"], day=one["day"])
        if one["removed_by"] is not None:
            allowed = orders_removal(orders.get(one["removed_by"]), entry, one)
        else:
            allowed = not left_out or bool(manifest["filters"]["rows"])
        if not allowed:
            raise Wrong("left_out", unit=entry["unit"], day=one["day"])


def orders_removal(order: Json, entry: Json, commune_day: Json) -> bool:
    """Whether an order of retention removes the rows of the commune-day, all of which are then left out."""
    if order is None or order["kind"] != "retention" or len(commune_day["left_out"]) != entry["count"]:
        return False
    see_shape(order, RETENTION, "orders", "manifest")
    units = order["units"]
    within = order["first_day"] <= commune_day["day"] <= order["last_day"]
    return order["what"] == "rows" and within and (units is None or entry["unit"] in units)
