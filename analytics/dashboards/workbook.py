"""Any rows as an Excel workbook: numbers as numbers, text never read as a formula or a link."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LONGEST_NAME = 31
"""Excel's limit for the name of a sheet."""
WIDEST = 44
MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the columns in order, and rows by column; what a row lacks stays empty."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Mapping[str, object]]


def as_workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as one .xlsx; the first row of each holds the columns, stays in view and can be filtered by."""
    import xlsxwriter

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        bold = workbook.add_format({"bold": True})
        for sheet in sheets:
            page = workbook.add_worksheet(sheet.name[:LONGEST_NAME])
            page.write_row(0, 0, sheet.columns, bold)
            page.freeze_panes(1, 0)
            widths = [len(column) for column in sheet.columns]
            last = 0
            for last, row in enumerate(sheet.rows, start=1):
                for place, column in enumerate(sheet.columns):
                    value = row.get(column)
                    if value is None or value == "":
                        continue
                    widths[place] = max(widths[place], len(str(value)))
                    if isinstance(value, int | float):
                        page.write_number(last, place, value)
                    else:
                        page.write_string(last, place, str(value))
            page.autofilter(0, 0, max(last, 1), len(sheet.columns) - 1)
            for place, width in enumerate(widths):
                page.set_column(place, place, min(width, WIDEST) + 2)
    return file.getvalue()
