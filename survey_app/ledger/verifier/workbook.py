"""The rows of an XLSX workbook (ECMA-376), in constant memory but for its shared strings."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(path: Path) -> Iterator[Sequence[object]]:
    """The sheets of the workbook one after the other, each beginning with the same header.

    Raises ValueError, LookupError, BadZipFile or ParseError for what is no such workbook.
    """
    with zipfile.ZipFile(path) as archive:
        links = {one.get("Id"): one.get("Target", "") for one in _part(archive, "xl/_rels/workbook.xml.rels")}
        shared = _shared_strings(archive)
        header: Sequence[object] | None = None
        for sheet in _part(archive, "xl/workbook.xml").iter(f"{MAIN}sheet"):
            target = links[sheet.get(RELATION)].lstrip("/")
            with archive.open(target if target.startswith("xl/") else f"xl/{target}") as file:
                rows = _rows(file, shared, 0 if header is None else len(header))
                first = next(rows, None)
                if header is None and first is not None:
                    header = first
                    yield header
                elif first != header:
                    raise ValueError("a sheet does not begin with the header")
                yield from rows


def _part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    """A part of the workbook, whole. The parser beneath (expat) refuses entities that grow beyond measure."""
    return ET.fromstring(archive.read(name))  # noqa: S314


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text(one) for one in _part(archive, "xl/sharedStrings.xml").iter(f"{MAIN}si")]


def _rows(file: IO[bytes], shared: Sequence[str], width: int) -> Iterator[Sequence[object]]:
    """The rows of a sheet, filled up to the width; a width of 0 is that of the first row."""
    data: ET.Element | None = None
    for event, element in ET.iterparse(file, events=("start", "end")):  # noqa: S314
        if event == "start" and element.tag == f"{MAIN}sheetData":
            data = element
        if event == "end" and element.tag == f"{MAIN}row" and data is not None:
            row = _row(element, shared)
            width = width or len(row)
            yield row + [None] * (width - len(row))
            data.clear()


def _row(element: ET.Element, shared: Sequence[str]) -> list[object]:
    row: list[object] = []
    for cell in element.iter(f"{MAIN}c"):
        reference = cell.get("r")
        if reference is not None:
            # Empty cells may be left out: the reference (AB12) says how many.
            row += [None] * (_column(reference) - len(row))
        row.append(_value(cell, shared))
    return row


def _column(reference: str) -> int:
    """The place of a reference's column, from 0."""
    number = 0
    for letter in re.sub("[^A-Z]", "", reference)[:3]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: ET.Element, shared: Sequence[str]) -> object:
    kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
    if kind == "inlineStr":
        return _text(cell)
    if not value:
        return None
    if kind == "s":
        return shared[int(value)]
    if kind == "n":
        return int(value) if re.fullmatch("-?[0-9]{1,15}", value) else float(value)
    return _unescaped(value)


def _text(element: ET.Element) -> str:
    """The text of a string, whole or in runs, without phonetic hints."""
    runs = [element, *element.iter(f"{MAIN}is"), *element.iter(f"{MAIN}r")]
    return _unescaped("".join(text.text or "" for run in runs for text in run.findall(f"{MAIN}t")))


def _unescaped(text: str) -> str:
    """Workbooks write characters that XML cannot hold as _xHHHH_."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)
