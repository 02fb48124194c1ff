"""The style of citizen pages holds in the engine of a 2014 phone: the WebView of Android 5, Chromium 37."""

import re

import pytest

from survey_app.static_assets import STATIC, citizen_style, squeezed_style

CHROMIUM_37 = frozenset(
    {
        *("accent-color", "color-scheme"),  # decoration: left out by older engines without harm
        *("align-items", "background", "border", "border-color", "border-radius", "bottom", "box-shadow", "box-sizing"),
        *(
            "clear",
            "clip",
            "color",
            "display",
            "fill",
            "flex",
            "flex-wrap",
            "float",
            "font",
            "font-size",
            "font-weight",
        ),
        *(
            "height",
            "left",
            "line-height",
            "margin",
            "margin-bottom",
            "margin-top",
            "max-width",
            "min-width",
            "outline",
        ),
        *("outline-color", "outline-offset", "overflow", "padding", "padding-left", "padding-bottom", "padding-top"),
        *("position", "right", "stroke", "stroke-linecap", "stroke-width", "text-align", "text-decoration", "top"),
        *("white-space", "width", "word-wrap"),
    }
)
"""Properties used that this engine lays out (caniuse.com, Chrome 37), flexbox without prefix being from Chrome 29."""
VALUES_TOO_NEW = ("grid", "min(", "max(", "clamp(", "var(", "env(", "sticky", "fit-content", "unset", "revert", "svh")
SELECTORS_TOO_NEW = (":has", ":is(", ":where(", ":focus-visible", ":focus-within", ":placeholder-shown", "::marker")
PHONE_STYLE = "citizen.css"


def rules_of(style: str) -> list[tuple[str, str]]:
    return re.findall(r"([^{}]+)\{([^{}]+)\}", re.sub(r"@media[^{]+\{", "", style))


def faults_of(style: str) -> list[str]:
    """What an engine of 2014 does not know, in words."""
    faults = [
        f"selector {found}" for selector, _ in rules_of(style) for found in SELECTORS_TOO_NEW if found in selector
    ]
    for _, declarations in rules_of(style):
        for declaration in filter(None, declarations.split(";")):
            name, _, value = (part.strip() for part in declaration.partition(":"))
            if name not in CHROMIUM_37:
                faults.append(f"property {name}")
            faults += [f"value {found} of {name}" for found in VALUES_TOO_NEW if found in value]
    faults += [f"at-rule {found}" for found in re.findall(r"@(?!media )[\w-]+", style)]
    return faults


def test_uses_nothing_that_a_phone_of_2014_does_not_lay_out() -> None:
    assert len(rules_of(citizen_style())) > 40
    assert faults_of(citizen_style()) == []


@pytest.mark.parametrize(
    "modern",
    [
        "main{display:grid}",
        "main{gap:1em}",
        "p{width:min(10px,2em)}",
        "p{color:var(--ink)}",
        "label:has(input){color:red}",
        "p{inset:0}",
        "@supports (display:flex){p{color:red}}",
        "@container (min-width:1px){p{color:red}}",
    ],
)
def test_what_is_newer_is_found(modern: str) -> None:
    assert faults_of(citizen_style() + modern) != []


def test_media_queries_ask_for_width_and_darkness_only() -> None:
    asked = set(re.findall(r"@media \(([\w-]+):", citizen_style()))
    assert asked == {"min-width", "prefers-color-scheme"}


@pytest.mark.parametrize("name", [PHONE_STYLE, "kiosk.css", "display.css"])
def test_squeezing_loses_no_declaration(name: str) -> None:
    source = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    apart = re.sub(r"\s*([{};,])\s*|:\s+", lambda gap: gap[1] or ":", source)
    assert squeezed_style(name) == "".join(line.strip() for line in apart.splitlines())
    assert squeezed_style(name).count("{") == squeezed_style(name).count("}")


@pytest.mark.parametrize("name", [PHONE_STYLE, "kiosk.css", "display.css"])
def test_nothing_is_loaded_by_a_style(name: str) -> None:
    assert not re.search(r"url\(|@import|@font-face", squeezed_style(name))
