"""Printed paper as a phone sees it: pages rasterised, blurred, soiled, tilted, and read by somebody else's decoder."""

import math
import random
from collections.abc import Iterator

import numpy as np
import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

DOTS_PER_INCH = 200
GRID = 4
"""Soil is counted in quarters of a module."""
SYMBOL, QUIET = 29, 4
"""Modules of version 3 (ISO/IEC 18004), and of the quiet zone around it."""
EYE = 4
EYES = ((3.5, 3.5), (25.5, 3.5), (3.5, 25.5))
CAMERA_WIDTH = 444
"""Of a symbol in the picture: twelve dots a module."""


def pages(document: bytes) -> list[Image.Image]:
    """The pages of a PDF in grey, as an office printer lays them on paper."""
    with pypdfium2.PdfDocument(document) as opened:
        return [page.render(scale=DOTS_PER_INCH / 72).to_pil().convert("L") for page in opened]


def texts(document: bytes) -> list[str]:
    """The words of each page, with single spaces."""
    with pypdfium2.PdfDocument(document) as opened:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in opened]


def decoded(page: Image.Image) -> list[zxingcpp.Barcode]:
    """Every QR that is found."""
    return list(zxingcpp.read_barcodes(page))


def cut_out(page: Image.Image) -> Image.Image:
    """The page's upright symbol with its quiet zone, which is what a phone is pointed at."""
    corners = next(one for one in decoded(page) if abs(one.orientation) < 45).position
    points = (corners.top_left, corners.top_right, corners.bottom_left, corners.bottom_right)
    xs, ys = [point.x for point in points], [point.y for point in points]
    margin = (max(xs) - min(xs)) // 7
    symbol = page.crop((min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin))
    return symbol.resize((CAMERA_WIDTH, CAMERA_WIDTH))


def blurred(symbol: Image.Image) -> Image.Image:
    """Out of focus by half a module."""
    return symbol.filter(ImageFilter.GaussianBlur(symbol.width / 37 / 2))


def stained(symbol: Image.Image, share: float, seed: int) -> Image.Image:
    """Stains of two to three modules' radius, dark or light, over this share of the symbol, clear of its three eyes.

    Level Q repairs a quarter of the codewords, and a stain spoils every codeword that it touches.
    """
    chance = random.Random(seed)
    picture = symbol.copy()
    pen = ImageDraw.Draw(picture)
    module = symbol.width / (SYMBOL + 2 * QUIET)
    soil: set[tuple[int, int]] = set()
    while len(soil) < share * (GRID * SYMBOL) ** 2:
        radius = chance.uniform(2, 3)
        x, y = chance.uniform(0, SYMBOL), chance.uniform(0, SYMBOL)
        if any(abs(x - eye_x) < EYE + radius and abs(y - eye_y) < EYE + radius for eye_x, eye_y in EYES):
            continue
        left, top = (x + QUIET - radius) * module, (y + QUIET - radius) * module
        side = 2 * radius * module
        pen.ellipse((left, top, left + side, top + side), fill=chance.choice((40, 220)))
        soil |= {
            (column, row)
            for column in range(GRID * SYMBOL)
            for row in range(GRID * SYMBOL)
            if (column / GRID - x) ** 2 + (row / GRID - y) ** 2 <= radius**2
        }
    return picture


def gritty(symbol: Image.Image, share: float, seed: int) -> Image.Image:
    """Specks, black or white, on this share of the picture's dots, seen by a lens that is never quite sharp."""
    dots = np.array(symbol)
    draw = np.random.default_rng(seed)
    hit = draw.random(dots.shape) < share
    dots[hit] = draw.choice([0, 255], hit.sum())
    return Image.fromarray(dots).filter(ImageFilter.GaussianBlur(1.5))


def turned(symbol: Image.Image, degrees: float) -> Image.Image:
    """The sheet hangs crooked."""
    return symbol.rotate(degrees, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def tilted(symbol: Image.Image, degrees: float = 30) -> Image.Image:
    """Seen from aside, by a camera three widths away: the true perspective of a sheet turned about its upright axis."""
    width, height = symbol.size
    distance = 3 * width
    turn = math.radians(degrees)
    # A dot of the picture (x, y from its middle) shows the sheet's dot x', y' where the ray through it meets the plane.
    focal, cos, sin = distance, math.cos(turn), math.sin(turn)
    ray = np.array([[distance, 0, 0], [0, distance * cos, 0], [sin, 0, focal * cos]])
    middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    back = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1]])
    whole = back @ ray @ middle
    coefficients = (whole / whole[2, 2]).flatten()[:8].tolist()
    return symbol.transform(
        symbol.size, Image.Transform.PERSPECTIVE, coefficients, resample=Image.Resampling.BICUBIC, fillcolor=255
    )


def mishaps(symbol: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """What happens to a sheet, one after the other."""
    yield "blurred", blurred(symbol)
    for seed in range(3):
        yield f"15 % grit, {seed}", gritty(symbol, 0.15, seed)
        yield f"stains, {seed}", stained(symbol, 0.05, seed)
    yield "turned", turned(symbol, 30)
    yield "tilted", tilted(symbol)
    yield "turned and tilted", tilted(turned(symbol, 30))


def colour_pages(document: bytes) -> list[Image.Image]:
    """The pages in colour, small."""
    with pypdfium2.PdfDocument(document) as opened:
        return [page.render(scale=1).to_pil().convert("RGB") for page in opened]


def metadata(document: bytes) -> dict[str, str]:
    """What the PDF says about itself."""
    with pypdfium2.PdfDocument(document) as opened:
        return dict(opened.get_metadata_dict())
