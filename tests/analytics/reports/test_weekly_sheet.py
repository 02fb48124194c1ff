"""The weekly sheet: what the public reads, on one page that can be hung up or forwarded."""

from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from PIL import Image

from survey_app.languages import catalogue
from tests.analytics.dashboards.conftest import City
from tests.staff.people import an_account, signed_in

TEXT = catalogue("vi").text


def sheet(app: Flask, *options: str) -> str:
    done = app.test_cli_runner().invoke(args=["digest", "sheet", *options])
    assert done.exit_code == 0, done.output
    return done.output


def page_words(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    assert len(document) == 1
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    return " ".join(document[0].get_textpage().get_text_bounded().split())


def test_the_page_s_sentence_the_last_action_and_the_head(app: Flask, lived: City, tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    sheet(app, "--unit", "26068", "-o", str(path))
    words = page_words(path)
    for said in app.test_client().get("/units/26068.json").get_json()["sentences"]:
        assert said in words
    assert "Xã Trảng Bom" in words
    assert f"Bảng hướng dẫn giấy tờ mới ({TEXT('listening.action_state.under_way').lower()})" in words
    assert TEXT("reports.sheet.take_part") in words
    assert "/units/26068" in words


def test_a_commune_without_forms_has_a_sheet_too(app: Flask, lived: City, tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    sheet(app, "--unit", "26371", "-o", str(path))
    words = page_words(path)
    assert TEXT("reports.sheet.no_action") in words
    assert TEXT("dashboards.week.none_public", span="Tuần 16–22/11") in words


def test_the_picture_is_as_wide_as_is_forwarded_and_the_same_each_time(app: Flask, lived: City, tmp_path: Path) -> None:
    first, second = tmp_path / "a.png", tmp_path / "b.PNG"
    sheet(app, "--unit", "26068", "-o", str(first))
    sheet(app, "--unit", "26068", "-o", str(second))
    assert first.read_bytes() == second.read_bytes()
    with Image.open(first) as picture:
        assert picture.width == 1080
        assert len(picture.convert("L").getcolors() or []) > 10, "something is drawn"


def test_all_at_once_into_a_folder(app: Flask, lived: City, tmp_path: Path) -> None:
    said = sheet(app, "-o", str(tmp_path / "all"))
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["26068.pdf", "26371.pdf"]
    assert TEXT("reports.sheet.written", count=2, file=tmp_path / "all") in said


@pytest.mark.parametrize(
    ("options", "key", "values"),
    [
        (["--unit", "26068", "-o", "{}/sheet.doc"], "reports.sheet.which_kind", {"file": "{}/sheet.doc"}),
        (["--unit", "99999", "-o", "{}/sheet.pdf"], "reports.sheet.no_unit", {"code": "99999"}),
        (["--unit", "75", "-o", "{}/sheet.pdf"], "reports.sheet.no_unit", {"code": "75"}),
    ],
)
def test_what_is_wrong_is_said(
    app: Flask, lived: City, tmp_path: Path, options: list[str], key: str, values: dict[str, str]
) -> None:
    asked = [option.format(tmp_path) for option in options]
    done = app.test_cli_runner().invoke(args=["digest", "sheet", *asked])
    assert done.exit_code == 1
    assert TEXT(key, **{name: value.format(tmp_path) for name, value in values.items()}) in done.output
    assert not list(tmp_path.glob("*sheet*"))


def test_by_page_for_whoever_may_read_the_commune(app: Flask, lived: City) -> None:
    an_account(app, "leader", "26068")
    browser = signed_in(app, "leader@dongnai.gov.vn")
    pdf, png = (browser.get(f"/staff/units/26068/sheet.{kind}") for kind in ("pdf", "png"))
    assert (pdf.mimetype, png.mimetype) == ("application/pdf", "image/png")
    assert pdf.data.startswith(b"%PDF")
    assert browser.get("/staff/units/26371/sheet.pdf").status_code == 403
    assert browser.get("/staff/units/26068/sheet.doc").status_code == 404
    assert app.test_client().get("/staff/units/26068/sheet.pdf").status_code == 303
