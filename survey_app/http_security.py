"""What a browser may do with our pages, and what a request may do to us: headers per zone, same origin, sizes."""

import base64
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from config import LARGEST_REQUEST_BYTES, LARGEST_REQUEST_FIELDS, Settings
from survey_app.error_pages import error_page, is_for_programs
from survey_app.languages import DEFAULT_LANGUAGE, catalogues
from survey_app.metrics import metrics_of
from survey_app.request_bounds import BoundedApplication, Flood, Refusal, SlowBodies
from survey_app.zones import Zone, zone_of_path, zone_of_request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LARGEST_STAFF_REQUEST_BYTES = 4 * 1024 * 1024
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""Plotly fills an empty style element; nothing else inline is allowed."""
RETRY_SECONDS = "60"
"""What the words of 429 and 503 say: a minute."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' "
    + EMPTY_STYLE
    + "; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ZONE_HEADERS: Mapping[Zone, Mapping[str, str]] = {
    Zone.CITIZEN: {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"},
    Zone.PUBLIC: {
        "Content-Security-Policy": _PAGE_POLICY,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "public, max-age=300",
    },
    Zone.STAFF: {
        "Content-Security-Policy": _PAGE_POLICY,
        "Referrer-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    },
}


def style_hash(style: str) -> str:
    """The CSP source that allows exactly this inline style sheet (CSP Level 3, hash-source)."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def citizen_policy(*styles: str) -> str:
    """The citizen pages' policy: these inline style sheets, our own script, nothing from anybody else."""
    allowed = " ".join(style_hash(style) for style in styles)
    return (
        f"default-src 'none'; style-src {allowed}; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def framing_policy(*styles: str) -> str:
    """The policy of a staff page that shows documents with these inline style sheets in frames, which inherit it."""
    allowed = " ".join(style_hash(style) for style in styles)
    return _PAGE_POLICY.replace("style-src 'self'", f"style-src 'self' {allowed}") + "; frame-src 'self'"


def is_same_origin(req: Request, public_url: str) -> bool:
    """Whether an unsafe request comes from our own page.

    Modern browsers say so in Sec-Fetch-Site; older ones send Origin. A client that sends neither (an old phone, a text
    browser) is let through: such a request carries no cookie that another site could misuse on citizen pages, and staff
    forms have a CSRF token besides.
    """
    site = req.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = req.headers.get("Origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc in {req.host, urlsplit(public_url).netloc}


def field_count(body: bytes, content_type: str) -> int:
    """How many fields a form body has, without parsing it."""
    if content_type.startswith("multipart/"):
        return body.count(b"\nContent-Disposition:")
    return body.count(b"&") + 1 if body else 0


def bound_requests(app: Flask, settings: Settings) -> None:
    """Put the application behind the bounds on floods and slow bodies, and behind our own proxies if there are any."""
    rate = settings.flood_requests_per_second
    app.wsgi_app = BoundedApplication(  # type: ignore[method-assign]
        app.wsgi_app,
        flood=Flood(rate) if rate else None,
        bodies=SlowBodies(settings.server_threads),
        largest=lambda zone: LARGEST_STAFF_REQUEST_BYTES if zone is Zone.STAFF else LARGEST_REQUEST_BYTES,
        refuse=_refusals(app),
    )
    if settings.proxies_in_front:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies_in_front)  # type: ignore[method-assign]


def _refusals(app: Flask) -> Refusal:
    """Refusals are made once for each kind, zone, reader and language: they must cost next to nothing."""
    made: dict[tuple[int, str, Zone, bool], tuple[str, list[tuple[str, str]], bytes]] = {}

    def refuse(environ: "WSGIEnvironment", status: int) -> tuple[str, list[tuple[str, str]], bytes]:
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        zone = zone_of_path(path)
        language = next((one for one in catalogues() if f"lang={one}" in query), DEFAULT_LANGUAGE)
        metrics_of(app).count("refused_total", zone=zone.value, status=str(status))
        key = (status, language, zone, is_for_programs(path))
        if key not in made:
            with app.test_request_context(path):
                g.language = language
                response = app.process_response(error_page(app, status))
                response.headers["Retry-After"] = RETRY_SECONDS
                made[key] = (response.status, response.headers.to_wsgi_list(), response.get_data())
        return made[key]

    return refuse


def protect(app: Flask, settings: Settings, citizen_style: str) -> None:
    """Put every response under its zone's headers and every request under its zone's limits."""
    policy = citizen_policy(citizen_style)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_STAFF_REQUEST_BYTES

    @app.before_request
    def _limits() -> None:
        zone = zone_of_request(app, request)
        if zone is not Zone.STAFF:
            request.max_content_length = LARGEST_REQUEST_BYTES
        if request.method in SAFE_METHODS:
            return
        if not is_same_origin(request, settings.public_url):
            abort(403, "cross_site")
        if zone is not Zone.STAFF and (request.content_length or 0) > LARGEST_REQUEST_BYTES:
            abort(413)
        if zone is not Zone.STAFF:
            body = request.get_data(cache=True, parse_form_data=False)
            if field_count(body, request.content_type or "") > LARGEST_REQUEST_FIELDS:
                abort(400, "too_many_fields")

    @app.after_request
    def _headers(response: Response) -> Response:
        zone = zone_of_request(app, request)
        for name, value in _ALWAYS.items():
            response.headers[name] = value
        for name, value in _ZONE_HEADERS[zone].items():
            response.headers.setdefault(name, value)
        if zone is Zone.CITIZEN:
            response.headers.setdefault("Content-Security-Policy", policy)
        if response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        if settings.public_url.startswith("https://"):
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
