"""Slips as they lie on the desk: every QR is read back from the rasterised page, and the words are those agreed."""

from dataclasses import replace

import pytest
from pypdfium2 import PdfDocument

from survey_app.counter_desk.slips_pdf import SLIPS_A_PAGE, SlipSheet, slips_pdf
from survey_app.languages import catalogue
from survey_app.responses.ticket_codes import TicketKeeper, slip_address, spoken
from survey_app.responses.tickets import NewTicket
from tests.counter_desk.paper import addresses_on, words_on

KEEPER = TicketKeeper(b"k" * 32)
ADDRESS = "https://gopy.dongnai.gov.vn"
VI = catalogue("vi")
SHEET = SlipSheet(
    title=VI.text("tickets.slip.title"),
    place="Phường Biên Hòa · Quầy 12 – Đất đai, đăng ký hộ kinh doanh",
    text=VI.text("tickets.slip.text", days=14),
    english=catalogue("en").text("tickets.slip.whole", days=14, address="gopy.dongnai.gov.vn/t"),
    serial_line=VI.text("tickets.slip.serial", serial="{serial}", day="24/11/2026", last_day="07/12/2026"),
    public_url=ADDRESS,
    document_title="Phiếu mời góp ý",
)


def slips(count: int) -> list[NewTicket]:
    return [NewTicket(number, KEEPER.draw()) for number in range(1, count + 1)]


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (SLIPS_A_PAGE, 1), (SLIPS_A_PAGE + 1, 2), (30, 3)])
def test_every_qr_is_read_back_from_the_page(count: int, pages: int) -> None:
    made = slips(count)
    pdf = slips_pdf(made, SHEET)
    assert sorted(addresses_on(pdf)) == sorted(slip_address(ADDRESS, slip.code) for slip in made)
    document = PdfDocument(pdf)
    assert len(document) == pages
    document.close()


def test_an_office_printer_is_good_enough() -> None:
    made = slips(SLIPS_A_PAGE)
    assert len(addresses_on(slips_pdf(made, SHEET), dots_per_inch=100)) == SLIPS_A_PAGE


def test_a_longer_address_still_fits() -> None:
    made = slips(2)
    long = replace(SHEET, public_url="https://gop-y-chinh-quyen-than-thien.dongnai.gov.vn:8443")
    assert len(addresses_on(slips_pdf(made, long))) == 2


def test_the_words_are_those_agreed_and_every_letter_is_there() -> None:
    (slip,) = slips(1)
    words = words_on(slips_pdf([slip], SHEET))
    for said in (
        "Phiếu mời góp ý",
        "Dùng một lần, trong 14 ngày. Mã không gắn với tên hay hồ sơ của ông/bà. Quét hoặc gõ:",
        "gopy.dongnai.gov.vn/t",
        spoken(slip.code),
        "Số 000001 · ngày 24/11/2026, dùng đến 07/12/2026",
        "Phường Biên Hòa · Quầy 12",
        "Invitation. One use, within 14 days.",
    ):
        assert said in words, said


def test_nothing_runs_out_of_its_slip() -> None:
    """The longest words that can stand on a slip end above its lower edge, where the scissors go."""
    longest = replace(
        SHEET, place="Thị trấn Đông Nam Thượng Cửa Biển · " + "Quầy tiếp nhận hồ sơ đất đai và xây dựng " * 2
    )
    document = PdfDocument(slips_pdf(slips(SLIPS_A_PAGE), longest))
    page = document[0]
    picture = page.render(scale=2).to_pil().convert("L")
    height = picture.height / 297
    for row in range(7):
        edge = (8 + row * (297 - 16) / 6) * height
        for offset in (-2, 2):  # beside the line itself
            line = picture.crop((int(60 * height), int(edge) + offset, int(100 * height), int(edge) + offset + 1))
            assert line.getextrema()[0] > 200, row
    document.close()
