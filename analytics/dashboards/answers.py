"""What staff and public views of a unit answer alike: the unit or a 404 in words, JSON, CSV."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, abort, current_app

from analytics.dashboards.unit_page import LONGEST_CODE, find_shown_unit
from survey_app.database import read_connection
from survey_app.error_pages import error_page
from survey_app.territory.units import Unit


def unit_or_404(code: str, today: date) -> Unit:
    """The commune of that code, valid or ended; else the request ends with 404 and says which code it was."""
    with read_connection() as connection:
        unit = find_shown_unit(connection, code, today)
    if unit is None:
        shown = "".join(character for character in code if character.isprintable())[: LONGEST_CODE + 1]
        abort(error_page(current_app, 404, "dashboards.unknown_unit", code=shown))
    return unit


def json_document(document: Mapping[str, Any]) -> Response:
    """Any document as JSON that people can read too."""
    return Response(json_text(document), mimetype="application/json")


def json_text(document: Mapping[str, Any]) -> str:
    """The text of such a document."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def file_answer(body: bytes, mimetype: str, name: str) -> Response:
    """A file to keep, under an ASCII name."""
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
