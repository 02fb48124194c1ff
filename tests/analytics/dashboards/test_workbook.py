"""Excel files: numbers are numbers, text stays text whatever it starts with."""

import io

from openpyxl import load_workbook

from analytics.dashboards.workbook import Sheet, as_workbook


def test_numbers_text_and_empty_cells() -> None:
    rows: list[dict[str, object]] = [
        {"name": "=1+1", "n": 12, "percent": 83.4},
        {"name": "http://example.org", "n": None},
    ]
    book = load_workbook(io.BytesIO(as_workbook([Sheet("Kết quả", ("name", "n", "percent"), rows)])))
    page = book["Kết quả"]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["name", "n", "percent"],
        ["=1+1", 12, 83.4],
        ["http://example.org", None, None],
    ]
    assert page["A2"].data_type == "s"
    assert page["A3"].hyperlink is None
    assert page.freeze_panes == "A2"


def test_long_names_of_sheets_are_cut_and_no_rows_are_fine() -> None:
    book = load_workbook(io.BytesIO(as_workbook([Sheet("a" * 40, ("n",), [])])))
    assert book.sheetnames == ["a" * 31]
