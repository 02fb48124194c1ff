"""Reads what was printed as a phone would: from pixels, by a decoder that is not ours."""

from pypdfium2 import PdfDocument
from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

DOTS_PER_INCH = 200


def addresses_on(pdf: bytes, dots_per_inch: int = DOTS_PER_INCH) -> list[str]:
    """What every QR of the document says, page by page, in no order."""
    document = PdfDocument(pdf)
    try:
        found = []
        for page in document:
            picture = page.render(scale=dots_per_inch / 72).to_pil().convert("L")
            found += [code.text for code in read_barcodes(picture, formats=BarcodeFormats(BarcodeFormat.QRCode))]
        return found
    finally:
        document.close()


def codes_on(pdf: bytes) -> list[str]:
    """The codes of the slips on the sheets, sorted."""
    return sorted(address.rsplit("/", 1)[1] for address in addresses_on(pdf))


def words_on(pdf: bytes) -> str:
    """The text of the document, with white space made single."""
    document = PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()
