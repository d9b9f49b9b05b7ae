"""Security headers of every response. Nothing may load anything unless its page is named here."""

import re
from base64 import b64encode
from hashlib import sha256

from flask import Flask, Response, request

from moderation.services import services

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_REVIEW = (
    # Pico draws its select arrows and check marks with data: images. The pages run no script at all.
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_DOCS = (
    # Swagger UI writes style elements; of scripts its page has one inline, allowed by its hash.
    "default-src 'none'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def install(app: Flask) -> None:
    """Add the headers to every response, errors included."""
    app.after_request(_secure)


def _secure(response: Response) -> Response:
    response.headers.update(_ALWAYS)
    response.headers["Content-Security-Policy"] = _policy(response)
    if services().settings.secure_cookies:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if not _public():
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _policy(response: Response) -> str:
    if _under("/review"):
        return _REVIEW
    if _under("/docs") and response.mimetype == "text/html":
        return _DOCS.format(hashes="".join(_hashes(response.get_data())))
    return _NOTHING


def _hashes(page: bytes) -> list[str]:
    scripts = _INLINE_SCRIPT.findall(page)
    return [f" 'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in scripts]


def _public() -> bool:
    return _under("/static") or _under("/docs") or request.path == "/openapi.json"


def _under(prefix: str) -> bool:
    return request.path == prefix or request.path.startswith(f"{prefix}/")
