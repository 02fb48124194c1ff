"""The QR of a service point as a picture to print, SVG or PNG, with its address in print below. Pure.

Level Q of ISO/IEC 18004 repairs a quarter of the symbol, the quiet zone is four modules wide, and an address in upper
case fits the symbol's alphanumeric mode, which makes it one or two versions smaller.
"""

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from survey_app.territory.scan_codes import grouped

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

QUIET_ZONE = 4
WIDTH_MILLIMETRES = 80
"""Quiet zone included: for a symbol of 29 modules (version 3) each is 2.2 mm wide, read from about 80 cm away."""
DOTS_PER_INCH = 300
_DOTS_A_MODULE = 24
_LEADING = 1.3
_LARGEST_LINE = 2.4
"""Height of a line of the caption in modules; long lines are set smaller until they fit."""
_SANS_WIDTH, _MONOSPACE_WIDTH = 0.56, 0.62
"""Width of an average letter, of the height of the line."""


def scan_address(public_url: str, code: str) -> str:
    """What the QR holds: HTTPS://HOST/S/CODE."""
    return f"{public_url}/S/{code}".upper()


def printed_address(public_url: str, code: str) -> str:
    """The address as people read and type it: the code in groups, and https left to the browser."""
    return f"{public_url.removeprefix('https://')}/s/{grouped(code)}"


def qr_svg(address: str, caption_lines: Sequence[str], title: str) -> bytes:
    """The QR as SVG, 80 mm wide, with the caption below; `title` is what a screen reader says.

    The last line of the caption is the printed address, set in a typeface that tells 0 from O and 1 from I.
    """
    modules = modules_of(address)
    width = len(modules)
    words, printed = caption_lines[:-1], caption_lines[-1:]
    set_lines = [(line, _line_height(words, width, _SANS_WIDTH), "sans-serif") for line in words]
    set_lines += [(line, _line_height(printed, width, _MONOSPACE_WIDTH), "monospace") for line in printed]
    texts, height = [], float(width)
    for line, size, family in set_lines:
        texts.append(
            f'<text x="{width / 2:g}" y="{height + size * 0.8:.2f}" font-family="{family}" font-size="{size:.2f}" '
            f'text-anchor="middle">{escape(line)}</text>'
        )
        height += size * _LEADING
    height += 1.0 if caption_lines else 0.0
    millimetres = WIDTH_MILLIMETRES / width
    size_in_print = f'width="{WIDTH_MILLIMETRES}mm" height="{height * millimetres:.2f}mm"'
    box = f'viewBox="0 0 {width} {height:.2f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title" {size_in_print} {box}>',
        f'<title id="title">{escape(title)}</title>',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<path shape-rendering="crispEdges" fill="#000" d="{_path(modules)}"/>',
        *texts,
        "</svg>",
    ]
    return "\n".join(parts).encode()


def qr_png(address: str, caption_lines: Sequence[str], title: str) -> bytes:
    """The QR as PNG in 300 dots an inch with the caption below; `title` stands in its metadata.

    Raises ValueError for a caption beyond ASCII: the typeface that comes with the imaging library has no Vietnamese.
    """
    if not all(line.isascii() and line.isprintable() for line in caption_lines):
        raise ValueError("the caption of a PNG must be ASCII")
    from PIL import Image, ImageDraw, ImageFont  # 4 MB that only a PNG needs

    modules = modules_of(address)
    width = len(modules) * _DOTS_A_MODULE
    size = int(_line_height(caption_lines, len(modules), _SANS_WIDTH) * _DOTS_A_MODULE)
    leading = int(size * _LEADING)
    height = width + len(caption_lines) * leading + (_DOTS_A_MODULE if caption_lines else 0)
    picture = Image.new("1", (width, height), 1)
    pen = ImageDraw.Draw(picture)
    for row, start, end in dark_runs(modules):
        left, top = start * _DOTS_A_MODULE, row * _DOTS_A_MODULE
        pen.rectangle((left, top, end * _DOTS_A_MODULE - 1, top + _DOTS_A_MODULE - 1), fill=0)
    for number, line in enumerate(caption_lines):
        position = (width / 2, width + number * leading)
        pen.text(position, line, fill=0, font=ImageFont.load_default(size), anchor="ma")
    return _saved(picture, title)


def _saved(picture: "Picture", title: str) -> bytes:
    from PIL import PngImagePlugin

    words = PngImagePlugin.PngInfo()
    words.add_itxt("Title", title)
    file = BytesIO()
    picture.save(file, "PNG", optimize=True, dpi=(DOTS_PER_INCH, DOTS_PER_INCH), pnginfo=words)
    return file.getvalue()


def modules_of(address: str) -> list[list[bool]]:
    """Rows of modules, dark ones True, quiet zone included, of the smallest symbol that holds the address."""
    from qrcode.constants import ERROR_CORRECT_Q  # Here: only who draws a code pays for the library.
    from qrcode.main import QRCode
    from qrcode.util import QRData

    symbol = QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    symbol.add_data(QRData(address))
    symbol.make(fit=True)
    return [[bool(module) for module in row] for row in symbol.get_matrix()]


def dark_runs(modules: Sequence[Sequence[bool]]) -> list[tuple[int, int, int]]:
    """Dark stretches as (row, first column, column after the last)."""
    runs = []
    for row, line in enumerate(modules):
        for dark, stretch in groupby(range(len(line)), key=line.__getitem__):
            columns = list(stretch)
            if dark:
                runs.append((row, columns[0], columns[-1] + 1))
    return runs


def _path(modules: Sequence[Sequence[bool]]) -> str:
    return "".join(f"M{start} {row}h{end - start}v1h{start - end}z" for row, start, end in dark_runs(modules))


def _line_height(lines: Sequence[str], width: int, letter: float) -> float:
    """In modules, one for all lines, so that the longest fits between the halves of the quiet zone."""
    longest = max((len(line) for line in lines), default=0)
    return min(_LARGEST_LINE, (width - QUIET_ZONE) / (letter * max(longest, 1)))
