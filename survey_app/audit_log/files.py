"""The audit log as lines that can be checked without us: exactly the fields that were hashed, and the hash."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from survey_app.audit_log.log import AuditEvent, hashed_fields

FIELDS = ("seq", "at", "kind", "actor", "unit_code", "details", "previous_hash", "hash")
EVENTS_A_PIECE = 500


def fields_of(event: AuditEvent) -> dict[str, Any]:
    """The event as both formats write it: `details` as the canonical JSON text that was hashed, hashes in hex."""
    fields = hashed_fields(event)
    return {**fields, "previous_hash": event.previous_hash.hex(), "hash": event.hash.hex()}


def json_lines(events: Iterable[AuditEvent]) -> Iterator[bytes]:
    """One JSON object a line, in UTF-8."""
    for piece in _pieces(events):
        yield "".join(f"{json.dumps(fields_of(event), ensure_ascii=False)}\n" for event in piece).encode()


def csv_lines(events: Iterable[AuditEvent], harmless: Callable[[str], str]) -> Iterator[bytes]:
    """CSV with a header, in UTF-8 with BOM (RFC 4180). `harmless` keeps spreadsheets from calculating a text."""
    yield b"\xef\xbb\xbf" + (",".join(FIELDS) + "\r\n").encode()
    for piece in _pieces(events):
        text = io.StringIO()
        writer = csv.writer(text)
        for event in piece:
            cells = fields_of(event)
            writer.writerow(harmless(cell) if isinstance(cell, str) else cell for cell in map(cells.get, FIELDS))
        yield text.getvalue().encode()


def _pieces(events: Iterable[AuditEvent]) -> Iterator[list[AuditEvent]]:
    piece: list[AuditEvent] = []
    for event in events:
        piece.append(event)
        if len(piece) == EVENTS_A_PIECE:
            yield piece
            piece = []
    if piece:
        yield piece
