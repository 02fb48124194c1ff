"""The PDF has the page's words and numbers; the command writes what the page gives, or says what is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from click.testing import Result
from flask import Flask
from openpyxl import load_workbook

from analytics.reports.yearly.evaluation import Evaluation
from analytics.reports.yearly.page import YearlyPage, picture_of, scale_of
from analytics.reports.yearly.reading import read_evaluation
from survey_app.clock import SetClock
from survey_app.database import read_connection
from survey_app.languages import catalogue
from survey_app.territory.units import Unit
from tests.analytics.dashboards.reading import csv_rows
from tests.analytics.dashboards.test_staff_views import browser_of
from tests.analytics.reports.yearly.conftest import COMMUNES

TEXT = catalogue("vi").text
A4 = [595, 842]


def write(app: Flask, *options: object) -> Result:
    return app.test_cli_runner().invoke(args=["report", "yearly", *map(str, options)])


def pages_of(body: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(body)
    words = []
    for page in document:
        assert [round(side) for side in page.get_size()] == A4
        words.append(" ".join(page.get_textpage().get_text_bounded().split()))
    document.close()
    return words


@pytest.fixture
def report(app: Flask, stored_year: Unit, clock: SetClock) -> Evaluation:
    with app.app_context(), read_connection() as connection:
        return read_evaluation(connection, stored_year, 2026, clock.today(), 10)


def test_it_has_the_words_and_numbers_of_the_page(app: Flask, report: Evaluation) -> None:
    pages = pages_of(browser_of(app, "province").get("/staff/province/yearly.pdf").data)
    words, said = YearlyPage(report, "vi"), " ".join(pages)
    for sentence in (words.title, *words.about, words.time, words.quotation, words.recognition, words.signals):
        assert sentence is not None and sentence in said
    for tile in words.tiles:
        assert tile.value in said and tile.beside in said
    for sentence in (*words.integrity, *words.how, words.compared, words.about_points):
        assert sentence in said
    for one in words.by_name:
        assert words.name(one.unit) in said
        if one.compared is not None:
            assert words.number(one.compared.shrunken, 1) + "%" in said
            assert "–".join((str(one.compared.all_rank_low), str(one.compared.all_rank_high))) in said
    assert "Bảng hướng dẫn giấy tờ mới. Đã treo bảng ở cả hai quầy." in said
    for number, page in enumerate(pages, start=1):
        assert f"Trang {number}/{len(pages)}" in page


def test_tables_that_turn_the_page_repeat_their_headings(report: Evaluation, app: Flask) -> None:
    from analytics.reports.yearly.document import report_pdf

    many = replace(report, units=report.units * 6)
    pages = pages_of(report_pdf(many, "vi", "http://localhost"))
    heading = TEXT("yearly.units.ranks")
    assert sum(heading in page for page in pages) >= 2
    assert " ".join(pages).count("Đơn vị 7 ") >= 6


def test_the_same_report_gives_the_same_bytes_and_english_has_its_words(report: Evaluation) -> None:
    from analytics.reports.yearly.document import report_pdf

    first, second = (report_pdf(report, "en", "http://localhost") for _time in range(2))
    assert first == second
    assert "Yearly report 2026: Đồng Nai City" in pages_of(first)[0]


def test_pictures_lie_in_their_box(report: Evaluation) -> None:
    scale = scale_of(report)
    pictures = [picture for one in report.units if (picture := picture_of(report, one, scale))]
    assert len(pictures) == COMMUNES - 2
    for one in pictures:
        assert 0 <= one.low < one.point < one.high <= 100
        assert 0 <= one.band_low < one.band_high <= 100
    marks = YearlyPage(report, "vi").trend
    assert [mark.name for mark in marks] == ["Quý II/2026", "Quý III/2026"]
    assert all(0 <= mark.low < mark.point < mark.high <= 100 for mark in marks)


def test_the_command_writes_what_the_page_gives(app: Flask, report: Evaluation, tmp_path: Path) -> None:
    browser = browser_of(app, "province")
    files = {kind: tmp_path / f"report.{kind}" for kind in ("pdf", "json", "csv", "xlsx")}
    for path in files.values():
        done = write(app, "--year", 2026, "--output", path)
        assert done.exit_code == 0, done.output
        words = TEXT("yearly.command.written", year=2026, city="thành phố Đồng Nai", last="30/09/2026", file=path)
        assert words in done.output
    assert files["pdf"].read_bytes() == browser.get("/staff/province/yearly.pdf").data
    assert (
        json.loads(files["json"].read_text(encoding="utf-8")) == browser.get("/staff/province/yearly.json").get_json()
    )
    assert csv_rows(files["csv"].read_bytes()) == csv_rows(browser.get("/staff/province/yearly.csv").data)
    assert len(load_workbook(files["xlsx"]).worksheets) == 3


def test_what_is_wrong_is_said_and_nothing_written(app: Flask, stored_year: Unit, tmp_path: Path) -> None:
    pdf, doc = tmp_path / "report.pdf", tmp_path / "report.doc"
    for options, said in (
        (["--year", 2027, "-o", pdf], TEXT("yearly.future.text", year=2027)),
        (["--year", 2024, "-o", pdf], TEXT("yearly.empty.text", year=2024)),
        (["--year", 2026, "-o", doc], TEXT("yearly.command.which_kind", file=doc)),
        (["--year", 2026, "--city", 99, "-o", pdf], TEXT("yearly.command.no_city", code=99, known="75")),
    ):
        done = write(app, *options)
        assert done.exit_code == 1
        assert said in done.output
        assert not list(tmp_path.glob("*report*"))


def test_a_place_that_cannot_be_written_is_named(app: Flask, stored_year: Unit, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = write(app, "--year", 2026, "-o", tmp_path / "file" / "r.json")
    assert done.exit_code == 1 and "Không ghi được" in done.output


def test_a_database_without_a_city_says_so(app: Flask, tmp_path: Path) -> None:
    done = write(app, "--year", 2026, "-o", tmp_path / "r.pdf")
    assert done.exit_code == 1
    assert TEXT("yearly.command.no_city", code="–", known="–") in done.output
