"""Structured logs without identity: no address, no agent, no query, no code or token.

Requests to the citizen zone are not logged one by one, nor are those of staff pages on which an answer is given: their
views set `g.takes_answers`.
An error on a citizen page is logged by day only: a line with a time beside a thanked answer would tell when it came.
"""

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

from survey_app.clock import Clock
from survey_app.zones import Zone, zone_of_request

log: structlog.stdlib.BoundLogger = structlog.get_logger("than_thien")


def configure_logging() -> None:
    """Send one JSON object a line to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def log_requests(app: Flask, clock: Clock) -> None:
    """Log staff and public requests by rule (never by address asked for), with status and duration."""

    @app.before_request
    def _start() -> None:
        g.request_started = time.perf_counter()

    @app.after_request
    def _log(response: Response) -> Response:
        if zone_of_request(app, request) is Zone.STAFF and not g.get("takes_answers", False):
            started = g.get("request_started", time.perf_counter())
            log.info(
                "request",
                at=clock.now().isoformat(timespec="seconds"),
                rule=request.url_rule.rule if request.url_rule else None,
                method=request.method,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000),
            )
        return response


def log_failure(app: Flask, clock: Clock, error: BaseException) -> None:
    """Log an unexpected error: on citizen and public pages with the day only and without the request's values."""
    zone = zone_of_request(app, request)
    moment = clock.now()
    log.error(
        "unexpected_error",
        at=moment.isoformat(timespec="seconds") if zone is Zone.STAFF else moment.date().isoformat(),
        rule=request.url_rule.rule if request.url_rule else None,
        error=type(error).__name__,
        where=_where(error),
    )


def _where(error: BaseException) -> str:
    """File and line of the innermost frame: enough to mend it, and no local values, which may hold an answer."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "?"
