"""Errors for people: what happened and what to do, in the reader's language, with the right status; no stack trace."""

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from survey_app.clock import Clock
from survey_app.languages import DEFAULT_LANGUAGE, UnknownLanguage, catalogues, translate
from survey_app.request_logging import log_failure
from survey_app.zones import Zone, zone_of_request

KNOWN_STATUSES = frozenset({400, 403, 404, 405, 408, 410, 413, 414, 429, 500, 503})


def show_errors(app: Flask, clock: Clock) -> None:
    """Answer every error with a page (or problem+json, RFC 7807, where the address ends in .json)."""

    @app.errorhandler(HTTPException)
    def _http_error(error: HTTPException) -> Response:
        if error.response is not None:
            return make_response(error.response)
        status = error.code or 500
        response = error_page(app, status)
        if status == 405 and getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
        return response

    @app.errorhandler(UnknownLanguage)
    def _unknown_language(_error: UnknownLanguage) -> Response:
        g.language = DEFAULT_LANGUAGE
        names = ", ".join(one.name for one in catalogues().values())
        return error_page(app, 404, key="error.language", languages=names)

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        log_failure(app, clock, error)
        return error_page(app, 500)


def is_for_programs(path: str) -> bool:
    """Whether an address answers programs, which get problem+json instead of pages."""
    return path.endswith(".json") or path.startswith("/api/")


def error_page(app: Flask, status: int, key: str | None = None, **values: object) -> Response:
    """One error page. `key` names the texts (`<key>.title`, `<key>.text`); the default is `error.<status>`."""
    if key is None:
        key = f"error.{status if status in KNOWN_STATUSES else 500 if status >= 500 else 400}"
    title, words = translate(f"{key}.title"), translate(f"{key}.text", **values)
    if is_for_programs(request.path):
        response = jsonify(type="about:blank", title=title, status=status, detail=words)
        response.content_type = "application/problem+json"
        response.status_code = status
        return response
    citizen = zone_of_request(app, request) is Zone.CITIZEN
    template = "citizen/message.html" if citizen else "error.html"
    return make_response(render_template(template, title=title, paragraphs=[words]), status)
