"""Addresses for operators: is the process alive, and can it answer?"""

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from analytics.dashboards.queries import probe
from survey_app.database import read_connection

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer 200 while the process lives, whatever the database does."""
    return _said("ok", 200)


@blueprint.get("/readyz")
def readyz() -> Response:
    """Answer 200 when the database answers and has our tables, else 503: send no one here."""
    try:
        with read_connection() as connection:
            probe(connection)
    except SQLAlchemyError:
        return _said("database not ready", 503)
    return _said("ready", 200)


def _said(words: str, status: int) -> Response:
    response = Response(f"{words}\n", status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
