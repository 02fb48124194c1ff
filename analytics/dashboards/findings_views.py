"""The findings about a city, for those who look across all communes: read-only, without a single answer."""

import json
from dataclasses import asdict

from flask import Blueprint, Response, abort, current_app, render_template, request

from analytics.findings.comparison import COMPARED_BY
from analytics.findings.report import CityFindings, findings_of
from analytics.findings.words import headline, sections
from analytics.published.unions import Span
from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.error_pages import error_page
from survey_app.languages import current_language
from survey_app.staff.access import allow, current_staff
from survey_app.staff.roles import Role

blueprint = Blueprint("findings", __name__, url_prefix="/staff", template_folder="templates")
READERS = (Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)
LONGEST_SHOWN = 20


@blueprint.get("/findings")
@allow(*READERS)
def page() -> str:
    """What asks for something to be done, then the comparison and how good the instrument is."""
    findings, span = _findings()
    language = current_language()
    return render_template(
        "dashboards/findings.html",
        about=headline(findings, language) if findings else None,
        sections=sections(findings, language) if findings else (),
        spans=tuple(one.value for one in COMPARED_BY),
        chosen=span.value,
        city=request.args.get("city"),
        may_rebase=Role.PROVINCE in current_staff().roles,
    )


@blueprint.get("/findings.json")
@allow(*READERS)
def page_json() -> Response:
    """The same sections for programs."""
    findings, span = _findings()
    language = current_language()
    document = {
        "compared_by": span.value,
        "about": headline(findings, language) if findings else None,
        "sections": [asdict(section) for section in (sections(findings, language) if findings else ())],
    }
    return Response(json.dumps(document, ensure_ascii=False, indent=1) + "\n", mimetype="application/json")


def _findings() -> tuple[CityFindings | None, Span]:
    """What was asked for: `by` a period to compare by, `city` a code. Anything else ends with 404, in words."""
    by = request.args.get("by", Span.YEAR.value)
    if by not in COMPARED_BY:
        abort(error_page(current_app, 404, "findings.unknown_period", typed=_shown(by)))
    code = request.args.get("city") or None
    clock: Clock = current_app.extensions["clock"]
    with read_connection() as connection:
        findings = findings_of(connection, clock.today(), code, Span(by))
    if findings is None and code is not None:
        abort(error_page(current_app, 404, "findings.unknown_city", typed=_shown(code)))
    return findings, Span(by)


def _shown(typed: str) -> str:
    return "".join(character for character in typed if character.isprintable())[:LONGEST_SHOWN]
