"""Exports of the synthetic book as an auditor holds them, to be verified and tampered with.

They are written by the product's own CSV writer, and by the smallest writers of the other formats.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from survey_app.audit.csv_export import csv_pieces
from survey_app.audit.export_rows import Export
from survey_app.ledger.day_record import order_hash
from survey_app.ledger.manifest import (
    ExportedFile,
    ExportedRange,
    LeftOut,
    SealedLog,
    SealedOrder,
    build_manifest,
)
from survey_app.ledger.verifier.verify import Held, Sentence, verify_export
from survey_app.ledger.verifier.words import Wrong
from survey_app.questionnaires.definition import (
    to_canonical_json,
)
from tests.ledger.synthetic_book import (
    BASE,
    COLUMNS,
    ENDED,
    FIRST_DAY,
    FLAGS,
    FOUNDED,
    KEY,
    LAST_DAY,
    PROVENANCE,
    WITH_OWN,
    Book,
    Cells,
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


@dataclass
class Bundle:
    """An export as an auditor holds it, before it is written: rows, manifest, checkpoint, key. Tests tamper with it."""

    rows: list[Cells]
    manifest: dict[str, Any]
    checkpoint: str
    key: str
    consistency: str | None = None
    columns: list[str] = field(default_factory=lambda: list(COLUMNS.names))

    def write(self, folder: Path) -> Path:
        """Write the rows in the format that the manifest names."""
        path = folder / f"export.{self.manifest['file_format']}"
        path.write_bytes(WRITERS[self.manifest["file_format"]](self.columns, self.rows))
        return path

    def seal_file(self, folder: Path) -> None:
        """Let the manifest's SHA-256 be that of the rows as they are now."""
        self.manifest["sha256"] = hashlib.sha256(self.write(folder).read_bytes()).hexdigest()

    def verify(self, folder: Path, path: Path | None = None) -> list[Sentence]:
        """What the verifier says of it. Raises Wrong."""
        held = Held(self.key, self.checkpoint, self.consistency)
        return verify_export(path or self.write(folder), json.dumps(self.manifest, ensure_ascii=False), held)


def make_bundle(
    book: Book,
    first: date = date(2026, 11, 16),
    last: date = date(2026, 11, 22),
    *,
    units: Iterable[str] | None = None,
    rows: Mapping[str, Sequence[str]] | None = None,
    comments: bool = True,
    file_format: str = "csv",
    removed: bool = False,
    log: SealedLog | None = None,
) -> Bundle:
    """An export of the book with all that proves it."""
    chosen = ExportedRange(first, last, None if units is None else frozenset(units), rows or {}, comments)
    kept: list[Cells] = []
    left_out: dict[tuple[date, str], LeftOut] = {}
    for place, answers in sorted(book.answers.items()):
        if not first <= place[0] <= last or (chosen.units is not None and place[1] not in chosen.units):
            continue
        cells = [answer.cells(with_comment=comments) for answer in answers]
        shown = [not removed and all((one[c] or "") in v for c, v in chosen.rows.items()) for one in cells]
        kept += [one for one, is_shown in zip(cells, shown, strict=True) if is_shown]
        hidden = [answer.leaf_hash for answer, is_shown in zip(answers, shown, strict=True) if not is_shown]
        left_out[place] = LeftOut(hidden, order_hash(book.removal) if removed else None)
    return Bundle(
        kept,
        build_manifest(
            ExportedFile(file_format, bytes(32), COLUMNS.names, len(kept)),
            chosen,
            PROVENANCE,
            log or book.log(),
            [day for day in book.days if first <= day.record.day <= last],
            questionnaires={one.content_hash: json.loads(to_canonical_json(one)) for one in (BASE, WITH_OWN)},
            flags=FLAGS,
            left_out=lambda day, unit: left_out[day, unit],
            orders=[SealedOrder(book.removal, book.days[-1])] if removed else [],
        ),
        book.note(book.tree.size),
        KEY.verifier.text + "\n",
    )


def csv_bytes(columns: Sequence[str], rows: Sequence[Cells]) -> bytes:
    """CSV by the product's own writer, when the columns are the product's."""
    if tuple(columns) == COLUMNS.names:
        return b"".join(csv_pieces(Export(COLUMNS, (tuple(row[name] for name in columns) for row in rows))))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([columns, *([row[name] for name in columns] for row in rows)])
    return text.getvalue().encode()


def json_lines_bytes(columns: Sequence[str], rows: Sequence[Cells]) -> bytes:
    """JSON Lines."""
    lines = (json.dumps({name: row[name] for name in columns}, ensure_ascii=False) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def workbook_bytes(columns: Sequence[str], rows: Sequence[Cells], rows_a_sheet: int = 10) -> bytes:
    """XLSX of several sheets, with texts in the cells on odd sheets and shared on even ones, empty cells left out."""
    pages = [rows[start : start + rows_a_sheet] for start in range(0, max(1, len(rows)), rows_a_sheet)]
    shared: list[str] = []
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {}
    for number, page in enumerate(pages, start=1):
        table = [dict(zip(columns, columns, strict=True)), *page]
        lines = "".join(_sheet_row(place, line, columns, shared, number) for place, line in enumerate(table, start=1))
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
        )
    numbers = range(1, len(pages) + 1)
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    links = "".join(f'<Relationship Id="rId{n}" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    parts["xl/workbook.xml"] = f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{sheets}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{packages}">{links}</Relationships>'
    runs = "".join(f'<si><r><t xml:space="preserve">{escape(one)}</t></r></si>' for one in shared)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{runs}</sst>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 26, 8, 0, 0)), text)
    return buffer.getvalue()


def _sheet_row(place: int, row: Cells, columns: Sequence[str], shared: list[str], sheet: int) -> str:
    cells = []
    for number, name in enumerate(columns):
        value, reference = row[name], f"{_letters(number)}{place}"
        if isinstance(value, int):
            cells.append(f'<c r="{reference}"><v>{value}</v></c>')
        elif value is not None and sheet % 2:
            cells.append(f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>')
        elif value is not None:
            cells.append(f'<c r="{reference}" t="s"><v>{len(shared)}</v></c>')
            shared.append(value)
    return f'<row r="{place}">{"".join(cells)}</row>'


def _letters(number: int) -> str:
    return chr(65 + number) if number < 26 else chr(64 + number // 26) + chr(65 + number % 26)


WRITERS: Mapping[str, Callable[[Sequence[str], Sequence[Cells]], bytes]] = {
    "csv": csv_bytes,
    "jsonl": json_lines_bytes,
    "xlsx": workbook_bytes,
}


def wrong(bundle: Bundle, folder: Path, *, sealed: bool = True) -> Wrong:
    """What is wrong with it, also when whoever tampered let the manifest's SHA-256 fit (`sealed`)."""
    if sealed:
        bundle.seal_file(folder)
    with pytest.raises(Wrong) as found:
        bundle.verify(folder)
    return found.value
