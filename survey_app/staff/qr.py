"""A QR as a picture inside a page, for a phone that takes a secret: drawn here, never by somebody else's service."""

import base64
import io

QUIET_ZONE = 4
"""Modules (ISO/IEC 18004)."""


def qr_image(text: str) -> str:
    """The QR of the text as a data: address of an SVG, black on white in light and dark."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.image.svg import SvgPathFillImage
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE, image_factory=SvgPathFillImage)
    code.add_data(text)
    drawn = io.BytesIO()
    code.make_image().save(drawn)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()
