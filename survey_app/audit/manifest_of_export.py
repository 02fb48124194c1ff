"""The manifest of an export, written piece by piece: a nation's year has a million commune-days.

What it says and proves is `ledger.manifest`'s affair; here the days are read, one at a time, and the columns explained.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection

from survey_app.audit.dictionary import dictionary_of
from survey_app.audit.export_rows import Export
from survey_app.ledger.day_record import SealedDay
from survey_app.ledger.manifest import (
    ExportedFile,
    ExportedRange,
    LeftOut,
    Provenance,
    SealedLog,
    SealedOrder,
    build_manifest,
)
from survey_app.ledger.orders import orders_of, removed_days, removed_unit_days
from survey_app.ledger.sealed_log import sealed_day, sealed_days, sealed_log
from survey_app.questionnaires.items import to_canonical_json
from survey_app.responses import reader
from survey_app.responses.guard import SETS_ASIDE, Flag
from survey_app.responses.reader import Selection

FLAGS: Mapping[str, Mapping[str, Any]] = {
    flag.name.lower(): {"bit": flag.value, "sets_aside": flag in SETS_ASIDE} for flag in Flag if flag.name
}
BY_DAY = ("days", "commune_days", "absent")
"""The lists of a manifest that grow with the days."""
NOTHING_LEFT_OUT = LeftOut()


@dataclass(frozen=True, slots=True)
class ManifestRequest:
    """Which file, of what, and where it came from."""

    file: ExportedFile
    chosen: ExportedRange
    selection: Selection
    provenance: Provenance


def manifest_pieces(connection: Connection, export: Export, request: ManifestRequest, folder: Path) -> Iterator[bytes]:
    """The manifest as JSON in pieces; `folder` lends disk space. Raises ValueError when a day is not sealed."""
    log = sealed_log(connection)
    if log is None:
        raise ValueError("no day is sealed")
    whole = _without_days(connection, export, request, log)
    with ExitStack() as stack:
        lists = {name: stack.enter_context(tempfile.TemporaryFile(dir=folder)) for name in BY_DAY}
        for day in sealed_days(connection, request.chosen.first_day, request.chosen.last_day):
            _add_day(connection, request, log, day, lists)
        mark = b"{"
        for name, value in whole.items():
            yield mark + json.dumps(name).encode() + b":"
            if name in BY_DAY:
                yield from _list(lists[name])
            else:
                yield _json(value)
            mark = b",\n"
        yield b"}\n"


def _without_days(connection: Connection, export: Export, request: ManifestRequest, log: SealedLog) -> dict[str, Any]:
    """The manifest but for its days."""
    stored = export.book.stored if export.book else ()
    definitions = {one.content_hash: json.loads(to_canonical_json(one.questionnaire)) for one in stored}
    whole = build_manifest(
        request.file,
        request.chosen,
        request.provenance,
        log,
        [],
        questionnaires=definitions,
        flags=FLAGS,
        orders=_sealed_orders(connection, request.chosen),
    )
    return whole | {"dictionary": dictionary_of(export.columns, stored)}


def _add_day(
    connection: Connection,
    request: ManifestRequest,
    log: SealedLog,
    day: SealedDay,
    lists: Mapping[str, IO[bytes]],
) -> None:
    left_out = _left_out(connection, request.selection, day.record.day)
    part = build_manifest(
        request.file,
        request.chosen,
        request.provenance,
        log,
        [day],
        questionnaires={},
        flags={},
        left_out=lambda _day, unit: left_out.get(unit, NOTHING_LEFT_OUT),
    )
    for name, file in lists.items():
        file.writelines(_json(one) + b"\n" for one in part[name])


def _left_out(connection: Connection, selection: Selection, day: date) -> Mapping[str, LeftOut]:
    """By unit code: the rows of the day that are not in the file, by the channels or because an order removed them."""
    filtered: dict[str, list[bytes]] = defaultdict(list)
    for _day, unit, leaf in reader.left_out_leaves(connection, replace(selection, first_day=day, last_day=day)):
        filtered[unit].append(leaf)
    removed = {one.unit_code: one for one in removed_unit_days(connection, day, day)}
    return {unit: LeftOut(leaves) for unit, leaves in filtered.items()} | {
        unit: LeftOut(one.leaf_hashes, one.order_hash) for unit, one in removed.items()
    }


def _sealed_orders(connection: Connection, chosen: ExportedRange) -> Iterable[SealedOrder]:
    """The orders that removed rows of these days, as far as they are sealed already."""
    if not removed_days(connection, chosen.first_day, chosen.last_day):
        return
    for order in orders_of(connection, chosen.first_day, chosen.last_day):
        given = sealed_day(connection, order.sealed_on) if order.what == "rows" else None
        if given is not None:
            yield SealedOrder(order.body, given)


def _list(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file as a list of JSON."""
    file.seek(0)
    yield b"["
    for number, line in enumerate(file):
        yield (b",\n" if number else b"\n") + line.removesuffix(b"\n")
    yield b"]"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
