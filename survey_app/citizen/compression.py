"""Pages that are made for one visitor go compressed too: they carry the whole style."""

import gzip

from flask import Response, request


def compress(response: Response) -> Response:
    """Compress a page, unless it already is or the browser cannot read it. For `Blueprint.after_request`."""
    if response.mimetype != "text/html" or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
