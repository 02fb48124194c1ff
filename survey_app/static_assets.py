"""Files served by ourselves: addresses carry the content's hash, so browsers may keep them for a year."""

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

STATIC = Path(__file__).parent / "static"
CITIZEN_STYLE = STATIC / "citizen.css"
_CSS_GAP = re.compile(r"\s*([{};,])\s*|:\s+")


@cache
def fingerprint(name: str) -> str:
    """The first 12 hex digits of the file's SHA-256. Raises FileNotFoundError when `make assets` was not run."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, with its fingerprint."""
    return url_for("static", filename=name, v=fingerprint(name))


@cache
def citizen_style() -> str:
    """The style sheet that stands inside every citizen page, with comments and needless white space taken out."""
    return squeezed_style(CITIZEN_STYLE.name)


@cache
def squeezed_style(name: str) -> str:
    """A style sheet to stand inside a page: its comments have lines of their own, its texts hold no braces."""
    lines = (line.strip() for line in (STATIC / name).read_text(encoding="utf-8").splitlines())
    style = "".join(line for line in lines if line and not (line.startswith("/*") and line.endswith("*/")))
    return _CSS_GAP.sub(lambda gap: gap[1] or ":", style)


def serve(app: Flask) -> None:
    """Let templates speak of `asset(name)` and `citizen_style`, and let fingerprinted files be kept for long."""
    app.jinja_env.globals.update(asset=asset, citizen_style=citizen_style, screen_style=squeezed_style)

    @app.after_request
    def _keep_for_long(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200 and "v" in request.args:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
