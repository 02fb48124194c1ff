"""How the numbers are made, for everybody: words and formulas, the same for all readers and cacheable."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

blueprint = Blueprint("methods", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page; its words stand under `methods.<key>`, its formula in the template. `source`: where from."""

    key: str
    source: str = ""


SECTIONS = (
    Section("who"),
    Section("attitude"),
    Section("overall"),
    Section("interval", "Wilson 1927; Brown, Cai & DasGupta 2001"),
    Section("disclosure"),
    Section("signals", "Laney 2002; Roberts 1959; Menzefricke 2002"),
    Section("movement", "Newcombe 1998; Donner & Zou 2012"),
    Section("coverage", "Deming & Stephan 1940; Kish 1992"),
    Section(
        "comparison",
        "Spiegelhalter 2005; Efron & Morris 1975; Mogstad, Romano, Shaikh & Wilhelm 2024; Benjamini & Hochberg 1995",
    ),
    Section("integrity", "Lancaster 1961; Benjamini & Hochberg 1995"),
    Section("reliability", "Cronbach 1951; Feldt 1965; McDonald 1999"),
)


@blueprint.get("/methods")
def page() -> Response:
    """Every number, its formula, its source, and what it must not be used for."""
    response = make_response(render_template("dashboards/methods.html", sections=SECTIONS))
    response.add_etag()
    response.make_conditional(request)
    return response
