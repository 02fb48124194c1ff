"""The theme's colours meet WCAG 2.2 AA in light and dark: contrast is computed from the style sheet itself."""

import re
from itertools import product

import pytest

from survey_app.static_assets import STATIC

TEXT, CONTROL = 4.5, 3.0
"""WCAG 2.2: 1.4.3 for text, 1.4.11 for borders of controls and focus."""
PAGE = ("--pico-background-color", "--site-surface")
PAIRS = [
    *((text, ground, TEXT) for text, ground in product(
        (
            "--pico-color",
            "--pico-muted-color",
            "--pico-primary",
            "--pico-primary-hover",
            "--pico-secondary",
            "--pico-h1-color",
            "--pico-code-color",
            "--pico-del-color",
            "--pico-ins-color",
            "--site-danger",
            "--site-caution",
        ),
        PAGE,
    )),
    ("--pico-primary-inverse", "--pico-primary-background", TEXT),
    ("--pico-primary-inverse", "--pico-primary-hover-background", TEXT),
    ("--pico-color", "--site-notice-surface", TEXT),
    ("--pico-primary", "--site-notice-surface", TEXT),
    ("--pico-color", "--site-caution-surface", TEXT),
    ("--site-danger", "--site-danger-surface", TEXT),
    ("--site-band-color", "--site-band", TEXT),
    ("--site-band-color", "--site-band-links", TEXT),
    ("--pico-form-element-color", "--pico-form-element-background-color", TEXT),
    ("--pico-form-element-placeholder-color", "--pico-form-element-background-color", TEXT),
    *((border, ground, CONTROL) for border, ground in product(
        ("--pico-form-element-border-color", "--pico-primary-focus", "--pico-form-element-invalid-border-color"), PAGE
    )),
    ("--pico-primary-background", "--pico-background-color", CONTROL),
]  # fmt: skip


def palette(selector: str) -> dict[str, str]:
    """The variables that one rule of the style sheet sets to a plain colour."""
    style = (STATIC / "site.css").read_text(encoding="utf-8")
    block = style.partition(selector)[2].partition("}")[0]
    return dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{3}(?:[0-9a-f]{3})?);", block))


PALETTES = {
    "light": palette(':root:not([data-theme="dark"]) {'),
    "dark": palette(":root:not([data-theme]) {"),
}


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", PALETTES)
@pytest.mark.parametrize(("colour", "ground", "least"), PAIRS)
def test_contrast(scheme: str, colour: str, ground: str, least: float) -> None:
    colours = PALETTES[scheme]
    assert contrast(colours[colour], colours[ground]) >= least
