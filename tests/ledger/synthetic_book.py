"""A small sealed book made of plain values: sixteen days, units that come and go, comments, flags, two questionnaires.

Exports of it are written by the product's own CSV writer, and by the smallest writers of the other formats.
"""

import csv
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from survey_app.audit.columns import columns_of
from survey_app.audit.csv_export import csv_pieces
from survey_app.audit.export_rows import Export
from survey_app.ledger.checkpoint import Checkpoint, SigningKey, consistency_note, sign_checkpoint
from survey_app.ledger.day_record import SealedDay, order_hash, seal_day, unit_entry
from survey_app.ledger.leaf import LEAF_FIELDS, comment_digest, leaf_bytes, leaf_hash
from survey_app.ledger.manifest import (
    ExportedFile,
    ExportedRange,
    LeftOut,
    Provenance,
    SealedLog,
    SealedOrder,
    build_manifest,
)
from survey_app.ledger.merkle import Tree
from survey_app.ledger.verifier.verify import Held, Sentence, verify_export
from survey_app.questionnaires.definition import (
    Option,
    OwnQuestion,
    Questionnaire,
    default_questionnaire,
    to_canonical_json,
    with_own_questions,
)

Cells = dict[str, Any]

ORIGIN = "dongnai.example/so-gop-y"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER_KEY = SigningKey(ORIGIN, bytes(32))
FIRST_DAY, LAST_DAY = date(2026, 11, 10), date(2026, 11, 25)
ALWAYS = ("26041", "26068", "26101")
ENDED, ENDED_AFTER = "26044", date(2026, 11, 18)
FOUNDED, FOUNDED_ON = "26200", date(2026, 11, 20)
SILENT = "26101"
"""A unit that nobody answers."""
BASE = default_questionnaire()
WITH_OWN = with_own_questions(
    BASE,
    [
        OwnQuestion("own_parking", "rating", "r11", {"vi": "Chỗ để xe", "en": "Parking"}),
        OwnQuestion(
            "own_signs",
            "choice",
            "c3",
            {"vi": "Biển chỉ dẫn", "en": "Signs"},
            None,
            (Option(1, "clear", {"vi": "Rõ", "en": "Clear"}), Option(2, "unclear", {"vi": "Chưa rõ", "en": "Unclear"})),
        ),
    ],
)
COLUMNS = columns_of([BASE, WITH_OWN])
ITEM_COLUMNS = (*COLUMNS.ratings, *COLUMNS.choices)
FLAGS = {"honeypot": {"bit": 1, "sets_aside": True}, "too_fast": {"bit": 2, "sets_aside": True}}
FLAG_NAMES = {0: None, 1: "honeypot", 2: "too_fast", 3: "honeypot+too_fast"}
COMMENTS = (
    None,
    None,
    "Cán bộ niềm nở, cảm ơn.",
    "=1+1",
    "'=quoted",
    "''＝",
    "'apostrophe",
    'Nói "nhanh",\nhai dòng',
    "  ",
)
PROVENANCE = Provenance("than-thien 1.0.0", "auditor@example.vn", "2026-11-26T08:00:00+07:00", "Kiểm tra định kỳ")


@dataclass(frozen=True)
class Answer:
    """A response as the book holds it."""

    leaf: Mapping[str, Any]
    questionnaire: Questionnaire
    comment: str | None
    comment_salt: bytes | None

    @cached_property
    def leaf_hash(self) -> bytes:
        """What was sealed of it."""
        return leaf_hash(leaf_bytes(self.leaf))

    def cells(self, *, with_comment: bool) -> Cells:
        """Its row of the raw export, by column."""
        leaf, questionnaire = self.leaf, self.questionnaire
        cells: Cells = dict.fromkeys(COLUMNS.names)
        cells |= {
            "response_id": leaf["id"],
            "unit_code": leaf["unit"],
            "unit_name": f"xã {leaf['unit']}",
            "service_point_id": leaf["service_point"],
            "service_point": "Quầy 1",
            "verified": int(leaf["channel"] == "ticket"),
            "questionnaire": f"{questionnaire.key}-{questionnaire.version}",
            "questionnaire_hash": leaf["questionnaire"],
            "flags": FLAG_NAMES[leaf["flags"]],
            "set_aside": int(leaf["flags"] > 0),
            "leaf_hash": self.leaf_hash.hex(),
            "sealed": 1,
        }
        same = ("day", "day_part", "channel", "respondent_group", "service_domain", "language", "comment_digest")
        cells |= {name: leaf[name] for name in (*same, "leaf_salt")}
        for item in (*questionnaire.ratings, *questionnaire.choices):
            value = leaf[item.slot]
            option = item.option_coded(value) if value is not None else None
            cells[item.name] = option.value if option else value
        if with_comment and self.comment_salt is not None:
            cells |= {"comment": self.comment, "comment_salt": self.comment_salt.hex()}
        return cells


def make_answer(draw: random.Random, day: date, unit: str) -> Answer:
    """An answer whose every part may be missing."""
    questionnaire = WITH_OWN if unit == "26068" and draw.random() < 0.5 else BASE
    comment = draw.choice(COMMENTS)
    salt = draw.randbytes(16) if comment else None
    leaf: dict[str, Any] = dict.fromkeys(LEAF_FIELDS)
    leaf |= {
        "id": draw.randbytes(16).hex(),
        "day": day.isoformat(),
        "day_part": draw.choice(["morning", "afternoon"]),
        "unit": unit,
        "service_point": draw.randrange(1, 9),
        "channel": draw.choice(["poster", "ticket", "kiosk"]),
        "respondent_group": draw.choice([None, "citizen", "organisation"]),
        "service_domain": draw.choice([None, "land"]),
        "questionnaire": questionnaire.content_hash,
        "language": draw.choice(["vi", "en"]),
        "flags": draw.choice([0, 0, 0, 1, 2, 3]),
        "comment_digest": comment_digest(salt, comment).hex() if salt and comment else None,
        "leaf_salt": draw.randbytes(16).hex(),
    }
    for item in questionnaire.ratings:
        leaf[item.slot] = draw.choice([None, 1, 2, 3, 4, 5])
    for item in questionnaire.choices:
        leaf[item.slot] = draw.choice([None, *(option.code for option in item.options)])
    return Answer(leaf, questionnaire, comment, salt)


@dataclass(frozen=True)
class Book:
    """Answers and check codes by (day, unit), and the days sealed over them."""

    answers: Mapping[tuple[date, str], Sequence[Answer]]
    codes: Mapping[tuple[date, str], Sequence[str]]
    days: Sequence[SealedDay]
    removal: Mapping[str, Any]
    """A retention order, sealed on the last day."""

    @cached_property
    def tree(self) -> Tree:
        """The log."""
        return Tree(day.record.leaf_hash for day in self.days)

    def note(self, size: int, key: SigningKey = KEY) -> str:
        """The signed head at a size."""
        return sign_checkpoint(Checkpoint(ORIGIN, size, self.tree.root(size)), key)

    def consistency(self, first: int, second: int) -> str:
        """The consistency note between two sizes."""
        return consistency_note(first, self.tree.consistency_proof(first, second), self.note(second))

    def log(self, size: int | None = None, key: SigningKey = KEY) -> SealedLog:
        """The log as it was at a size."""
        size = size or self.tree.size
        return SealedLog(FIRST_DAY, Tree(day.record.leaf_hash for day in self.days[:size]), self.note(size, key))

    def day(self, day: date) -> SealedDay:
        """One sealed day."""
        return self.days[(day - FIRST_DAY).days]


def make_book(seed: int = 33) -> Book:
    """The same book for the same seed."""
    draw = random.Random(seed)
    answers: dict[tuple[date, str], Sequence[Answer]] = {}
    codes: dict[tuple[date, str], Sequence[str]] = {}
    days = []
    removal = {
        "kind": "retention",
        "what": "rows",
        "first_day": FIRST_DAY.isoformat(),
        "last_day": (FIRST_DAY + timedelta(days=2)).isoformat(),
        "units": None,
    }
    for number in range((LAST_DAY - FIRST_DAY).days + 1):
        day = FIRST_DAY + timedelta(days=number)
        units = [*ALWAYS, *([ENDED] if day <= ENDED_AFTER else []), *([FOUNDED] if day >= FOUNDED_ON else [])]
        for unit in units:
            made = [make_answer(draw, day, unit) for _ in range(0 if unit == SILENT else draw.randrange(5))]
            answers[day, unit] = sorted(made, key=lambda one: one.leaf_hash)
            codes[day, unit] = [f"{draw.randrange(10**12):012d}" for _ in made]
        entries = [unit_entry(u, [a.leaf_hash for a in answers[day, u]], codes[day, u]) for u in units]
        orders = [order_hash(removal)] if day == LAST_DAY else []
        days.append(seal_day(day, entries, draw.randbytes(32) if number else None, orders))
    return Book(answers, codes, days, removal)


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
UNPROVEN_COLUMNS = {"unit_name", "service_point"}
"""Names beside proven codes: only the file's SHA-256 speaks for them."""
