"""Reads numbers back from pages, charts and twins, so that tests can hold them against each other."""

import csv
import io
import json
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

from tests.support.pages import text_of

Numbers = tuple[str, ...]


def parsed(html: str) -> Element:
    """The document of a page."""
    document: Element = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    return document


def numbers_in(element: Element) -> Numbers:
    """The machine values of all numbers in an element, in order."""
    return tuple(data.get("value", "") for data in element.iter("data"))


@dataclass(frozen=True)
class PageNumbers:
    """What the tables and charts of a unit's page say."""

    weeks: dict[str, Numbers]
    items: list[dict[str, Numbers]]
    organisations: dict[str, Numbers]
    figures: list[dict[str, Any]]


def page_numbers(html: str) -> PageNumbers:
    """Rows by their first day or item; figures in the order of the page."""
    document = parsed(html)
    tables = {table.get("id", ""): table for table in document.iter("table") if table.get("id")}
    items = [table for table in document.iter("table") if table.find(".//tr[@data-item]") is not None]
    return PageNumbers(
        weeks=_rows(tables.get("weeks-table"), "data-first-day"),
        items=[_rows(table, "data-item") for table in items],
        organisations=_rows(tables.get("organisations-table"), "data-first-day"),
        figures=[json.loads(figure) for element in document.iter() if (figure := element.get("data-figure"))],
    )


def texts(html: str, tag: str) -> list[str]:
    """What the reader sees of every element of a kind."""
    return [text_of(element) for element in parsed(html).iter(tag)]


def csv_rows(body: bytes) -> list[dict[str, str]]:
    """The rows of a CSV with its mark of UTF-8."""
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def trace(figure: dict[str, Any], name: str) -> dict[str, Any]:
    """One trace of a figure by its name."""
    (found,) = [one for one in figure["data"] if one["name"] == name]
    return dict(found)


def _rows(table: Element | None, key: str) -> dict[str, Numbers]:
    if table is None:
        return {}
    return {row.get(key, ""): numbers_in(row) for row in table.iter("tr") if row.get(key)}
