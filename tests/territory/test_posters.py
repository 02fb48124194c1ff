"""The QR on a counter, decoded by somebody else's decoder: from the PNG, and from the SVG as a browser paints it."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
import zxingcpp
from PIL import Image

from survey_app.territory.posters import WIDTH_MILLIMETRES, printed_address, qr_png, qr_svg, scan_address
from survey_app.territory.scan_codes import check_character, draw_code, is_wellformed

HOST = "https://gopy.dongnai.gov.vn"
CODE = next(code for data in ("7KQ2M9X", "7KQ2M9Y", "7KQ2M9Z") if is_wellformed(code := data + check_character(data)))
SVG = "{http://www.w3.org/2000/svg}"
CAPTION = ("Cán bộ phục vụ ông/bà thế nào?", "Quầy <2> & 3 · Xã Bình Tân", printed_address(HOST, CODE))


def decoded(picture: Image.Image) -> zxingcpp.Barcode:
    found = zxingcpp.read_barcodes(picture.convert("L"))
    assert len(found) == 1
    return found[0]


def version_of(symbol: zxingcpp.Barcode) -> str:
    details = symbol.extra
    assert isinstance(details, dict)
    return str(details["Version"])


def painted_by_a_browser(svg: bytes, folder: Path) -> Image.Image:
    chromium = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    (folder / "poster.svg").write_bytes(svg)
    picture = folder / "poster.png"
    quiet = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={folder / 'profile'}",
    ]
    shot = [f"--screenshot={picture}", "--window-size=360,480", "--force-device-scale-factor=2"]
    command = [chromium, *quiet, *shot, (folder / "poster.svg").as_uri()]
    subprocess.run(command, check=True, timeout=60, capture_output=True)
    return Image.open(picture)


def test_the_png_holds_the_address_in_the_smallest_alphanumeric_symbol() -> None:
    picture = Image.open(BytesIO(qr_png(scan_address(HOST, CODE), [printed_address(HOST, CODE)], "Quầy 2")))
    symbol = decoded(picture)
    assert symbol.text == f"HTTPS://GOPY.DONGNAI.GOV.VN/S/{CODE}"
    assert symbol.ec_level == "Q"
    # 38 characters: version 3-Q holds 47 alphanumeric characters but 32 bytes (ISO/IEC 18004, table 7).
    assert len(symbol.text) == 38
    assert version_of(symbol) == "3"


def test_the_svg_as_a_browser_paints_it_holds_the_same(tmp_path: Path) -> None:
    symbol = decoded(painted_by_a_browser(qr_svg(scan_address(HOST, CODE), CAPTION, "Quầy 2"), tmp_path))
    assert (symbol.text, symbol.ec_level, version_of(symbol)) == (scan_address(HOST, CODE), "Q", "3")


def test_every_issued_check_character_is_decoded() -> None:
    seen: set[str] = set()
    while len(seen & set("*$U")) < 3:
        code = draw_code()
        if code[-1] in seen:
            continue
        seen.add(code[-1])
        symbol = decoded(Image.open(BytesIO(qr_png(scan_address(HOST, code), [], code))))
        assert (symbol.text, version_of(symbol)) == (scan_address(HOST, code), "3")


def test_an_address_that_is_no_upper_case_host_still_makes_a_symbol() -> None:
    address = scan_address("http://[::1]:8000", CODE)
    assert decoded(Image.open(BytesIO(qr_png(address, [], "thử")))).text == address


def test_a_quiet_zone_of_four_modules_lies_around_the_symbol() -> None:
    picture = Image.open(BytesIO(qr_png(scan_address(HOST, CODE), [], "thử"))).convert("L")
    module = picture.width // (29 + 8)
    dark = picture.point(lambda value: 255 - value).getbbox()
    assert picture.size == (module * 37, module * 37)
    assert dark == (4 * module, 4 * module, 33 * module, 33 * module)


def test_the_svg_is_accessible_sized_for_print_and_escaped() -> None:
    root = fromstring(qr_svg(scan_address(HOST, CODE), CAPTION, 'Mã QR: Quầy <2> & "3"'))  # noqa: S314  # our own
    assert root.get("role") == "img"
    title = root.find(f"{SVG}title")
    assert (
        title is not None and title.text == 'Mã QR: Quầy <2> & "3"' and title.get("id") == root.get("aria-labelledby")
    )
    assert tuple(text.text for text in root.iter(f"{SVG}text")) == CAPTION
    assert root.get("width") == f"{WIDTH_MILLIMETRES}mm"
    width, height = map(float, str(root.get("viewBox")).split()[2:])
    assert float(str(root.get("height")).removesuffix("mm")) == pytest.approx(
        WIDTH_MILLIMETRES * height / width, abs=0.01
    )
    assert not any(element.get("style") for element in root.iter()), "the staff pages' policy refuses inline styles"


def test_no_line_of_the_svg_is_wider_than_the_symbol_with_its_quiet_zone(tmp_path: Path) -> None:
    long = ("Trung tâm Phục vụ hành chính công phường Trảng Dài, cơ sở hai, tầng một", printed_address(HOST, CODE))
    picture = painted_by_a_browser(qr_svg(scan_address(HOST, CODE), long, "thử"), tmp_path).convert("L")
    dark = picture.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert dark is not None
    width = WIDTH_MILLIMETRES / 25.4 * 96 * 2
    assert dark[0] > 0 and dark[2] < width


def test_the_png_prints_the_address_and_says_its_resolution() -> None:
    bare, captioned = (
        Image.open(BytesIO(qr_png(scan_address(HOST, CODE), caption, "Mã QR: Quầy 2")))
        for caption in ([], [printed_address(HOST, CODE)])
    )
    below = captioned.crop((0, bare.height, captioned.width, captioned.height)).convert("L")
    assert below.point(lambda value: 255 - value).getbbox() is not None, "something is written below the symbol"
    assert captioned.info["Title"] == "Mã QR: Quầy 2"
    assert captioned.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_a_png_refuses_a_caption_that_its_typeface_cannot_write() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        qr_png(scan_address(HOST, CODE), ["Quầy 2"], "Quầy 2")


def test_the_printed_address_can_be_typed() -> None:
    assert printed_address(HOST, "7KQ2M9XD") == "gopy.dongnai.gov.vn/s/7KQ2-M9XD"
    assert printed_address("http://127.0.0.1:8000", "7KQ2M9XD") == "http://127.0.0.1:8000/s/7KQ2-M9XD"
